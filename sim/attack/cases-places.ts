/**
 * Records in a place that is not theirs: back to where they came from, in another session, in place of others
 * (catalogue 7 to 9, 20).
 *
 * @module
 */
import * as say from '../../bank/audit/actions.ts';
import { FRAME_TYPES, HEADER_BYTES } from '../../protocol/frame.ts';
import { edited, flipped, renumbered, resized } from '../world/byzantine-frames.ts';
import { atWork } from './at-work.ts';
import { NOTE } from './atm.ts';
import type { Attack } from './attack.ts';
import { exchange, FRAMES, type FrameName } from './exchange.ts';
import { eachOf, inBatches } from './fan-out.ts';
import type { Passing } from './middle.ts';
import type { Stage } from './stage.ts';
import {
  cut,
  drop,
  flip,
  hold,
  inject,
  mutate,
  observe,
  reflect,
  repeat,
  splice as replaced,
  truncate,
} from './verbs.ts';

const { alert, data } = FRAME_TYPES;
const REQUEST = FRAMES.request;
const REPLY = FRAMES.reply;

export const PLACE_ATTACKS: readonly Attack[] = [
  {
    number: 7,
    name: 'reflect-to-terminal',
    sentence: "A terminal gets its own request back as the bank's answer",
    expected: 'The terminal ends the session with an Alert',
    property: 'integrity',
    rules: ['R3'],
    play: reflectToTerminal,
  },
  {
    number: 8,
    name: 'reflect-to-bank',
    sentence: "The bank gets its own record back as the terminal's request",
    expected: 'The bank ends the session with an Alert',
    property: 'integrity',
    rules: ['R3'],
    play: reflectToBank,
  },
  {
    number: 9,
    name: 'splice',
    sentence: 'A record of one session takes the place of the same record in another',
    expected: 'Bank or terminal end the session with an Alert',
    property: 'integrity',
    rules: ['R2', 'R6'],
    play: splice,
  },
  {
    number: 20,
    name: 'prefix-truncation',
    sentence: 'Frames are put in before the first protected one and as many taken out after it (Terrapin)',
    expected: 'The victim ends the session with an Alert',
    property: 'integrity',
    rules: ['R1', 'R4', 'R8'],
    play: prefixTruncation,
  },
];

/** In seed mode there is no Finished to attack. */
const framesOf = ({ target }: Stage): readonly FrameName[] =>
  eachOf(FRAMES).filter((name) => target.knowsFinished || !name.endsWith('Finished'));

async function _bitFlip(stage: Stage): Promise<void> {
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
    const { believed, answer } = await exchange(stage, { plan, at, verb: flip(byte, bit) });
    stage.attempt(answer, !believed, `bit ${bit} of byte ${byte} of the ${at} was turned`);
  });
  stage.expected.refusedLike(/^(violation|truncated|alert): /, tries.length);
}

async function _lengthLies(stage: Stage): Promise<void> {
  const { believed, frame } = await exchange(stage, { plan: stage.plan(), at: 'request', verb: observe() });
  stage.control(believed, 'an exchange with its request untouched failed');
  const body = frame.length - HEADER_BYTES;
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
    ...claims.map((bytes) => ({ what: `claims ${bytes} bytes`, verb: ended(claiming(bytes)) })),
    ...[0, 16, 64, body - 16, body + 16, 1_024].map((bytes) => ({
      what: `is made ${bytes} bytes long`,
      verb: ended((whole) => resized(whole, bytes)),
    })),
    ...[0, 1, 15, 16, body - 1].map((bytes) => ({
      what: `is cut off after ${bytes} bytes of its body`,
      verb: truncate(bytes),
    })),
  ];
  await inBatches(stage, tries, async ({ what, verb }, plan) => {
    const { believed: taken, answer } = await exchange(stage, { plan, at: 'request', verb });
    stage.attempt(answer, !taken, `a record that ${what}`);
  });
  stage.expected.refusedLike(
    /^(violation: bad (length|mac|magic)|truncated: end of stream without Close)$/,
    tries.length,
  );
}

async function _replay(stage: Stage): Promise<void> {
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

async function _reorder(stage: Stage): Promise<void> {
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

async function _dropOne(stage: Stage): Promise<void> {
  const { middle, atm } = await atWork(stage);
  const dropped = middle.next(REQUEST, drop());
  const first = atm.echo();
  const line = await dropped;
  const reaction = line.reaction('bank');
  const second = atm.echo();
  stage.mustAlert(await reaction, 'the bank, of two requests the second');
  middle.line.destroy();
  await Promise.all([first, second]);
  await atm.ready();
  const lost = middle.next(REPLY, drop());
  const third = atm.echo();
  const ear = (await lost).reaction('terminal');
  const fourth = atm.echo();
  stage.mustAlert(await ear, 'the terminal, of two replies the second');
  middle.line.destroy();
  await Promise.all([third, fourth]);
  await atm.ready();
  stage.expected.refused('violation: bad seq');
  stage.expected.refused('alert: alert from the peer');
}

async function reflectToTerminal(stage: Stage): Promise<void> {
  const { middle, atm } = await atWork(stage);
  const back = middle.next(REQUEST, reflect());
  const asked = atm.echo();
  const line = await back;
  stage.mustAlert(await line.reaction('terminal'), 'its own request');
  line.destroy();
  await asked;
  await atm.ready();
  // The request never came, so the Alert is one record too far.
  stage.expected.refused('violation: bad seq');
}

/** The bank is one record ahead of the terminal, so that number and direction's keys are all that tell them apart. */
async function reflectToBank(stage: Stage): Promise<void> {
  const middle = await stage.middle();
  const atm = await stage.atm(0, { middle });
  stage.control(await atm.logIn(), 'nobody could log in through an honest line');
  const elsewhere = await stage.atm(1);
  const pushed = middle.next(REPLY, observe());
  await elsewhere.logIn(stage.customer());
  stage.control((await elsewhere.deposit()).outcome === 'ok', 'a deposit at another ATM failed');
  const line = await pushed;
  const push = line.frames.terminal.at(-1);
  const reaction = line.reaction('bank');
  if (push) line.say('bank', push.bytes);
  stage.mustAlert(await reaction, 'its own record');
  await elsewhere.stop();
  await atm.ready();
  stage.expected.refused('violation: bad mac');
}

async function splice(stage: Stage): Promise<void> {
  const { middle, atm } = await atWork(stage);
  const old = middle.line;
  const records = (of: typeof old, towards: 'bank' | 'terminal') =>
    of.frames[towards].filter(({ type }) => type === data).map(({ bytes }) => bytes);
  await atm.stop();
  for (const [towards, pick] of [
    ['bank', REQUEST],
    ['terminal', REPLY],
  ] as const) {
    const next = await stage.middle();
    const other = await stage.atm(0, { middle: next });
    const line = next.next(
      pick,
      replaced((own) => records(old, towards)[0] ?? own),
    );
    const asked = other.echo();
    stage.mustAlert(
      await (await line).reaction(towards),
      `a record of an earlier session, towards the ${towards}`,
    );
    next.line.destroy();
    await asked;
    await other.stop();
  }
  stage.expected.refused('violation: bad mac');
  stage.expected.refused('alert: alert from the peer');
}

async function prefixTruncation(stage: Stage): Promise<void> {
  const plan = stage.plan(1);
  const control = await exchange(stage, { plan, at: 'request', verb: observe() });
  stage.control(control.believed, 'an exchange through an honest line failed');
  const clear = (type: number) => (passing: Passing) =>
    edited(passing.frame.bytes.subarray(0, HEADER_BYTES), (copy) => {
      copy.set([type, 0, 0, 0, 0, 0], 2);
    });
  const shifted = (passing: Passing) => {
    // The Finished is gone; what follows is renumbered into its place.
    const { line, towards } = passing;
    void towards;
    line.say('bank', flipped(renumbered(passing.frame.bytes, 0), 2, 0));
    line.end('bank');
  };
  const tries: { at: FrameName; what: string; verb: (passing: Passing) => void }[] = [
    ...(stage.target.knowsFinished
      ? ([
          { at: "terminal's Finished", what: 'its Finished taken out', verb: drop() },
          {
            at: "terminal's Finished",
            what: 'a frame put in before its Finished',
            verb: inject(clear(data)),
          },
          { at: "bank's Finished", what: "the bank's Finished taken out", verb: (p: Passing) => cut()(p) },
        ] as const)
      : []),
    { at: 'request', what: 'its first record renumbered', verb: shifted },
    { at: 'request', what: 'a clear Alert put in before its first record', verb: inject(clear(alert)) },
  ];
  for (const { at, what, verb } of tries) {
    const { believed, answer } = await exchange(stage, { plan, at, verb });
    stage.attempt(answer, !believed, `a session with ${what}`);
  }
  stage.expected.refusedLike(
    /^(violation: bad (seq|type|epoch|step|length|mac)|truncated: .*)$/,
    tries.length,
  );
}
