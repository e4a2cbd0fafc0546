/**
 * Attacks on what a handshake agrees on, and in which order (catalogue 16 to 19, 28).
 *
 * @module
 */
import { concat } from '../../protocol/bytes.ts';
import { clearFrame, FRAME_TYPES, HEADER_BYTES } from '../../protocol/frame.ts';
import { packMessages } from '../../protocol/record.ts';
import { SUITE_PSK, SUITE_X25519 } from '../../protocol/suites.ts';
import { edited } from '../world/byzantine-frames.ts';
import { LOW_ORDER } from '../world/byzantine-hellos.ts';
import { answered, answerOf, finishedOf, unheard } from './answered.ts';
import type { Attack } from './attack.ts';
import { exchange } from './exchange.ts';
import { noise } from './noise.ts';
import { helloOf, Rogue } from './rogue.ts';
import type { Stage } from './stage.ts';
import { mutate, observe, reflect } from './verbs.ts';

const { clientHello, close, data, finished, keyUpdate, serverHello } = FRAME_TYPES;

export const HANDSHAKE_ATTACKS: readonly Attack[] = [
  {
    number: 16,
    name: 'nonce-reuse',
    sentence:
      "The bank's old answer is played to a new hello, and a terminal says its nonce and share a second time",
    expected: 'The terminal ends the handshake; the bank answers with a nonce it never used before',
    property: 'integrity',
    rules: ['R2', 'R6'],
    play: nonceReuse,
  },
  {
    number: 17,
    name: 'downgrade',
    sentence: 'The better suite is struck from the offer, or another one put into the answer',
    expected: 'Bank or terminal end the handshake with an Alert',
    property: 'confidentiality',
    rules: ['R2', 'R12'],
    play: downgrade,
  },
  {
    number: 18,
    name: 'type-confusion',
    sentence: 'Frames of other versions, types, epochs and directions are said, before and within a session',
    expected: 'The bank ends the connection with one Alert, the same for all',
    property: 'integrity',
    rules: ['R8'],
    terminals: 6,
    play: typeConfusion,
  },
  {
    number: 19,
    name: 'handshake-steps',
    sentence: 'A step of the handshake is left out, doubled or wrong',
    expected: 'The bank ends the connection with an Alert and carries out nothing',
    property: 'integrity',
    rules: ['R1', 'R8'],
    terminals: 4,
    play: handshakeSteps,
  },
  {
    number: 28,
    name: 'low-order-points',
    sentence: 'The share of a hello, or of an answer, is a point that makes every secret zero',
    expected: 'Bank and terminal end the handshake with an Alert',
    property: 'confidentiality',
    rules: ['R13'],
    play: lowOrderPoints,
  },
];

async function nonceReuse(stage: Stage): Promise<void> {
  const middle = await stage.middle();
  const first = await stage.atm(1, { middle });
  stage.control(await first.echo(), 'an exchange through an honest line failed');
  const flight = middle.line.frames.terminal.slice(0, 2).map(({ bytes }) => bytes);
  await first.stop();
  await answered(stage, "the bank's answer to an earlier hello", () => concat(flight));
  unheard(stage, 1);
  const nonceC = noise(32);
  const one = await Rogue.dial(stage.lair, stage.plan(), { nonceC });
  stage.keep(one);
  one.finish();
  stage.control((await one.ask({ type: 'echo' })) !== null, 'a hello with a nonce of its own was refused');
  const two = stage.keep(await Rogue.dial(stage.lair, stage.plan(), { nonceC }));
  two.finish();
  await two.ask({ type: 'echo' });
  const nonceOf = (rogue: Rogue) =>
    Buffer.from(rogue.serverHello?.bytes.subarray(HEADER_BYTES, HEADER_BYTES + 32) ?? []);
  const isFresh = !nonceOf(one).equals(nonceOf(two));
  stage.attempt(isFresh ? 'fresh nonce' : 'same nonce', isFresh, 'a nonce of the terminal said twice');
  const reaction = two.reaction();
  const frame = one.record(one.text({ type: 'echo' }));
  one.caller.say(frame);
  two.caller.say(frame);
  stage.mustAlert(await reaction, 'a record of the session with the same nonce');
  await one.leave();
  await two.leave();
  stage.expected.refused('violation: bad mac');
}

async function downgrade(stage: Stage): Promise<void> {
  const plan = stage.plan(1);
  const control = await exchange(stage, { plan, at: 'ClientHello', verb: observe() });
  stage.control(control.believed, 'a handshake through an honest line failed');
  const suitesAt = HEADER_BYTES + 93;
  const edits = [
    {
      at: 'ClientHello',
      what: 'an offer of the base suite alone',
      edit: (copy: Uint8Array) => copy.set([0, SUITE_PSK, 0, SUITE_PSK], suitesAt),
    },
    {
      at: 'ClientHello',
      what: 'an offer without a share',
      edit: (copy: Uint8Array) => copy.fill(0, HEADER_BYTES + 60, HEADER_BYTES + 92),
    },
    {
      at: 'ServerHello',
      what: 'an answer that chooses the base suite',
      edit: (copy: Uint8Array) => {
        copy.set([0, SUITE_PSK], HEADER_BYTES + 64);
        copy.fill(0, HEADER_BYTES + 32, HEADER_BYTES + 64);
      },
    },
  ] as const;
  for (const { at, what, edit } of edits) {
    const { refused, answer } = await exchange(stage, {
      plan,
      at,
      verb: mutate((bytes) => edited(bytes, edit)),
    });
    stage.attempt(answer, refused, what);
  }
  const rogue = stage.keep(await Rogue.dial(stage.lair, stage.plan(), { suites: [0x7777] }));
  const isRefused = !rogue.isAnswered;
  stage.attempt(isRefused ? 'Alert' : 'answered', isRefused, 'an offer of nothing the bank knows');
  await rogue.caller.until(rogue.caller.hasEnded);
  stage.expected.refused('violation: bad binder', 2);
  stage.expected.refused('violation: no common suite');
  stage.expected.refusedLike(/^(truncated: clear alert|violation: bad mac|alert: .*)$/, 1);
}

async function typeConfusion(stage: Stage): Promise<void> {
  const { frame } = helloOf(stage.plan());
  const first = [
    { what: 'another version', bytes: edited(frame, (copy) => copy.set([2], 1)) },
    { what: 'a type that there is not', bytes: edited(frame, (copy) => copy.set([0x99], 2)) },
    { what: 'a hello of an epoch', bytes: edited(frame, (copy) => copy.set([1], 5)) },
    { what: 'a reserved bit', bytes: edited(frame, (copy) => copy.set([1], 3)) },
    { what: "the bank's hello", bytes: answerOf({}) },
    { what: 'clear Data', bytes: clearFrame(data, 0, echoOf(1)) },
    { what: 'a clear Finished', bytes: clearFrame(finished, 0, noise(96)) },
    { what: 'Data of epoch 1', bytes: edited(clearFrame(data, 0, echoOf(1)), (copy) => copy.set([1], 5)) },
    { what: 'a clear Close', bytes: clearFrame(close, 0, noise(64)) },
  ];
  for (const { what, bytes } of first) {
    const caller = await stage.caller();
    caller.say(bytes);
    stage.mustAlert(await caller.reaction(), what);
  }
  const within: { what: string; frame: (rogue: Rogue) => Uint8Array }[] = [
    { what: 'a sealed ClientHello', frame: (rogue) => rogue.seal(clientHello, noise(128)) },
    { what: 'a sealed ServerHello', frame: (rogue) => rogue.seal(serverHello, noise(86)) },
    { what: 'a Finished in a session', frame: (rogue) => rogue.seal(finished, noise(32)) },
    { what: 'a KeyUpdate with contents', frame: (rogue) => rogue.seal(keyUpdate, noise(7)) },
    { what: 'a Close with contents', frame: (rogue) => rogue.seal(close, noise(20)) },
    { what: 'Data that is not messages', frame: (rogue) => rogue.seal(data, Uint8Array.of(0, 9, 1)) },
    { what: 'padding that is not zeros', frame: (rogue) => rogue.seal(data, Uint8Array.of(0, 0, 1)) },
    { what: 'Data of the next epoch', frame: (rogue) => rogue.seal(data, echoOf(2), { epoch: 2, seq: 0 }) },
    { what: 'clear Data in a session', frame: (rogue) => clearFrame(data, 1, echoOf(rogue.nextRid())) },
    { what: 'a hello in a session', frame: (rogue) => rogue.hello },
  ];
  for (const [index, { what, frame: make }] of within.entries()) {
    const rogue = await stage.rogue(index % stage.fleet.length);
    stage.control(
      (await rogue.ask({ type: 'echo' })) !== null,
      'a session of a terminal with its key failed',
    );
    const reaction = rogue.reaction();
    rogue.caller.say(make(rogue));
    stage.mustAlert(await reaction, what);
  }
  stage.expected.refusedLike(
    /^violation: (bad (version|type|reserved byte|epoch|step|length|seq)|padding)$/,
    first.length + within.length,
  );
}

/** The plaintext of a request that would be answered. */
function echoOf(rid: number): Uint8Array {
  const area = Buffer.alloc(256);
  const { length } = packMessages(area, [`{"type":"echo","rid":${rid}}`], { from: 0, bucketBytes: 256 });
  return area.subarray(0, length);
}

async function handshakeSteps(stage: Stage): Promise<void> {
  const honest = await stage.rogue(1);
  stage.control((await honest.ask({ type: 'echo' })) !== null, 'a handshake with all its steps failed');
  await honest.leave();
  const { user, password } = { user: stage.customer(1).customer, password: stage.customer(1).password };
  const login = (rogue: Rogue) =>
    rogue.record(rogue.text({ type: 'login', user, password, txnId: noise(16).toString('hex') as never }));
  const tries: { what: string; play: (rogue: Rogue) => Uint8Array[] }[] = [
    { what: 'Data where the Finished should be', play: (rogue) => [login(rogue)] },
    {
      what: 'a Finished with wrong contents',
      play: (rogue) => [rogue.seal(finished, noise(32)), login(rogue)],
    },
    {
      what: 'two Finished',
      play: (rogue) => [rogue.finished(), rogue.finished({ epoch: 1, seq: 1 }), login(rogue)],
    },
    { what: 'a second hello', play: (rogue) => [rogue.hello, rogue.finished()] },
    { what: 'a KeyUpdate before the Finished', play: (rogue) => [rogue.seal(keyUpdate, new Uint8Array(0))] },
    { what: 'a Close before the Finished', play: (rogue) => [rogue.seal(close, new Uint8Array(0))] },
  ];
  for (const [index, { what, play }] of tries.entries()) {
    const rogue = stage.keep(
      await Rogue.dial(stage.lair, stage.plan(1 + (index % (stage.fleet.length - 1)))),
    );
    const reaction = rogue.reaction();
    rogue.caller.say(...play(rogue));
    stage.mustAlert(await reaction, what);
  }
  const { refused, answer } = await exchange(stage, {
    plan: stage.plan(1),
    at: 'ClientHello',
    verb: reflect(),
  });
  stage.attempt(answer, refused, 'a terminal whose own hello comes back');
  stage.expected.refusedLike(
    /^(violation: (bad step|bad seq|bad type|bad finished|bad mac)|truncated: .*)$/,
    tries.length + 1,
  );
}

async function lowOrderPoints(stage: Stage): Promise<void> {
  const rogue = await stage.rogue(1, { suites: [SUITE_X25519] });
  stage.control((await rogue.ask({ type: 'echo' })) !== null, 'a share of the right order was refused');
  await rogue.leave();
  for (const ephC of LOW_ORDER) {
    const weak = stage.keep(await Rogue.dial(stage.lair, stage.plan(1), { suites: [SUITE_X25519], ephC }));
    const reaction = weak.isAnswered ? 'answered' : 'Alert';
    stage.attempt(reaction, !weak.isAnswered, 'a hello with a share of low order');
    await weak.caller.until(weak.caller.hasEnded);
  }
  for (const ephS of LOW_ORDER) {
    await answered(stage, 'an answer with a share of low order', (hello) => {
      const answer = answerOf({ keyId: stage.plan(1).keyId, ephS });
      return concat([answer, finishedOf(stage.plan(1), hello, answer)]);
    });
  }
  stage.expected.refused('violation: all-zero secret', LOW_ORDER.length);
  unheard(stage, LOW_ORDER.length);
}
