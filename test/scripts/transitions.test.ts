import test from 'ava';
import { setup } from 'xstate';
import { MACHINES, tableOf } from '../../scripts/transitions.ts';
import { TRANSITIONS } from '../../sim/check/transitions.ts';

test('the table is that of the machines: else run scripts/transitions.ts, format, and read the difference', (t) => {
  t.deepEqual(
    Object.keys(TRANSITIONS),
    MACHINES.map(({ id }) => id),
  );
  for (const machine of MACHINES) t.deepEqual(TRANSITIONS[machine.id], tableOf(machine), machine.id);
});

const types = { events: {} as { type: 'go' | 'tick' | 'end' } };
const sample = setup({ types, guards: { isReady: () => true, isLate: () => false }, delays: { pause: 5 } });

test('a table tells where each event may lead from each state, whatever the guards say', (t) => {
  const machine = sample.createMachine({
    id: 'sample',
    initial: 'idle',
    on: { end: '.over' },
    states: {
      idle: { on: { go: [{ guard: 'isReady', target: 'busy' }, { target: 'over' }], tick: {} } },
      busy: {
        initial: 'passing',
        on: { go: 'idle' },
        after: { pause: 'idle' },
        states: {
          passing: { always: [{ guard: 'isLate', target: 'waiting' }, { target: 'working' }] },
          working: { on: { go: { guard: 'isReady', target: 'waiting' } } },
          waiting: { on: { go: 'working', tick: { target: 'waiting', reenter: true } } },
        },
      },
      over: { type: 'final' },
    },
  });
  const pause = 'xstate.after.pause.sample.busy';
  t.deepEqual(tableOf(machine), {
    idle: { go: ['busy.passing', 'over'], tick: ['idle'], end: ['over'] },
    'busy.passing': { always: ['busy.waiting', 'busy.working'] },
    'busy.working': { go: ['busy.waiting', 'idle'], [pause]: ['idle'], end: ['over'] },
    'busy.waiting': { go: ['busy.working'], tick: ['busy.waiting'], [pause]: ['idle'], end: ['over'] },
  });
});
