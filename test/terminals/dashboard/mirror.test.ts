import test from 'ava';
import { mirrorState } from '../../../terminals/dashboard/mirror.ts';
import { CellSurface } from '../../../terminals/dashboard/surface.ts';
import type { WatchedResult, WatchedTerminal } from '../../../terminals/dashboard/watched.ts';
import { drawPanel } from '../../../terminals/screens/draw.ts';
import { screenLook } from '../../../terminals/screens/paint.ts';
import { fixtureModel, watching } from '../../helpers/dashboard-fixture.ts';

function shown(watched: Partial<WatchedTerminal>): string {
  const [one] = watching(fixtureModel(), watched).watched ?? [];
  if (!one) throw new Error('the fixture watches one');
  const surface = new CellSurface({ width: 80, height: 24, ascii: false });
  drawPanel(mirrorState(one, 'ATM-061'), surface, screenLook('dark', false));
  return surface.text();
}

const withdrawal = { op: 'withdraw', amount: '4000', to: null } as const;
const ended: WatchedResult = {
  ...{ act: withdrawal, outcome: 'ok', code: 'APPROVED', cash: '4000', settledBy: 'reply' },
  atMs: 1_764_000_002_000,
};
const after = (last: Partial<WatchedResult>) => ({ act: null, stage: null, last: { ...ended, ...last } });

test('what is asked of the bank is on its screen, and for how long', (t) => {
  const text = shown({});
  t.regex(text, /Withdraw 40\.00 from account A-00061/);
  t.regex(text, /has not answered for 3 s/);
});

test('a withdrawal that was paid shows its receipt', (t) => {
  t.regex(shown(after({})), /Withdrawal +-40\.00[\s\S]*Take your notes/);
});

test('one that was refused shows why and the next step', (t) => {
  const text = shown(after({ outcome: 'fail', code: 'INSUFFICIENT_FUNDS', cash: '0' }));
  t.regex(text, /No cash was paid[\s\S]*Choose a smaller amount/);
});

test('after a login the menu hides the balance', (t) => {
  const login = { op: 'login', amount: null, to: null } as const;
  t.regex(shown(after({ act: login, cash: '0' })), /Hello, C-00061\.[\s\S]*balance hidden/);
});

test('a machine without a line is offline, and nobody is logged in', (t) => {
  const text = shown({ line: 'down', customer: null, act: null, last: ended });
  t.regex(text, /OFFLINE/);
  t.regex(text, /Welcome/);
});
