import test from 'ava';
import {
  countStates,
  type Lights,
  latchLights,
  STATE_CODES,
  stateOf,
  type TerminalState,
  terminalName,
} from '../../../terminals/dashboard/model.ts';

const lights = (money: Lights['money']['status'], audit: Lights['audit']['status'], atMs = 0): Lights => ({
  money: { status: money, delta: '0', sum: '100', text: `at ${atMs}`, atMs },
  audit: { status: audit, headSeq: 1, headHash: 'aa', lagMs: 0, text: '', atMs },
});

test('a violated light keeps its first violation while the other light goes on', (t) => {
  const first = latchLights(lights('ok', 'ok'), lights('violated', 'ok', 1));
  const later = latchLights(first, lights('violated', 'stale', 2));
  const last = latchLights(later, lights('ok', 'ok', 3));
  t.is(last.money.status, 'violated');
  t.is(last.money.text, 'at 1');
  t.is(later.audit.status, 'stale');
  t.is(last.audit.status, 'ok');
});

test('a violated audit light stays violated', (t) => {
  const held = latchLights(null, lights('ok', 'violated', 1));
  t.is(latchLights(held, lights('ok', 'ok', 2)).audit.status, 'violated');
});

test('a light that is not violated follows the newest snapshot, down as well as up', (t) => {
  t.is(latchLights(lights('unchecked', 'ok'), lights('ok', 'ok')).money.status, 'ok');
  t.is(latchLights(lights('ok', 'ok'), lights('unchecked', 'ok')).money.status, 'unchecked');
});

test('every state code reads back as its state, and an unknown one as error', (t) => {
  for (const [state, code] of Object.entries(STATE_CODES)) t.is(stateOf(code), state as TerminalState);
  t.is(stateOf('?'), 'error');
  t.is(stateOf('toString'), 'error');
});

test('states are counted, each terminal once', (t) => {
  t.deepEqual(countStates('..>@$$$!x?'), { idle: 2, handshake: 1, login: 1, txn: 3, error: 2, offline: 1 });
});

test('terminals are named by prefix and padded number', (t) => {
  t.is(terminalName({ prefix: 'ATM-', first: 1, digits: 3, states: '..' }, 1), 'ATM-002');
});
