/**
 * Attacks on the bytes and the order of records: changed, shortened, said again, dropped (catalogue 2 to 6).
 *
 * @module
 */
import * as say from '../../bank/audit/actions.ts';
import { BLOCK_BYTES, BODY_BYTES_MAX, FRAME_TYPES, HEADER_BYTES } from '../../protocol/frame.ts';
import { edited, flipped, resized } from '../world/byzantine-frames.ts';
import { atWork } from './at-work.ts';
import { NOTE } from './atm.ts';
import type { Attack } from './attack.ts';
import { exchange, FRAMES, type FrameName } from './exchange.ts';
import { eachOf, inBatches } from './fan-out.ts';
import type { Passing } from './middle.ts';
import type { Stage } from './stage.ts';
import { cut, drop, flip, hold, mutate, observe, repeat, truncate } from './verbs.ts';

const { data } = FRAME_TYPES;
const REQUEST = FRAMES.request;
const REPLY = FRAMES.reply;

export const RECORD_ATTACKS: readonly Attack[] = [
  {
    number: 2,
    name: 'bit-flip',
    sentence: 'One bit of a frame is turned, of every byte of every frame of a handshake and a request',
    expected: 'Nobody believes the frame; its victim ends the session',
    property: 'integrity',
    rules: ['R2', 'R4', 'R7', 'R8'],
    terminals: 6,
    play: bitFlip,
  },
  {
    number: 3,
    name: 'length-lies',
    sentence: 'A record claims to be shorter or longer than it is, is cut off, or has bytes added',
    expected: 'What cannot be is refused at once, what can be is waited for, and nobody believes any of it',
    property: 'integrity',
    rules: ['R4', 'R7', 'R21'],
    terminals: 6,
    play: lengthLies,
  },
  {
    number: 4,
    name: 'replay',
    sentence: 'A record is said again in its session: a deposit at once, a login after later records',
    expected: 'The bank ends the session with an Alert, and the deposit is booked once',
    property: 'integrity',
    rules: ['R4', 'R5'],
    play: replay,
  },
  {
    number: 5,
    name: 'reorder',
    sentence: 'Of two records the second is delivered first',
    expected: 'The bank ends the session with an Alert',
    property: 'integrity',
    rules: ['R4'],
    play: reorder,
  },
  {
    number: 6,
    name: 'drop',
    sentence: 'One record is dropped and the next one forwarded',
    expected: 'Bank or terminal end the session with an Alert',
    property: 'integrity',
    rules: ['R4'],
    play: dropOne,
  },
];

/** In seed mode there is no Finished to attack. */
const framesOf = ({ target }: Stage): readonly FrameName[] =>
  eachOf(FRAMES).filter((name) => target.knowsFinished || !name.endsWith('Finished'));

async function bitFlip(stage: Stage): Promise<void> {
  const frames = framesOf(stage);
  const lengths = new Map<FrameName, number>();
  for (const at of frames) {
    const { believed, frame } = await exchange(stage, { plan: stage.plan(), at, verb: observe() });
    stage.control(believed || at === 'reply', `an exchange with its ${at} untouched failed`);
    lengths.set(at, frame.length);
  }
  const tries = frames.flatMap((at) =>
    Array.from({ length: lengths.get(at) ?? 0 }, (_, byte) => ({ at, byte, bit: (7 * byte) % 8 })),
  );
  await inBatches(stage, tries, async ({ at, byte, bit }, plan) => {
    // The bank's hello is believed or not with the Finished that follows it.
    const verb = at === 'ServerHello' ? mutate((bytes) => flipped(bytes, byte, bit)) : flip(byte, bit);
    const { refused, answer } = await exchange(stage, { plan, at, verb });
    stage.attempt(answer, refused, `bit ${bit} of byte ${byte} of the ${at} was turned`);
  });
  stage.expected.refusedLike(/^(violation|truncated|alert): /, tries.length);
}

async function lengthLies(stage: Stage): Promise<void> {
  const { believed, frame } = await exchange(stage, { plan: stage.plan(), at: 'request', verb: observe() });
  stage.control(believed, 'an exchange with its request untouched failed');
  const body = frame.length - HEADER_BYTES;
  // What can be is waited for; what cannot be is refused from the header, and what is too short by its tag.
  const awaited = (bytes: number) => bytes > body && bytes <= BODY_BYTES_MAX && bytes % BLOCK_BYTES === 0;
  const claims = [0, 16, 48, 64, body - 16, body - 1, body + 1, body + 16, 16_432, 16_448, 0xffff];
  const claiming = (bytes: number) => (whole: Uint8Array) =>
    edited(whole, (copy) => {
      copy[6] = bytes >>> 8;
      copy[7] = bytes;
    });
  const ended = (edit: (whole: Uint8Array) => Uint8Array) => (passing: Passing) => {
    mutate(edit)(passing);
    cut()(passing);
  };
  const tries = [
    ...claims.map((bytes) => ({
      what: `claims ${bytes} bytes`,
      verb: ended(claiming(bytes)),
      expected: awaited(bytes) ? 'closed' : 'Alert',
    })),
    ...[0, 16, 64, body - 16, body + 16, 1_024].map((bytes) => ({
      what: `is made ${bytes} bytes long`,
      verb: ended((whole) => resized(whole, bytes)),
      expected: 'Alert',
    })),
    ...[0, 1, 15, 16, body - 1].map((bytes) => ({
      what: `is cut off after ${bytes} bytes of its body`,
      verb: truncate(bytes),
      expected: 'closed',
    })),
  ];
  await inBatches(stage, tries, async ({ what, verb, expected }, plan) => {
    const { answer } = await exchange(stage, { plan, at: 'request', verb });
    stage.attempt(answer, answer === expected, `a record that ${what}`);
  });
  stage.expected.refusedLike(
    /^(violation: bad (length|mac|magic)|truncated: end of stream without Close)$/,
    tries.length,
  );
}

async function replay(stage: Stage): Promise<void> {
  const { middle, atm } = await atWork(stage);
  const twice = middle.next(REQUEST, repeat(2));
  const deposit = atm.deposit();
  stage.mustAlert(await (await twice).reaction('bank'), 'a deposit that was said twice');
  await deposit;
  const { customer } = atm.customer;
  // The bank ends the session before it can answer, and the terminal asks what became of its deposit.
  stage.expected.perhaps(customer, say.outcome(say.reverse(NOTE), 'ALREADY_COMPLETED'));
  await atm.ready();
  const again = await atWork(stage);
  const [login] = again.middle.line.frames.bank.filter(({ type }) => type === data);
  const reaction = again.middle.line.reaction('bank');
  if (login) again.middle.line.say('bank', login.bytes);
  stage.mustAlert(await reaction, "the session's first record, said again later");
  stage.expected.refused('violation: bad seq', 2);
}

async function reorder(stage: Stage): Promise<void> {
  const { middle, atm } = await atWork(stage);
  let held: Passing | null = null;
  await Promise.all([
    middle.next(
      REQUEST,
      hold((passing) => {
        held = passing;
      }),
    ),
    atm.echo(),
    (async () => {
      const line = await middle.next(REQUEST, observe());
      const reaction = line.reaction('bank');
      if (held) observe()(held);
      stage.mustAlert(await reaction, 'two records in the wrong order');
    })(),
    atm.echo(),
  ]);
  await atm.ready();
  stage.expected.refused('violation: bad seq');
}

async function dropOne(stage: Stage): Promise<void> {
  const { middle, atm } = await atWork(stage);
  const dropped = middle.next(REQUEST, drop());
  const first = atm.echo();
  const line = await dropped;
  const reaction = line.reaction('bank');
  const second = atm.echo();
  stage.mustAlert(await reaction, 'the bank, of two requests the second');
  await middle.line.over();
  await Promise.all([first, second]);
  await atm.ready();
  const lost = middle.next(REPLY, drop());
  const third = atm.echo();
  const ear = (await lost).reaction('terminal');
  const fourth = atm.echo();
  stage.mustAlert(await ear, 'the terminal, of two replies the second');
  await middle.line.over();
  await Promise.all([third, fourth]);
  await atm.ready();
  stage.expected.refused('violation: bad seq');
  stage.expected.refused('alert: alert from the peer');
}
