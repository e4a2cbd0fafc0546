import test from 'ava';
import { getInitialSnapshot, getNextSnapshot } from 'xstate';
import { getShortestPaths } from 'xstate/graph';
import { bankTransactionMachine } from '../../actors/bank-transaction.machine.ts';
import { STEP_EVENTS, STEPS, type StepState, step } from '../../bank/steps.ts';
import { TXN_STATES } from '../../protocol/messages.ts';

const events = STEP_EVENTS.map((type) => ({ type }));

test('the machine has the states of the table, and every one can be reached', (t) => {
  const paths = getShortestPaths(bankTransactionMachine, { events });
  const reached = paths.map(({ state }) => String(state.value)).sort();
  t.deepEqual(reached, ['none', ...TXN_STATES].sort());
  t.deepEqual(Object.keys(STEPS).sort(), reached);
});

test('in every state every event leads where the table says, or nowhere', (t) => {
  for (const path of getShortestPaths(bankTransactionMachine, { events })) {
    const from = String(path.state.value) as StepState;
    for (const event of events) {
      const next = getNextSnapshot(bankTransactionMachine, path.state, event);
      const expected = step(from, event.type) ?? from;
      t.is(String(next.value), expected, `${from} on ${event.type}`);
      t.is(path.state.can(event), step(from, event.type) !== null, `${from} can ${event.type}`);
    }
  }
});

test('a transaction starts as none, and what is completed, partial or posted is final', (t) => {
  t.is(getInitialSnapshot(bankTransactionMachine).value, 'none');
  for (const final of ['completed', 'partial', 'posted'] as const) t.deepEqual(STEPS[final], {});
});
