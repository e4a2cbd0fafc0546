import test from 'ava';
import { initialTransition, transition } from 'xstate';
import { getShortestPaths } from 'xstate/graph';
import { bankMachine } from '../../actors/bank.machine.ts';
import { SESSION_TIMEOUTS, serverSessionMachine } from '../../actors/server-session.machine.ts';
import { startActor } from '../../actors/start.ts';
import { LINK_TIMEOUTS, type LinkCommand, terminalLinkMachine } from '../../actors/terminal-link.machine.ts';
import { ManualClock } from '../helpers/manual-clock.ts';

/** Every state of a chart, by dotted path, leaves only. */
function leaves(node: { states: Record<string, unknown>; path: string[] }): string[] {
  const children = Object.values(node.states) as (typeof node)[];
  return children.length === 0 ? [node.path.join('.')] : children.flatMap(leaves);
}
const pathOf = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : Object.entries(value as object)
        .map(([key, inner]) => `${key}.${pathOf(inner)}`)
        .join();

const delayed = (id: string, ...states: [string, string][]) =>
  states.map(([delay, state]) => ({ type: `xstate.after.${delay}.${id}.${state}` }));

test('every state of the terminal link is reached, by its own events and timers only', (t) => {
  const input = { timeouts: LINK_TIMEOUTS, jitter: () => 0 };
  const events = [
    ...(['link.start', 'link.stop', 'net.opened', 'net.closed'] as const),
    ...(['channel.helloAccepted', 'channel.established', 'channel.ended'] as const),
  ].map((type) => ({ type }));
  const paths = getShortestPaths(terminalLinkMachine, {
    input,
    events: [
      ...events,
      ...delayed('terminalLink', ['backOff', 'backOff'], ['rekey', 'established.serving']),
    ] as typeof events,
    serializeState: (snapshot) => pathOf(snapshot.value),
    limit: 2_000,
  });
  const reached = new Set(paths.map(({ state }) => pathOf(state.value)));
  // `rekeying` is passed through at once.
  const expected = leaves(terminalLinkMachine.root as never).filter(
    (path) => path !== 'established.rekeying',
  );
  t.deepEqual([...reached].sort(), expected.sort());
});

test('every state of the server session is reached', (t) => {
  const events = (
    [
      'channel.helloAnswered',
      'channel.established',
      'channel.ended',
      'net.closed',
      'bank.dismissed',
      'session.silent',
    ] as const
  ).map((type) => ({ type }));
  const paths = getShortestPaths(serverSessionMachine, {
    input: { timeouts: SESSION_TIMEOUTS },
    events,
    serializeState: (snapshot) => pathOf(snapshot.value),
  });
  const reached = new Set(paths.map(({ state }) => pathOf(state.value)));
  t.deepEqual([...reached].sort(), leaves(serverSessionMachine.root as never).sort());
});

test('every state of the bank actor is reached', (t) => {
  const paths = getShortestPaths(bankMachine, {
    events: [
      { type: 'mailbox.filled' },
      { type: 'clock.turned' },
      { type: 'store.committed', mailboxEmpty: true },
      { type: 'store.committed', mailboxEmpty: false },
      { type: 'store.failed' },
      { type: 'bank.stop' },
    ],
    serializeState: (snapshot) => pathOf(snapshot.value),
  });
  const reached = new Set(paths.map(({ state }) => pathOf(state.value)));
  t.deepEqual([...reached].sort(), leaves(bankMachine.root as never).sort());
});

const step = test.macro({
  exec(t, walk: readonly [{ type: string }, string][]) {
    let [snapshot] = initialTransition(bankMachine);
    for (const [event, expected] of walk) {
      [snapshot] = transition(bankMachine, snapshot, event as never);
      t.is(pathOf(snapshot.value), expected, `after ${event.type}`);
    }
  },
  title: (claim) => claim ?? '',
});

const filled = { type: 'mailbox.filled' };
const turned = { type: 'clock.turned' };
const committed = (mailboxEmpty: boolean) => ({ type: 'store.committed', mailboxEmpty });
const stop = { type: 'bank.stop' };

test('the bank gathers again while commands wait behind a commit', step, [
  [filled, 'serving.gathering'],
  [filled, 'serving.gathering'],
  [turned, 'serving.committing'],
  [filled, 'serving.committing'],
  [committed(false), 'serving.gathering'],
  [turned, 'serving.committing'],
  [committed(true), 'serving.idle'],
]);
test('a bank that is stopped in mid-commit commits what still waits, then stops', step, [
  [filled, 'serving.gathering'],
  [turned, 'serving.committing'],
  [stop, 'draining.committing'],
  [committed(false), 'draining.gathering'],
  [turned, 'draining.committing'],
  [committed(true), 'stopped'],
]);
test('a failed commit is final', step, [
  [filled, 'serving.gathering'],
  [turned, 'serving.committing'],
  [{ type: 'store.failed' }, 'failed'],
  [filled, 'failed'],
]);

function link(jitter = 0) {
  const clock = new ManualClock();
  const commands: LinkCommand['type'][] = [];
  const actor = startActor(terminalLinkMachine, {
    clock,
    id: 'link',
    input: { timeouts: LINK_TIMEOUTS, jitter: () => jitter },
    onError: (error) => {
      throw error;
    },
    onEmitted: ({ type }) => commands.push(type),
  });
  return { clock, commands, actor, state: () => pathOf(actor.getSnapshot().value) };
}

test('back-off doubles from its minimum to its maximum and starts again after a session', (t) => {
  const { clock, actor, state } = link();
  actor.send({ type: 'link.start' });
  const waits: number[] = [];
  for (let i = 0; i < 9; i++) {
    actor.send({ type: 'net.closed' });
    let waited = 0;
    while (state() === 'backOff') {
      clock.advance(25);
      waited += 25;
    }
    waits.push(waited);
  }
  t.deepEqual(waits, [125, 250, 500, 1000, 2000, 4000, 7500, 7500, 7500]);
  actor.send({ type: 'net.opened' });
  actor.send({ type: 'channel.established' });
  actor.send({ type: 'net.closed' });
  clock.advance(125);
  t.is(state(), 'dialling');
});

test('a bank that accepts and says nothing is given up after the handshake time', (t) => {
  const { clock, actor, state, commands } = link();
  actor.send({ type: 'link.start' });
  actor.send({ type: 'net.opened' });
  clock.advance(LINK_TIMEOUTS.handshakeMs - 1);
  t.is(state(), 'hello');
  clock.advance(1);
  t.is(state(), 'backOff');
  t.deepEqual(commands, ['dial', 'sendHello', 'dropConnection']);
});

test('keys are renewed by age although echoes restart the silence timer', (t) => {
  const { clock, actor, commands } = link();
  actor.send({ type: 'link.start' });
  actor.send({ type: 'net.opened' });
  actor.send({ type: 'channel.established' });
  clock.advance(LINK_TIMEOUTS.rekeyMs);
  // The last echo would fall on the very moment of the renewal, which wins.
  t.is(
    commands.filter((type) => type === 'checkSilence').length,
    LINK_TIMEOUTS.rekeyMs / LINK_TIMEOUTS.echoMs - 1,
  );
  t.is(commands.filter((type) => type === 'sendKeyUpdate').length, 1);
  clock.advance(LINK_TIMEOUTS.rekeyMs);
  t.is(commands.filter((type) => type === 'sendKeyUpdate').length, 2);
});

const limit = test.macro({
  exec(t, events: readonly { type: string }[], ms: number, end: string) {
    const clock = new ManualClock();
    const commands: string[] = [];
    const actor = startActor(serverSessionMachine, {
      clock,
      id: 'session',
      input: { timeouts: SESSION_TIMEOUTS },
      onError: (error) => {
        throw error;
      },
      onEmitted: ({ type }) => commands.push(type),
    });
    for (const event of events) actor.send(event as never);
    const before = pathOf(actor.getSnapshot().value);
    clock.advance(ms - 1);
    t.is(pathOf(actor.getSnapshot().value), before);
    clock.advance(1);
    t.is(pathOf(actor.getSnapshot().value), end);
    t.true(commands.length > 0);
  },
  title: (claim) => claim ?? '',
});

const answered = { type: 'channel.helloAnswered' };
const established = { type: 'channel.established' };
test('R17: a connection without a hello is dropped after 10 s', limit, [], 10_000, 'closed');
test('R17: a half-open session is dropped after 5 s', limit, [answered], 5_000, 'closed');
test('R15: a session is closed after 24 h', limit, [answered, established], 86_400_000, 'closing');
