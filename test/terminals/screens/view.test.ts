import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import test from 'ava';
import type { AccountId, CustomerId } from '../../../protocol/ids.ts';
import { cents, ZERO } from '../../../protocol/money.ts';
import { type Attr, attr, CellSurface } from '../../../terminals/dashboard/surface.ts';
import type { ThemeName } from '../../../terminals/dashboard/theme.ts';
import { draw } from '../../../terminals/screens/draw.ts';
import { screenLook } from '../../../terminals/screens/paint.ts';
import {
  type Asked,
  type AtmState,
  LOGIN,
  MENU,
  PASSWORD,
  type Screen,
  WITHDRAW,
} from '../../../terminals/screens/state.ts';
import {
  account,
  ITEMS,
  inside,
  NOW,
  outside,
  reply,
  result,
  session,
  txn,
  typed,
  view,
  walk,
  world,
} from '../../helpers/atm-fixture.ts';

interface Paper {
  readonly width: number;
  readonly height: number;
  readonly theme: ThemeName;
  readonly ascii: boolean;
}
const SMALL: Paper = { width: 80, height: 24, theme: 'dark', ascii: false };

function drawn(state: AtmState, paper: Paper = SMALL): CellSurface {
  const surface = new CellSurface(paper);
  draw(state, surface, screenLook(paper.theme, paper.ascii));
  return surface;
}

const withdrawal: Asked = { op: 'withdraw', account, amount: cents(45_00) };
const busy = (asked: Asked, sinceMs = NOW): Screen => ({ at: 'busy', asked, sinceMs });
const receipt = (asked: Asked, change: Parameters<typeof result>[0]): Screen => ({
  at: 'receipt',
  asked,
  result: result({ txnId: txn, account: view(), reply: reply('APPROVED'), ...change }),
  atMs: NOW,
});
const refused = walk(inside(busy(withdrawal)), {
  type: 'result',
  asked: withdrawal,
  result: result({ outcome: 'fail', code: 'INSUFFICIENT_FUNDS' }),
}).state;

const SCREENS: Readonly<Record<string, AtmState>> = {
  connecting: outside({ world: world({ line: 'handshake', ready: false }) }),
  offline: outside({ world: world({ line: 'down', ready: false }) }),
  refusing: outside({ world: world({ line: 'refused', ready: false }) }),
  recovering: outside({ world: world({ ready: false }) }),
  login: typed(outside(), 'ann<enter>1234').state,
  wrong: outside({
    screen: {
      ...LOGIN,
      user: { text: 'ann', cursor: 3 },
      focus: 'password',
      message: 'The user name or password is wrong; 1 more try',
    },
  }),
  menu: inside(MENU, { session: session({ change: { amount: cents(40_00), atMs: NOW - 2000 } }) }),
  held: inside(MENU, { session: session({ accounts: [view({ available: cents(1_200_00) })] }) }),
  hidden: inside(MENU, { session: session({ hidden: true }) }),
  withdraw: typed(inside(WITHDRAW), '4501').state,
  confirm: typed(inside(WITHDRAW), 'b').state,
  deposit: typed(inside(), '2<down>2<down>+').state,
  transfer: typed(inside(), '3A-2<enter>1000').state,
  history: inside({ at: 'history', filter: 0, cursors: [null], items: ITEMS, next: 7, loading: false }),
  password: typed(inside(PASSWORD), 'sesame<enter>open').state,
  asking: inside(busy(withdrawal, NOW - 3400), { world: world({ stage: 'asking', ready: false }) }),
  settling: inside(busy(withdrawal), {
    world: world({ stage: 'settling', line: 'down', ready: false }),
    session: null,
  }),
  receipt: inside(receipt(withdrawal, { cash: cents(45_00) })),
  partial: inside(receipt(withdrawal, { cash: cents(20_00), code: 'APPROVED_PARTIAL' })),
  refused,
  countdown: inside(MENU, { idleSinceMs: NOW - 113_000 }),
};

const golden = test.macro({
  title: (name) => `the screen is the one kept in golden/${name}.txt`,
  exec(t, state: AtmState, paper: Paper) {
    const file = new URL(`golden/${t.title.replace(/^.*golden\//, '')}`, import.meta.url);
    const text = drawn(state, paper).text();
    if (process.env['UPDATE_GOLDEN']) {
      mkdirSync(new URL('.', file), { recursive: true });
      writeFileSync(file, text);
    }
    t.is(text, readFileSync(file, 'utf8'));
  },
});
for (const [name, state] of Object.entries(SCREENS)) test(name, golden, state, SMALL);
test('menu-ascii', golden, SCREENS['menu'] ?? inside(), { ...SMALL, ascii: true });
test('login-ascii', golden, SCREENS['login'] ?? inside(), { ...SMALL, ascii: true });
test('confirm-120x40', golden, SCREENS['confirm'] ?? inside(), { ...SMALL, width: 120, height: 40 });

const styles = (surface: CellSurface) => new Set([...surface.attrs] as Attr[]);

test('the theme mono uses no colour on any screen, ansi16 none above 7, and ASCII nothing beyond it', (t) => {
  for (const [name, state] of Object.entries(SCREENS)) {
    for (const style of styles(drawn(state, { ...SMALL, theme: 'mono' }))) {
      t.is(style & 0x3ffff, attr({}) & 0x3ffff, name);
    }
    for (const style of styles(drawn(state, { ...SMALL, theme: 'ansi16' }))) {
      const fg = (style >> 9) & 0x1ff;
      t.true(fg === 0x1ff || fg < 8, name);
    }
    t.regex(drawn(state, { ...SMALL, ascii: true }).text(), /^[\n -~]*$/, name);
  }
});

test('no size makes a screen fail, and a small one says what it needs', (t) => {
  for (const state of Object.values(SCREENS)) {
    for (const [width, height] of [
      [1, 1],
      [79, 24],
      [80, 23],
      [200, 60],
    ] as const) {
      t.notThrows(() => drawn(state, { ...SMALL, width, height }));
    }
  }
  t.regex(drawn(outside(), { ...SMALL, width: 79 }).text(), /need 80x24, this is 79x24/);
});

test('a screen that is confirmed, a focused field and the menu’s choice stand out without colour', (t) => {
  const marked = (state: AtmState, text: string) => {
    const surface = drawn(state, { ...SMALL, theme: 'mono' });
    const at = surface.characters.join('').indexOf(text);
    t.true(at > 0, text);
    return ((surface.attrs[at] ?? 0) >> 18) & 8;
  };
  t.is(marked(SCREENS['confirm'] ?? inside(), '[ No ]'), 8);
  t.is(marked(SCREENS['confirm'] ?? inside(), '[ Yes'), 0);
  t.is(marked(SCREENS['menu'] ?? inside(), ' 1  Withdraw'), 8);
  t.is(marked(SCREENS['menu'] ?? inside(), ' 2  Deposit'), 0);
});

test('text of the bank cannot move the cursor, recolour, or take two cells', (t) => {
  const hostile = 'a\x1b[41mb\x1b]0;x\x07\u202ed\u{1f4b8}漢' as AccountId;
  const state = inside(MENU, {
    session: session({
      account: hostile,
      accounts: [view({ account: hostile })],
      customer: hostile as unknown as CustomerId,
    }),
  });
  for (const character of drawn(state).characters) t.regex(character, /^[ -~\u00a1-\u25ff\u2713\u2717]$/);
});

test('a hidden balance is on no screen', (t) => {
  const shy = session({
    hidden: true,
    accounts: [view({ available: cents(7_777_77), ledger: cents(7_777_77) })],
  });
  for (const screen of [
    MENU,
    WITHDRAW,
    receipt(withdrawal, { account: view({ available: cents(7_777_77) }) }),
  ]) {
    t.notRegex(drawn(inside(screen, { session: shy })).text(), /7,777/);
  }
});

test('a shorter screen leaves nothing of a longer one behind', (t) => {
  const surface = new CellSurface(SMALL);
  const look = screenLook('dark', false);
  draw(SCREENS['history'] ?? inside(), surface, look);
  draw(outside(), surface, look);
  t.is(surface.text(), drawn(outside()).text());
});

test('without an amount nothing is said of the notes', (t) => {
  t.notRegex(drawn(inside({ at: 'withdraw', amount: ZERO, confirm: null })).text(), /notes here/);
});
