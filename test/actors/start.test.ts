import test from 'ava';
import { emit, setup } from 'xstate';
import { startActor } from '../../actors/start.ts';
import { ManualClock } from '../helpers/manual-clock.ts';

const machine = setup({
  types: {
    events: {} as { type: 'go' } | { type: 'break' },
    emitted: {} as { type: 'hello' },
    output: {} as number,
  },
  actions: {
    greet: emit({ type: 'hello' }),
    throwUp: () => {
      throw new Error('broken action');
    },
  },
}).createMachine({
  id: 'sample',
  initial: 'waiting',
  states: {
    waiting: { entry: 'greet', on: { go: 'over', break: { actions: 'throwUp' } } },
    over: { type: 'final' },
  },
  output: 7,
});

function start(handlers: { onEmitted?: () => void; onDone?: (output: number) => void } = {}) {
  const errors: string[] = [];
  const actor = startActor(machine, {
    input: undefined,
    clock: new ManualClock(),
    id: 'sample',
    onError: (error) => errors.push(String(error)),
    onEmitted: () => {},
    ...handlers,
  });
  return { actor, errors };
}

test('A command of the first step is heard', (t) => {
  let heard = 0;
  start({ onEmitted: () => heard++ });
  t.is(heard, 1);
});

test('The output is handed out when the machine is done, not when it is stopped', (t) => {
  const outputs: number[] = [];
  start({ onDone: (output) => outputs.push(output) }).actor.stop();
  t.deepEqual(outputs, []);
  start({ onDone: (output) => outputs.push(output) }).actor.send({ type: 'go' });
  t.deepEqual(outputs, [7]);
});

test('An action that throws reaches onError', (t) => {
  const { actor, errors } = start();
  actor.send({ type: 'break' });
  t.deepEqual(errors, ['Error: broken action']);
});

test('So does carrying out a command, and taking the output', (t) => {
  const fail = () => {
    throw new Error('broken host');
  };
  const { actor, errors } = start({ onEmitted: fail, onDone: fail });
  actor.send({ type: 'go' });
  t.deepEqual(errors, ['Error: broken host', 'Error: broken host']);
});
