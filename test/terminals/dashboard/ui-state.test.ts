import test from 'ava';
import { type Effect, firstUiState, pressKey, type UiState } from '../../../terminals/dashboard/ui-state.ts';

function press(keys: readonly string[], facts = { running: true, pages: 3 }) {
  let state: UiState = firstUiState('dark');
  const effects: Effect[] = [];
  for (const key of keys) {
    const result = pressKey(state, key, facts);
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
test('help opens and closes', keys, ['?', 'pagedown', 'escape'], { state: { dialog: 'none', page: 0 } });
test('space pauses and goes on', keys, ['space', 'space', 'space'], { state: { paused: true } });
test('T goes through the themes', keys, ['S-t', 'S-t'], { state: { theme: 'ansi16' } });
test('T comes back to the first theme', keys, ['S-t', 'S-t', 'S-t', 'S-t'], { state: { theme: 'dark' } });
test('pages end at the last', keys, Array(9).fill('pagedown'), { state: { page: 2 } });
test('pages end at the first', keys, ['pagedown', 'pageup', 'pageup'], { state: { page: 0 } });
test('G and g jump to the ends', keys, ['S-g', 'g'], { state: { page: 0 } });

test('a page that a resize made impossible is left with one key', (t) => {
  const state = { ...firstUiState('dark'), page: 9 };
  t.is(pressKey(state, 'pageup', { running: true, pages: 3 }).state.page, 1);
});

test('without a run q and C-c leave at once', (t) => {
  for (const key of ['q', 'C-c']) t.deepEqual(press([key], { running: false, pages: 1 }).effects, ['leave']);
});
