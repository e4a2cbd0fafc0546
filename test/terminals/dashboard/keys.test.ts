import test from 'ava';
import { pressKey } from '../../../terminals/dashboard/keys.ts';
import {
  type Effect,
  firstUiState,
  type GridFacts,
  type KeyFacts,
  type UiState,
} from '../../../terminals/dashboard/ui-state.ts';

/** Twelve terminals in three pages of two rows; the fifth and the tenth are in trouble. */
const grid: GridFacts = {
  order: Array.from({ length: 12 }, (_, i) => i),
  perRow: 2,
  perPage: 4,
  isBad: (index) => index === 4 || index === 9,
};
/** Ten events, four lines on the screen. */
const LOG = { numbers: [29, 28, 27, 26, 25, 24, 23, 22, 21, 20], page: 4 };
const FACTS: KeyFacts = {
  running: true,
  grid,
  errors: ['TIMEOUT', 'BUSY'],
  log: LOG,
  control: null,
  typed: '',
};
const faults = [{ kind: 'bank-kill', text: '', strikes: 'bank' } as const];
const CONTROLLED: KeyFacts = { ...FACTS, control: { paused: false, sharePct: 100, faults } };

function press(keys: readonly string[], facts = FACTS) {
  let state: UiState = firstUiState('dark');
  const effects: Effect[] = [];
  for (const key of keys) {
    const result = pressKey(state, key, { ...facts, typed: key.length === 1 ? key : '' });
    state = result.state;
    if (result.effect !== 'none') effects.push(result.effect);
  }
  return { state, effects };
}

const keys = test.macro({
  title: (name) => `keys: ${name}`,
  exec(t, pressed: readonly string[], expected: { state?: Partial<UiState>; effects?: Effect[] }) {
    const { state, effects } = press(pressed);
    t.deepEqual({ ...state, ...expected.state }, state);
    t.deepEqual(effects, expected.effects ?? []);
  },
});

test('q asks while a run is on', keys, ['q'], { state: { dialog: 'quit' } });
test('y stops the run and waits for it', keys, ['q', 'y'], {
  state: { dialog: 'none', stopping: true },
  effects: ['stop'],
});
test('Enter answers the question with No', keys, ['q', 'enter'], {
  state: { dialog: 'none', stopping: false },
});
test('an unknown key leaves the question open', keys, ['q', 'x'], { state: { dialog: 'quit' } });
test('d leaves without stopping', keys, ['q', 'd'], { effects: ['leave'] });
test('q after a stop leaves at once', keys, ['q', 'y', 'q'], { effects: ['stop', 'leave'] });
test('C-c interrupts, the second forces', keys, ['C-c', 'C-c'], { effects: ['interrupt', 'force'] });
test('C-c works in every dialog', keys, ['?', 'C-c'], { state: { dialog: 'none' }, effects: ['interrupt'] });
test('help opens and closes', keys, ['?', 'pagedown', 'escape'], { state: { dialog: 'none', cursor: -1 } });
test('space pauses and goes on', keys, ['space', 'space', 'space'], { state: { paused: true } });
test('T goes through the themes', keys, ['S-t', 'S-t'], { state: { theme: 'ansi16' } });
test('T comes back to the first theme', keys, ['S-t', 'S-t', 'S-t', 'S-t'], { state: { theme: 'dark' } });
test('the first arrow selects the first cell', keys, ['right'], { state: { cursor: 0 } });
test('arrows and hjkl move by cell and by row', keys, ['right', 'j', 'l', 'down', 'k', 'h'], {
  state: { cursor: 2 },
});
test('the cursor ends at the last cell', keys, Array(9).fill('pagedown'), { state: { cursor: 11 } });
test('the cursor ends at the first cell', keys, ['pagedown', 'pageup', 'pageup'], { state: { cursor: 0 } });
test('G and g jump to the ends', keys, ['S-g', 'g'], { state: { cursor: 0 } });
test('n goes to the next in trouble and round', keys, ['n', 'n', 'n'], { state: { cursor: 4 } });
test('N goes to the previous in trouble', keys, ['g', 'S-n'], { state: { cursor: 9 } });
test('s goes through the orders, S turns them round', keys, ['s', 's', 'S-s'], {
  state: { sort: 'p99', reverse: true },
});
test('d goes through the densities', keys, ['d', 'd'], { state: { density: 'glyphs' } });
test('Enter zooms into the selected ATM, n goes on to the next in trouble', keys, ['right', 'enter', 'n'], {
  state: { zoomed: 4, cursor: 4 },
});
test('z changes between the screen of one ATM and its figures', keys, ['enter', 'z'], {
  state: { figures: true, maximised: false },
});
test('Esc comes back from one ATM', keys, ['enter', 'right', 'escape'], {
  state: { zoomed: null, cursor: 1 },
});
test('Enter that is reported under both names counts once', keys, ['enter', 'return'], {
  state: { zoomed: 0 },
});
test('Tab goes round the panes', keys, ['tab', 'tab', 'S-tab', 'S-tab', 'S-tab'], { state: { focus: 6 } });
test('a number goes to a pane, z gives it the screen', keys, ['4', 'z'], {
  state: { focus: 4, maximised: true },
});
test(
  'a filter is typed and applied with Enter',
  keys,
  ['/', '!', 'i', 'd', 'l', 'x', 'backspace', 'e', 'enter'],
  {
    state: { filter: '!idle', typing: null },
  },
);
test('keys that are typed do nothing else', keys, ['/', 'q', '?', 'space'], {
  state: { typing: 'q?', dialog: 'none' },
});
test('Esc leaves the filter as it was', keys, ['/', 'x', 'enter', '/', 'y', 'escape'], {
  state: { filter: 'x', typing: null },
});
test('m marks the selected ATM, and takes the mark back', keys, ['g', 'm', 'right', 'm', 'left', 'm'], {
  state: { marked: new Set([1]) },
});
test('m marks the ATM that is looked at; Esc keeps the mark', keys, ['enter', 'm', 'escape', 'escape'], {
  state: { marked: new Set([0]), cursor: -1 },
});
test('m without a selected ATM marks none', keys, ['m'], { state: { marked: new Set<number>() } });
test('* takes all marks away', keys, ['g', 'm', 'right', 'm', '*'], { state: { marked: new Set<number>() } });
test('t goes through the windows of the charts', keys, ['t', 't', 't', 't'], { state: { window: 'all' } });
test('x writes a file', keys, ['x'], { effects: ['export'] });
test('the pane of errors leads to the ATMs that had one', keys, ['4', 'down', 'down', 'enter'], {
  state: { filter: 'err:BUSY', focus: 1, zoomed: null },
});
test('y shows the command that repeats the run', keys, ['y'], {
  state: { dialog: 'repeat' },
  effects: ['repeat'],
});
test('l in the grid goes right, in the events pane it opens the log', keys, ['l', 'l', '6', 'l'], {
  state: { cursor: 1, log: { terminal: null, top: null } },
});
test('L opens the log of the selected ATM, l in it that of all', keys, ['g', 'l', 'S-l'], {
  state: { log: { terminal: 1, top: null } },
});
test('L without a selected ATM opens the log of all', keys, ['S-l'], {
  state: { log: { terminal: null, top: null } },
});
test('L of the ATM that is looked at; Esc goes back to it', keys, ['enter', 'S-l', 'escape'], {
  state: { log: null, zoomed: 0 },
});
test('in the log l and L change what is shown', keys, ['g', 'S-l', 'l', 'down', 'S-l'], {
  state: { log: { terminal: 0, top: null } },
});
test('the log scrolls by lines and pages', keys, ['S-l', 'down', 'pagedown', 'up'], {
  state: { log: { terminal: null, top: 25 } },
});
test('the log ends with a full page', keys, ['S-l', 'S-g', 'down'], {
  state: { log: { terminal: null, top: 23 } },
});
test('at its newest event the log follows again', keys, ['S-l', 'S-g', 'g'], {
  state: { log: { terminal: null, top: null } },
});
test('keys of the panes do nothing in the log, q and T do', keys, ['S-l', 's', 'd', '3', 'S-t', 'q'], {
  state: { sort: 'id', density: 'auto', focus: 1, theme: 'light', dialog: 'quit' },
});
test('M turns the mouse on and off', keys, ['S-m', 'S-m', 'S-m'], { state: { mouse: true } });
test('who may only look cannot act', keys, ['S-p', '+', '-', 'S-f', 'f'], {
  state: { armed: false, dialog: 'none' },
});

const acts = test.macro({
  title: (name) => `control: ${name}`,
  exec(t, pressed: readonly string[], expected: readonly Effect[]) {
    t.deepEqual(press(pressed, CONTROLLED).effects, expected);
  },
});
test('P pauses the load', acts, ['S-p'], [{ type: 'pause', paused: true }]);
test(
  '+ and - change it by ten points',
  acts,
  ['+', '-'],
  [
    { type: 'size', byPct: 10 },
    { type: 'size', byPct: -10 },
  ],
);
test('a fault is not applied before it is armed', acts, ['f', 'enter'], []);
test(
  'an armed fault is applied',
  acts,
  ['S-f', 'f', 'enter'],
  [{ type: 'fault', kind: 'bank-kill', terminals: null }],
);
test(
  'a fault is aimed at the marked ATMs',
  acts,
  ['S-g', 'm', 'g', 'm', 'S-f', 'f', 'enter'],
  [{ type: 'fault', kind: 'bank-kill', terminals: [0, 11] }],
);
test(
  '* aims at all again, in the menu too',
  acts,
  ['g', 'm', 'S-f', 'f', '*', 'enter'],
  [{ type: 'fault', kind: 'bank-kill', terminals: null }],
);
test('the menu arms too, and Esc applies nothing', acts, ['f', 'S-f', 'escape'], []);

test('without a run q and C-c leave at once', (t) => {
  for (const key of ['q', 'C-c']) t.deepEqual(press([key], { ...FACTS, running: false }).effects, ['leave']);
});

test('a grid without a terminal takes every key', (t) => {
  const none = { ...FACTS, grid: { ...grid, order: [] } };
  const { state } = press(['right', 'n', 'S-g', 'pagedown', 'enter', 'escape'], none);
  t.is(state.zoomed, null);
});

test('a page of the log that new events push down is found again by its number', (t) => {
  const { state } = press(['S-l', 'down', 'down']);
  t.deepEqual(state.log, { terminal: null, top: 27 });
  const later = { ...FACTS, log: { numbers: [31, 30, ...LOG.numbers], page: 4 } };
  t.deepEqual(pressKey(state, 'down', later).state.log, { terminal: null, top: 26 });
});
