/**
 * Records in a place that is not theirs: back to where they came from, in another session, in place of others
 * (catalogue 7 to 9, 20).
 *
 * @module
 */
import { FRAME_TYPES, HEADER_BYTES } from '../../protocol/frame.ts';
import { edited, flipped, renumbered } from '../world/byzantine-frames.ts';
import { atWork } from './at-work.ts';
import type { Attack } from './attack.ts';
import { exchange, FRAMES, type FrameName } from './exchange.ts';
import type { Passing } from './middle.ts';
import type { Stage } from './stage.ts';
import { cut, drop, inject, observe, reflect, splice as replaced } from './verbs.ts';

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

async function reflectToTerminal(stage: Stage): Promise<void> {
  const { middle, atm } = await atWork(stage);
  const back = middle.next(REQUEST, reflect());
  const asked = atm.echo();
  const line = await back;
  stage.mustAlert(await line.reaction('terminal'), 'its own request');
  await line.over();
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
    await next.line.over();
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
    const { line, frame } = passing;
    line.say('bank', flipped(renumbered(frame.bytes, 0), 2, 0));
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
    const { refused, answer } = await exchange(stage, { plan, at, verb });
    stage.attempt(answer, refused, `a session with ${what}`);
  }
  stage.expected.refusedLike(
    /^(violation: bad (seq|type|epoch|step|length|mac)|truncated: .*)$/,
    tries.length,
  );
}
