/**
 * Attacks on what the bank has only so much of: connections, handshakes, memory, patience (catalogue 11, 26, 27, 29).
 * While each goes on, a customer at work must be served as if nothing were.
 *
 * @module
 */
import { clearFrame, FRAME_TYPES, HEADER_BYTES } from '../../protocol/frame.ts';
import { BINDER_BYTES } from '../../protocol/hello.ts';
import { MESSAGE_BYTES_MAX } from '../../protocol/record.ts';
import { edited } from '../world/byzantine-frames.ts';
import { atService, PATIENCE_MS } from './at-service.ts';
import { pause } from './atm.ts';
import type { Attack } from './attack.ts';
import { Caller } from './caller.ts';
import { FRAMES } from './exchange.ts';
import { noise } from './noise.ts';
import { helloOf, Rogue } from './rogue.ts';
import type { Stage } from './stage.ts';
import { delay } from './verbs.ts';

const { clientHello, data } = FRAME_TYPES;

export const RESOURCE_ATTACKS: readonly Attack[] = [
  {
    number: 11,
    name: 'hello-flood',
    sentence: 'Old and made-up hellos of a terminal rain on the bank while that terminal shakes hands',
    expected: 'All are refused, the honest handshake goes through, who is at work is served',
    property: 'availability',
    rules: ['R17', 'R18', 'R19'],
    terminals: 3,
    play: helloFlood,
  },
  {
    number: 26,
    name: 'slow-loris',
    sentence: 'Callers say nothing, a byte at a time, half a hello, or a hello and no Finished',
    expected: 'The bank hangs up after ten seconds without a hello, five without a Finished',
    property: 'availability',
    rules: ['R17', 'R20'],
    terminals: 3,
    slow: true,
    play: slowLoris,
  },
  {
    number: 27,
    name: 'oversize',
    sentence:
      'Frames announce more than there may be, or come in crumbs; a terminal sends a flood and reads nothing',
    expected:
      'What is too long is refused from its header; crumbs are put together; a flood is answered or cut off',
    property: 'availability',
    rules: ['R20', 'R21'],
    terminals: 3,
    play: oversize,
  },
  {
    number: 29,
    name: 'connection-flood',
    sentence: 'More connections are opened than the bank lets wait for a handshake',
    expected: 'The oldest strangers give way, an honest terminal gets in, established sessions stay',
    property: 'availability',
    rules: ['R17'],
    alone: true,
    notBesideLoad: true,
    play: connectionFlood,
  },
];

const FLOOD = 300;

function helloFlood(stage: Stage): Promise<void> {
  return atService(stage, async () => {
    const middle = await stage.middle();
    const first = await stage.atm(1, { middle });
    const recorded = middle.line.frames.bank[0]?.bytes;
    await first.stop();
    if (!recorded) throw new Error('no hello was recorded');
    // The honest handshake is half open while the flood comes.
    void middle.next(FRAMES["terminal's Finished"], delay(400));
    const honest = stage.idleAtm(1, { middle });
    const up = honest.up();
    const callers = Array.from({ length: FLOOD }, (_, n) => {
      const forged = edited(recorded, (copy) => copy.set(noise(32), copy.length - BINDER_BYTES));
      const caller = new Caller(stage.target.address, stage.source);
      caller.say(n % 2 === 0 ? recorded : forged);
      return caller;
    });
    await Promise.all(
      callers.map(async (caller, n) => {
        const reaction = await caller.reaction();
        stage.mustAlert(reaction, n % 2 === 0 ? 'an old hello' : 'a made-up hello');
        caller.destroy();
      }),
    );
    const isUp = await up;
    stage.attempt(
      isUp ? 'connected' : 'kept out',
      isUp && honest.sessions === 1,
      'a terminal that shakes hands in the flood',
    );
    await honest.stop();
    stage.expected.refused('violation: replayed hello', FLOOD / 2);
    stage.expected.refused('violation: bad binder', FLOOD / 2);
  });
}

const HELLO_MS = 10_000;
const HALF_OPEN_MS = 5_000;
/** A busy machine's timers are late, and its sockets. */
const LATE_MS = 6_000;

function slowLoris(stage: Stage): Promise<void> {
  return atService(stage, async () => {
    const { frame } = helloOf(stage.plan(1));
    const kinds: { what: string; limitMs: number; begin: (caller: Caller) => () => void }[] = [
      { what: 'a silent caller', limitMs: HELLO_MS, begin: () => () => {} },
      {
        what: 'half a hello',
        limitMs: HELLO_MS,
        begin: (caller) => {
          caller.say(frame.subarray(0, 60));
          return () => {};
        },
      },
      {
        what: 'a byte at a time',
        limitMs: HELLO_MS,
        begin: (caller) => {
          let at = 0;
          const timer = setInterval(() => caller.say(frame.subarray(at, ++at)), 400);
          return () => clearInterval(timer);
        },
      },
    ];
    const waits = kinds.map(async ({ what, limitMs, begin }) => {
      const caller = await stage.caller();
      const startedMs = performance.now();
      const stop = begin(caller);
      const isDropped = await caller.until(
        () => caller.gone !== null || caller.hasEnded(),
        limitMs + LATE_MS,
      );
      stop();
      const ms = performance.now() - startedMs;
      stage.attempt(isDropped ? 'dropped' : 'kept', isDropped && ms > limitMs / 2, what);
      caller.destroy();
    });
    const half = stage.keep(await Rogue.dial(stage.lair, stage.plan(1)));
    stage.control(half.isAnswered, 'a hello of a terminal with its key was refused');
    const isDropped = await half.caller.until(half.caller.hasEnded, HALF_OPEN_MS + LATE_MS);
    stage.attempt(isDropped ? 'dropped' : 'kept', isDropped, 'a hello and no Finished');
    await Promise.all(waits);
    stage.expected.refused('timeout: no hello', kinds.length);
    stage.expected.refused('timeout: no Finished');
    stage.expected.refused('truncated: end of stream without Close', kinds.length + 1);
  });
}

function oversize(stage: Stage): Promise<void> {
  return atService(stage, async () => {
    const claims = (type: number, epoch: number, bytes: number) =>
      edited(clearFrame(type as typeof data, 0, new Uint8Array(0)), (copy) =>
        copy.set([0, epoch, bytes >>> 8, bytes], 4),
      );
    const bombs = [
      { what: 'a hello of 65,535 bytes', bytes: claims(clientHello, 0, 0xffff) },
      { what: 'a hello of 143 bytes', bytes: claims(clientHello, 0, 143) },
      { what: 'a record of 65,535 bytes', bytes: claims(data, 1, 0xffff) },
      { what: '64 KiB of zeros', bytes: new Uint8Array(0x1_0000) },
    ];
    for (const { what, bytes } of bombs) {
      const caller = await stage.caller();
      caller.say(bytes);
      stage.mustAlert(await caller.reaction(), what);
      caller.destroy();
    }
    const rogue = await stage.rogue(1);
    stage.control((await rogue.ask({ type: 'echo' })) !== null, 'a session failed');
    const answer = rogue.reaction();
    rogue.caller.say(
      rogue
        .seal(data, new Uint8Array(16), { epoch: 1 })
        .subarray(0, HEADER_BYTES)
        .map((byte, at) => (at === 6 || at === 7 ? 0xff : byte)),
    );
    stage.mustAlert(await answer, 'a record of 65,535 bytes in a session');
    await crumbs(stage);
    await deafFlood(stage);
    stage.expected.refused('violation: bad length', 4);
    stage.expected.refused('violation: bad magic');
  });
}

/** A whole session, a byte a write: slow, and right. */
async function crumbs(stage: Stage): Promise<void> {
  const caller = await stage.caller();
  const { frame } = helloOf(stage.plan(1));
  for (const byte of frame) {
    caller.say(Uint8Array.of(byte));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await caller.until(() => caller.said.length > 0);
  stage.control(caller.said[0]?.type === FRAME_TYPES.serverHello, 'a hello in crumbs was refused');
  caller.destroy();
  stage.expected.refused('truncated: end of stream without Close');
}

const FLOOD_RECORDS = 40;
const FLOOD_MESSAGES = 120;

/** Thousands of requests at once: each is answered, or BUSY, and none costs memory that stays. */
async function deafFlood(stage: Stage): Promise<void> {
  const rogue = await stage.rogue(1);
  const texts = Array.from({ length: FLOOD_MESSAGES }, () => 0);
  for (let n = 0; n < FLOOD_RECORDS; n++) rogue.say(...texts.map(() => rogue.text({ type: 'echo' })));
  const asked = FLOOD_RECORDS * FLOOD_MESSAGES;
  await rogue.caller.until(() => rogue.heard.length >= asked || rogue.caller.hasEnded(), 3 * PATIENCE_MS);
  const isAnswered = rogue.heard.length === asked;
  stage.attempt(
    isAnswered ? 'answered' : 'cut off',
    isAnswered || rogue.caller.hasEnded(),
    `${asked} requests at once`,
  );
  const long = `{"type":"echo","rid":${rogue.nextRid()},"x":"${'x'.repeat(MESSAGE_BYTES_MAX - 60)}"}`;
  const before = rogue.heard.length;
  rogue.say(long);
  await rogue.caller.until(() => rogue.heard.length > before || rogue.caller.hasEnded());
  const reply = rogue.heard[before];
  const code = reply?.type === 'reply' ? reply.code : 'closed';
  stage.attempt(code, code === 'FORMAT_ERROR', 'a message as long as a record bears');
  stage.expected.like(`- | message from ${stage.plan(1).terminal} failed - format error`, 1);
  await rogue.leave();
}

const CAP = 2_048;
const ABOVE = 60;
/** Until the bank has seen that they are gone. */
const SETTLE_MS = 500;

function connectionFlood(stage: Stage): Promise<void> {
  return atService(stage, async () => {
    const callers: Caller[] = [];
    const batch = 256;
    for (let n = 0; n < CAP + ABOVE; n += batch) {
      const some = Array.from(
        { length: Math.min(batch, CAP + ABOVE - n) },
        () => new Caller(stage.target.address, stage.source),
      );
      callers.push(...some);
      await Promise.all(some.map((caller) => caller.opened()));
    }
    const dropped = () => callers.filter(({ gone }) => gone !== null).length;
    await callers.at(-1)?.until(() => dropped() >= ABOVE);
    const isCapped = dropped() >= ABOVE && dropped() <= 2 * ABOVE;
    stage.attempt(
      isCapped ? 'dropped' : 'kept',
      isCapped,
      `${CAP + ABOVE} connections, ${dropped()} dropped`,
    );
    const newcomer = stage.idleAtm(1);
    const isLetIn = await newcomer.up();
    stage.attempt(
      isLetIn ? 'connected' : 'kept out',
      isLetIn,
      'an honest terminal that connects in the flood',
    );
    await newcomer.stop();
    // Each that gave way is told of as it is dropped, and as the truncation that this is.
    stage.expected.refused('too many connections', dropped());
    stage.expected.refused('truncated: end of stream without Close', callers.length);
    for (const caller of callers) caller.destroy();
    await pause(SETTLE_MS);
  });
}
