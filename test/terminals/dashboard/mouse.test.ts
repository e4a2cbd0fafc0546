import test from 'ava';
import { type Click, type Hit, pressMouse } from '../../../terminals/dashboard/mouse.ts';
import { mouseReports } from '../../../terminals/dashboard/mouse-report.ts';
import { firstUiState, type KeyFacts, type UiState } from '../../../terminals/dashboard/ui-state.ts';
import { hitOf } from '../../../terminals/dashboard/view.ts';
import { fixtureModel } from '../../helpers/dashboard-fixture.ts';

test('reports of presses and the wheel are read, several in one read too; others are not', (t) => {
  const read =
    '\x1b[<0;10;5M\x1b[<0;10;5mq\x1b[<64;1;1M\x1b[<65;120;36M\x1b[<2;3;3M\x1b[<35;4;4M\x1b[<16;2;2M';
  t.deepEqual(mouseReports(read), [
    { kind: 'press', x: 9, y: 4 },
    { kind: 'wheel-up', x: 0, y: 0 },
    { kind: 'wheel-down', x: 119, y: 35 },
    { kind: 'press', x: 1, y: 1 },
  ]);
});

const at = (x: number, y: number, [width, height]: readonly [number, number], state: Partial<UiState> = {}) =>
  hitOf(fixtureModel(), { width, height }, { state: { ...firstUiState('dark'), ...state }, at: { x, y } });

test('what lies under the mouse: pane, row and cell, at every size', (t) => {
  t.deepEqual(at(1, 3, [120, 36]), { pane: 1, cell: 0, row: 0 });
  t.deepEqual(at(12, 4, [120, 36]), { pane: 1, cell: 16, row: 1 }, 'five cells an ATM, fourteen a row');
  t.deepEqual(at(72, 3, [120, 36]), { pane: 1, cell: null, row: 0 }, 'beside the last of a row');
  t.deepEqual(at(5, 18, [120, 36]), { pane: 1, cell: null, row: 15 }, 'after the last');
  t.deepEqual(at(80, 3, [120, 36]), { pane: 2, cell: null, row: 0 });
  t.deepEqual(at(3, 24, [120, 36]), { pane: 4, cell: null, row: 1 });
  t.deepEqual(at(48, 3, [80, 24]), { pane: 1, cell: 47, row: 0 });
  t.deepEqual(at(60, 20, [80, 24]), { pane: 6, cell: null, row: 5 });
  t.is(at(3, 0, [120, 36]), null, 'the header');
  t.is(at(3, 35, [120, 36]), null, 'the footer');
  t.is(at(3, 2, [60, 10]), null, 'too small for panes');
  t.is(at(30, 10, [80, 24], { focus: 5, maximised: true })?.pane, 5);
});

const FACTS: KeyFacts = {
  running: true,
  grid: { order: [3, 1, 2], perRow: 1, perPage: 2, isBad: () => false },
  errors: ['TIMEOUT', 'BUSY'],
  log: { numbers: [9, 8, 7, 6, 5, 4], page: 2 },
  control: null,
  typed: '',
};
const CELL: Hit = { pane: 1, cell: 1, row: 1 };
const ROW: Hit = { pane: 4, cell: null, row: 1 };

const clicks = test.macro({
  title: (name) => `mouse: ${name}`,
  exec(
    t,
    before: Partial<UiState>,
    [click, hit]: readonly [Partial<Click>, Hit | null],
    after: Partial<UiState>,
  ) {
    const state = { ...firstUiState('dark'), ...before };
    const result = pressMouse(state, { kind: 'press', double: false, ...click }, hit, FACTS);
    t.deepEqual(result, { state: { ...state, ...after }, effect: 'none' });
  },
});

test('a click selects a cell and its pane', clicks, { focus: 3 }, [{}, CELL], { focus: 1, cursor: 1 });
test('a double click looks at it alone', clicks, {}, [{ double: true }, CELL], { cursor: 1, zoomed: 1 });
test('a double click beside the cells does not', clicks, {}, [{ double: true }, { ...CELL, cell: null }], {});
test('a click on another pane gives it the focus', clicks, {}, [{}, { pane: 3, cell: null, row: 2 }], {
  focus: 3,
});
test('a click chooses an error', clicks, {}, [{}, ROW], { focus: 4, errorRow: 1 });
test('a double click on an error shows its ATMs', clicks, {}, [{ double: true }, ROW], {
  ...{ filter: 'err:BUSY', focus: 1, errorRow: 1 },
});
test('the wheel over the grid goes down a row', clicks, { cursor: 0 }, [{ kind: 'wheel-down' }, CELL], {
  cursor: 1,
});
test(
  'the wheel over the events opens the log',
  clicks,
  {},
  [{ kind: 'wheel-down' }, { pane: 6, cell: null, row: 0 }],
  {
    ...{ focus: 6, log: { terminal: null, top: null } },
  },
);
const log = { terminal: null, top: null };
test('the wheel scrolls the log', clicks, { log }, [{ kind: 'wheel-down' }, null], {
  log: { ...log, top: 6 },
});
test('a click does nothing in the log', clicks, { log }, [{}, CELL], {});
test('nor in a dialog', clicks, { dialog: 'quit' }, [{}, CELL], {});
test('nor while a filter is typed', clicks, { typing: 'x' }, [{}, CELL], {});
test('nor where no pane is', clicks, {}, [{}, null], {});
