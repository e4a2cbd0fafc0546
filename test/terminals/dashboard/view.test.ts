import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import test from 'ava';
import type { DashboardModel } from '../../../terminals/dashboard/model.ts';
import { type Attr, attr, CellSurface } from '../../../terminals/dashboard/surface.ts';
import { lookOf, THEME_NAMES } from '../../../terminals/dashboard/theme.ts';
import type { Ui } from '../../../terminals/dashboard/ui.ts';
import { firstUiState } from '../../../terminals/dashboard/ui-state.ts';
import { draw, gridOf } from '../../../terminals/dashboard/view.ts';
import { controlled, fixtureModel, fixtureUi, violated, watching } from '../../helpers/dashboard-fixture.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

function drawn(model: DashboardModel | null, { width, height }: Size, ui: Ui = fixtureUi()): CellSurface {
  const surface = new CellSurface({ width, height, ascii: ui.look.glyphs.ellipsis === '~' });
  draw(model, surface, ui);
  return surface;
}

const golden = test.macro({
  title: (name) => `the screen is the one kept in golden/${name}.txt`,
  exec(t, model: DashboardModel, size: Size, ui: Ui) {
    const name = t.title.replace(/^.*golden\//, '');
    const file = new URL(`golden/${name}`, import.meta.url);
    const text = drawn(model, size, ui).text();
    if (process.env['UPDATE_GOLDEN']) {
      mkdirSync(new URL('.', file), { recursive: true });
      writeFileSync(file, text);
    }
    t.is(text, readFileSync(file, 'utf8'));
  },
});

const SMALL = { width: 80, height: 24 };
const NORMAL = { width: 120, height: 36 };
const LARGE = { width: 200, height: 60 };
const unchecked: DashboardModel = {
  ...fixtureModel(),
  lights: {
    money: { status: 'unchecked', delta: '0', sum: '0', text: 'foreign bank', atMs: null },
    audit: {
      status: 'stale',
      headSeq: 184_213,
      headHash: 'ab'.repeat(32),
      lagMs: null,
      text: '',
      atMs: 190_204,
    },
  },
  adversary: null,
  bank: null,
};

test('80x24', golden, fixtureModel(), SMALL, fixtureUi());
test('120x36', golden, fixtureModel(), NORMAL, fixtureUi());
test('200x60', golden, fixtureModel(), LARGE, fixtureUi());
test('120x36-ascii', golden, fixtureModel(), NORMAL, fixtureUi({ ascii: true, theme: 'mono' }));
test('80x24-ascii', golden, fixtureModel(), SMALL, fixtureUi({ ascii: true, theme: 'mono' }));
test('120x36-2000-page-2', golden, fixtureModel(2000), NORMAL, fixtureUi({ state: { cursor: 1500 } }));
test('80x24-violated', golden, violated(fixtureModel()), SMALL, fixtureUi());
test('80x24-help', golden, fixtureModel(), SMALL, fixtureUi({ state: { dialog: 'help' } }));
test('80x24-quit', golden, fixtureModel(), SMALL, fixtureUi({ state: { dialog: 'quit' } }));
test('120x36-unchecked', golden, unchecked, NORMAL, fixtureUi());
const inTrouble = { filter: 'state:error', sort: 'errors', cursor: 0 } as const;
test('80x24-filtered', golden, fixtureModel(), SMALL, fixtureUi({ state: inTrouble }));
test(
  '120x36-2000-by-state',
  golden,
  fixtureModel(2000),
  NORMAL,
  fixtureUi({ state: { sort: 'state', cursor: 3 } }),
);
test('120x36-zoomed', golden, watching(fixtureModel()), NORMAL, fixtureUi({ state: { zoomed: 60 } }));
test('80x24-zoomed', golden, watching(fixtureModel()), SMALL, fixtureUi({ state: { zoomed: 60 } }));
const figures = { zoomed: 60, figures: true };
test('80x24-zoomed-figures', golden, watching(fixtureModel()), SMALL, fixtureUi({ state: figures }));
const loggedIn = { op: 'login', amount: null, to: null } as const;
const menu = {
  ...{ act: null, stage: null },
  last: { act: loggedIn, outcome: 'ok', code: null, cash: '0', settledBy: 'reply', atMs: 1_764_000_002_000 },
} as const;
test(
  '80x24-zoomed-menu-ascii',
  golden,
  watching(fixtureModel(), menu),
  SMALL,
  fixtureUi({ theme: 'mono', ascii: true, state: { zoomed: 60 } }),
);
test(
  '100x30-zoomed',
  golden,
  watching(fixtureModel()),
  { width: 100, height: 30 },
  fixtureUi({ state: { zoomed: 60 } }),
);
test(
  '80x24-bank-maximised',
  golden,
  fixtureModel(),
  SMALL,
  fixtureUi({ state: { focus: 5, maximised: true } }),
);
test(
  '80x24-faults',
  golden,
  controlled(fixtureModel()),
  SMALL,
  fixtureUi({ state: { dialog: 'faults', armed: true } }),
);
const someMarked = { marked: new Set([0, 2, 4, 23, 199]), cursor: 2 };
test('80x24-all', golden, fixtureModel(), SMALL, fixtureUi({ state: { window: 'all' } }));
test('120x36-all', golden, fixtureModel(), NORMAL, fixtureUi({ state: { window: 'all' } }));
test('120x36-marked', golden, fixtureModel(), NORMAL, fixtureUi({ state: someMarked }));
test('80x24-marked', golden, fixtureModel(), SMALL, fixtureUi({ state: someMarked }));
test(
  '80x24-faults-aimed',
  golden,
  controlled(fixtureModel()),
  SMALL,
  fixtureUi({ state: { ...someMarked, dialog: 'faults' } }),
);
test('120x36-controlled', golden, controlled(fixtureModel(), true, 80), NORMAL, fixtureUi());
const command = `cashpoint run --seed 5eed42 --terminals 200 --stage 30s:2000/s --stage 9m30s:2000/s`;
test('80x24-repeat', golden, fixtureModel(), SMALL, {
  ...fixtureUi({ state: { dialog: 'repeat' } }),
  repeat: `${command}  # commit 1a2b3c4, seed 5eed42, ATM-061, at 03:17.204`,
});
const logged = fixtureModel().events.map((event, i) => ({ number: 240 + i, event }));
test('80x24-log', golden, fixtureModel(), SMALL, {
  ...fixtureUi({ state: { log: { terminal: null, top: 246 } } }),
  log: { lines: logged.slice(0, 7).reverse(), newer: 2 },
});
test('120x36-log-of-one', golden, fixtureModel(), NORMAL, {
  ...fixtureUi({ state: { log: { terminal: 60, top: null } } }),
  log: { lines: logged.slice(7, 8), newer: 0 },
});
test('80x24-typing', golden, fixtureModel(), SMALL, fixtureUi({ state: { typing: 'state:bro' } }));
test('200x60-ascii', golden, fixtureModel(2000), LARGE, fixtureUi({ theme: 'mono', ascii: true }));
for (const [name, size] of [
  ['80x24', SMALL],
  ['120x36', NORMAL],
  ['200x60', LARGE],
] as const) {
  test(`no theme moves a character at ${name}`, (t) => {
    const bare = (text: string) => text.replace(/theme \w+ +/, '');
    const plain = bare(drawn(fixtureModel(), size).text());
    for (const theme of THEME_NAMES) {
      t.is(bare(drawn(fixtureModel(), size, fixtureUi({ theme })).text()), plain);
    }
  });
}
test('79x24-too-small', golden, fixtureModel(), { width: 79, height: 24 }, fixtureUi());

test('the picture in docs is the screen of today', (t) => {
  const picture = new URL('../../../docs/dashboard.txt', import.meta.url);
  const text = drawn(fixtureModel(), NORMAL).text();
  if (process.env['UPDATE_GOLDEN']) writeFileSync(picture, text);
  t.is(text, readFileSync(picture, 'utf8'));
});

for (const theme of THEME_NAMES) {
  test(`each state has its own glyph in its own style in the theme ${theme}`, (t) => {
    const { palette, glyphs } = lookOf(theme, false);
    const model = fixtureModel();
    const states = '.>@$!x';
    const surface = drawn(
      { ...model, terminals: { ...model.terminals, states } },
      NORMAL,
      fixtureUi({ theme }),
    );
    const names = ['idle', 'handshake', 'login', 'txn', 'error', 'offline'] as const;
    for (const [i, state] of names.entries()) {
      const cell = 3 * NORMAL.width + 1 + i * 5;
      t.is(surface.characters[cell], glyphs.states[state]);
      t.is(surface.attrs[cell], palette.states[state]);
    }
    const error = Number(palette.states.error) >> 18;
    t.is(error & 9, 9, 'an error is bold and inverse');
    t.is(new Set(names.map((state) => glyphs.states[state])).size, names.length);
  });
}

/** Every style in use on the screen. */
const stylesOf = (surface: CellSurface) => new Set([...surface.attrs] as Attr[]);

test('the theme mono uses no colour anywhere', (t) => {
  for (const style of stylesOf(drawn(violated(fixtureModel()), NORMAL, fixtureUi({ theme: 'mono' })))) {
    t.is(style & 0x3ffff, attr({}) & 0x3ffff);
  }
});

test('the theme ansi16 uses no palette number above 7', (t) => {
  for (const style of stylesOf(drawn(violated(fixtureModel()), NORMAL, fixtureUi({ theme: 'ansi16' })))) {
    const fg = (style >> 9) & 0x1ff;
    t.true(fg === 0x1ff || fg < 8, `${fg}`);
  }
});

test('neither an unchecked nor a stale light reads OK', (t) => {
  for (const size of [SMALL, NORMAL, { width: 40, height: 3 }]) {
    const lines = drawn(unchecked, size).text().split('\n');
    const lights = lines.find((line) => line.includes('MONEY')) ?? '';
    t.regex(lights, /MONEY ○ NOT CHECKED/);
    t.notRegex(lights, /OK/);
  }
});

test('a violation is on the screen at every size, in the style of alarms', (t) => {
  for (const size of [SMALL, NORMAL, LARGE, { width: 50, height: 10 }]) {
    const surface = drawn(violated(fixtureModel()), size);
    const at = surface.characters.join('').indexOf('VIOLATED');
    t.true(at > 0);
    t.is(surface.attrs[at], lookOf('dark', false).palette.alarm);
  }
});

test('text of others cannot move the cursor, recolour, or take two cells', (t) => {
  const model = fixtureModel();
  const text = 'a\x1b[41mb\x1b]0;x\x07c\u202ed\u{1f4b8}e漢\u0301';
  const events = [{ tMs: 0, level: 'error', actor: 'ATM\r-1', text } as const];
  const hostile = { ...model, run: { ...model.run, scenario: text }, events };
  for (const character of drawn(hostile, NORMAL).characters) t.regex(character, /^[ -~\u00a1-\u25ff\u2717]$/);
  for (const character of drawn(hostile, NORMAL, fixtureUi({ ascii: true })).characters)
    t.regex(character, /^[ -~]$/);
});

test('a marked ATM is told without colour in either density', (t) => {
  const states = '.>@$!x';
  const model = fixtureModel();
  const six = { ...model, terminals: { ...model.terminals, states } };
  for (const ascii of [true, false]) {
    const shown = (density: 'numbers' | 'glyphs') =>
      drawn(
        six,
        NORMAL,
        fixtureUi({ ascii, theme: 'mono', state: { density, marked: new Set([0, 1, 2, 3, 4, 5]) } }),
      )
        .text()
        .split('\n')[3] ?? '';
    t.regex(shown('glyphs'), /^.IHLTEX /);
    t.regex(shown('numbers'), /^.\S001\*\S002\*@003\*\$004\*!005\*x006\* /);
  }
});

test('a percentile without enough samples is shown as absent, never as zero', (t) => {
  const model = fixtureModel();
  const latency = [{ op: 'ALL', rate: 1, p50: 900, p95: null, p99: null, p999: null, max: 1200 }];
  t.regex(drawn({ ...model, latency }, NORMAL).text(), / ALL +1 +0\.90 +— +— +— +1\.2│/);
});

test('an achieved rate behind the offered one for three seconds turns to a warning', (t) => {
  const model = fixtureModel();
  const styleOf = (okPerS: number[]) => {
    const surface = drawn({ ...model, okPerS }, NORMAL);
    return surface.attrs[surface.characters.join('').indexOf('achieved') + 1];
  };
  const { palette } = lookOf('dark', false);
  t.is(styleOf([1000, 1000, 1990]), palette.text);
  t.is(styleOf([1990, 1000, 1000, 1000]), palette.warn);
});

test('a shorter frame leaves nothing of a longer one behind', (t) => {
  const surface = new CellSurface({ ...NORMAL, ascii: false });
  draw(fixtureModel(), surface, fixtureUi());
  draw(null, surface, fixtureUi());
  t.is(surface.text().trim(), 'CASHPOINT  waiting for the run');
});

test('every terminal is on exactly one page', (t) => {
  for (const [count, size] of [
    [1, SMALL],
    [2000, NORMAL],
    [10_000, SMALL],
    [10_000, LARGE],
  ] as const) {
    const model = fixtureModel(count);
    const all = { ...model, terminals: { ...model.terminals, states: '$'.repeat(count) } };
    let seen = 0;
    const { perPage } = gridOf(all, size, firstUiState('dark'));
    for (let from = 0; from < count; from += perPage) {
      const cursor = from === 0 ? -1 : from;
      const surface = drawn(all, size, fixtureUi({ state: { cursor } }));
      // The legend shows the glyph too, and so does the line of the selected one.
      const besides = cursor < 0 ? 1 : 2;
      seen += surface.characters.filter((character) => character === '$').length - besides;
    }
    t.is(seen, count);
  }
});

test('no size, however small, makes a view fail', (t) => {
  for (const width of [1, 2, 79, 80, 119, 120]) {
    for (const height of [1, 2, 23, 24, 35, 36])
      t.notThrows(() => drawn(fixtureModel(10_000), { width, height }));
  }
});
