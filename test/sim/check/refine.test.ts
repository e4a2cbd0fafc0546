import test from 'ava';
import fc from 'fast-check';
import { setup } from 'xstate';
import { bankMachine } from '../../../actors/bank.machine.ts';
import { inspectTransitions, type Transition } from '../../../actors/inspect.ts';
import { SESSION_TIMEOUTS, serverSessionMachine } from '../../../actors/server-session.machine.ts';
import { startActor } from '../../../actors/start.ts';
import { LINK_TIMEOUTS, terminalLinkMachine } from '../../../actors/terminal-link.machine.ts';
import { IGNORED } from '../../../sim/check/ignored.ts';
import { RefineCheck, ROWS } from '../../../sim/check/refine.ts';
import { TRANSITIONS } from '../../../sim/check/transitions.ts';
import { ManualClock } from '../../helpers/manual-clock.ts';

function check() {
  const violations: string[] = [];
  const refine = new RefineCheck((id, text) => violations.push(`${id}: ${text}`));
  return { refine, violations };
}

const judged = test.macro({
  title: (claim = '') => claim,
  exec(t, [machine, from, event, to]: [string, string, string, string | null], expected: string | null) {
    const { refine, violations } = check();
    refine.see({ machine, actor: 'someone', from, event, to });
    t.deepEqual(violations, expected === null ? [] : [`REFINE: ${expected}, which its table does not have`]);
    t.is(refine.checks, 1);
  },
});

const timeout = 'xstate.after.replyTimeout.withdrawal.authorising';
test('a transition of the table passes', judged, ['withdrawal', 'authorising', timeout, 'reversing'], null);
test(
  'so does an eventless one',
  judged,
  ['terminalLink', 'established.rekeying', 'always', 'established.serving.listening'],
  null,
);
test(
  'so does an event that may be ignored there',
  judged,
  ['bank', 'serving.committing', 'mailbox.filled', null],
  null,
);
test(
  'a payment after the time for the reply is over does not',
  judged,
  ['withdrawal', 'reversing', 'bank.replied', 'stacking'],
  'withdrawal (someone) went from reversing to stacking on bank.replied',
);
test(
  'nor a session that is up without the Finished',
  judged,
  ['serverSession', 'awaitingHello', 'channel.helloAnswered', 'established.listening'],
  'serverSession (someone) went from awaitingHello to established.listening on channel.helloAnswered',
);
test(
  'nor an event that another state knows',
  judged,
  ['bank', 'serving.idle', 'clock.turned', 'serving.committing'],
  'bank (someone) went from serving.idle to serving.committing on clock.turned',
);
test(
  'nor an event that is ignored where it must not be',
  judged,
  ['withdrawal', 'retracting', 'device.notesTaken', null],
  'withdrawal (someone) ignored device.notesTaken in retracting',
);
test(
  'nor one that is ignored where it has a transition',
  judged,
  ['bank', 'serving.committing', 'store.failed', null],
  'bank (someone) ignored store.failed in serving.committing',
);
test(
  'nor a machine without a table',
  judged,
  ['lottery', 'idle', 'go', 'won'],
  'lottery (someone) went from idle to won on go',
);

test('a machine that does something else than its table says is found out as it runs', (t) => {
  const { refine, violations } = check();
  const hasty = setup({ types: { events: {} as { type: 'mailbox.filled' | 'clock.turned' } } }).createMachine(
    {
      id: 'bank',
      initial: 'serving',
      states: {
        serving: {
          initial: 'idle',
          states: { idle: { on: { 'mailbox.filled': 'committing' } }, committing: {} },
        },
      },
    },
  );
  inspectTransitions((transition) => refine.see(transition));
  const actor = startActor(hasty, { ...HOST, clock: new ManualClock(), input: undefined });
  inspectTransitions(null);
  actor.send({ type: 'mailbox.filled' });
  t.regex(
    violations[0] ?? '',
    /^REFINE: bank \(x\) went from serving.idle to serving.committing on mailbox.filled/,
  );
});

const HOST = { id: 'x', onError: () => {}, onEmitted: () => {} };
const follows = test.macro({
  title: (name = '') => `whatever comes, the ${name} moves along its table`,
  exec(t, start: (clock: ManualClock) => { send(event: never): void }, events: readonly object[]) {
    const anything = fc.array(fc.oneof(fc.constantFrom(...events), fc.integer({ min: 1, max: 200_000 })));
    fc.assert(
      fc.property(anything, (steps) => {
        const seen: Transition[] = [];
        inspectTransitions((transition) => seen.push(transition));
        const clock = new ManualClock();
        const actor = start(clock);
        inspectTransitions(null);
        for (const step of steps) {
          if (typeof step === 'number') clock.advance(step);
          else actor.send(step as never);
        }
        const { refine, violations } = check();
        for (const transition of seen) if (transition.to !== null) refine.see(transition);
        t.deepEqual(violations, []);
      }),
    );
  },
});

const named = (...types: readonly string[]) => types.map((type) => ({ type }));
const committed = [true, false].map((mailboxEmpty) => ({ type: 'store.committed', mailboxEmpty }));
test('bank', follows, (clock: ManualClock) => startActor(bankMachine, { ...HOST, clock, input: undefined }), [
  ...committed,
  ...named('mailbox.filled', 'clock.turned', 'store.failed', 'bank.stop'),
]);
test(
  'session',
  follows,
  (clock: ManualClock) =>
    startActor(serverSessionMachine, { ...HOST, clock, input: { timeouts: SESSION_TIMEOUTS } }),
  named(
    'channel.helloAnswered',
    'channel.established',
    'channel.ended',
    'net.closed',
    'bank.dismissed',
    'session.silent',
  ),
);
test(
  'link',
  follows,
  (clock: ManualClock) =>
    startActor(terminalLinkMachine, {
      ...HOST,
      clock,
      input: { timeouts: LINK_TIMEOUTS, jitter: () => 0.5 },
    }),
  [
    ...named('link.start', 'link.stop', 'net.opened', 'net.closed'),
    ...named('channel.helloAccepted', 'channel.established', 'channel.ended'),
  ],
);

test('what may be ignored is an event of that machine, in a state of it that has no transition for it', (t) => {
  t.true(ROWS.size > 0);
  for (const { machine, event, states, why } of IGNORED) {
    const table = TRANSITIONS[machine] ?? {};
    const events = Object.values(table).flatMap((of) => Object.keys(of));
    t.not(why, '');
    for (const state of states) {
      t.true(state in table, `${machine} ${state}`);
      t.false(event in (table[state] ?? {}), `${machine} ${state} ${event}`);
    }
    t.true(events.includes(event), `${machine} ${event}`);
  }
});
