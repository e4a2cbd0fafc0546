import test from 'ava';
import { assign, emit, setup } from 'xstate';
import { inspectTransitions, type Transition } from '../../actors/inspect.ts';
import { startActor } from '../../actors/start.ts';
import { ManualClock } from '../helpers/manual-clock.ts';

const machine = setup({
  types: {
    context: {} as { hops: number },
    events: {} as { type: 'go' } | { type: 'count' } | { type: 'hop' } | { type: 'end' },
    emitted: {} as { type: 'hop' },
  },
  actions: { count: assign({ hops: ({ context }) => context.hops + 1 }), hop: emit({ type: 'hop' }) },
  delays: { pause: 100 },
}).createMachine({
  id: 'sample',
  context: { hops: 0 },
  initial: 'waiting',
  states: {
    waiting: { on: { go: 'work', count: { actions: 'count' } }, after: { pause: 'work' } },
    work: {
      initial: 'passing',
      on: { end: 'over' },
      states: { passing: { always: 'resting' }, resting: { entry: 'hop', on: { hop: 'resting' } } },
    },
    over: { type: 'final' },
  },
});

function start() {
  const seen: Transition[] = [];
  inspectTransitions((transition) => seen.push(transition));
  const clock = new ManualClock();
  const actor = startActor(machine, {
    input: undefined,
    clock,
    id: 'sample 7',
    onError: (error) => {
      throw error;
    },
    // A host may answer a command at once, in the middle of the step that gave it.
    onEmitted: (command, self) => self.send(command),
  });
  inspectTransitions(null);
  const steps = () => seen.map(({ event, from, to }) => [event, from, to]);
  return { actor, clock, seen, steps };
}

test('every step is told with its states, one without an event as such, in the order they were made', (t) => {
  const { actor, seen, steps } = start();
  actor.send({ type: 'go' });
  actor.send({ type: 'end' });
  t.deepEqual(steps(), [
    ['go', 'waiting', 'work.passing'],
    ['always', 'work.passing', 'work.resting'],
    ['hop', 'work.resting', 'work.resting'],
    ['end', 'work.resting', 'over'],
  ]);
  t.deepEqual(seen[0], {
    machine: 'sample',
    actor: 'sample 7',
    event: 'go',
    from: 'waiting',
    to: 'work.passing',
  });
});

test('a delay that has passed has a stable name', (t) => {
  const { clock, steps } = start();
  clock.advance(100);
  t.deepEqual(steps()[0], ['xstate.after.pause.sample.waiting', 'waiting', 'work.passing']);
});

test('an event that is ignored is told as ignored, one that only has an action is not', (t) => {
  const { actor, steps } = start();
  actor.send({ type: 'end' });
  actor.send({ type: 'count' });
  t.deepEqual(steps(), [
    ['end', 'waiting', null],
    ['count', 'waiting', 'waiting'],
  ]);
});

test('stopping is no event, and an actor that is done takes none', (t) => {
  const stopped = start();
  stopped.actor.stop();
  const done = start();
  for (const type of ['go', 'end', 'count'] as const) done.actor.send({ type });
  t.deepEqual(stopped.steps(), []);
  t.is(done.steps().at(-1)?.[0], 'end');
});

test('actors started while nobody listens are not told of', (t) => {
  const seen: Transition[] = [];
  const options = {
    input: undefined,
    clock: new ManualClock(),
    id: 'x',
    onError: () => {},
    onEmitted: () => {},
  };
  const unheard = startActor(machine, options);
  inspectTransitions((transition) => seen.push(transition));
  unheard.send({ type: 'go' });
  inspectTransitions(null);
  t.deepEqual(seen, []);
});
