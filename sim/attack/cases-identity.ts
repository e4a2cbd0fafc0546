/**
 * Attacks on who is who: reflected, guessed, made-up and stolen identities (catalogue 12 to 15).
 *
 * @module
 */
import { concat } from '../../protocol/bytes.ts';
import { HEADER_BYTES } from '../../protocol/frame.ts';
import { BINDER_BYTES, decodeClientHello, encodeClientHello } from '../../protocol/hello.ts';
import type { TerminalId } from '../../protocol/ids.ts';
import { kBind } from '../../protocol/key-schedule.ts';
import { SUITE_PSK, SUITE_X25519 } from '../../protocol/suites.ts';
import { edited } from '../world/byzantine-frames.ts';
import { answered, answerOf, noiseFinished, unheard } from './answered.ts';
import type { Attack } from './attack.ts';
import { exchange, FRAMES } from './exchange.ts';
import { noise } from './noise.ts';
import { helloOf } from './rogue.ts';
import type { Stage } from './stage.ts';
import { hold, observe } from './verbs.ts';

const ZEROS = new Uint8Array(32);

export const IDENTITY_ATTACKS: readonly Attack[] = [
  {
    number: 12,
    name: 'selfie',
    sentence: 'A terminal is answered with its own hello, as it is and made into an answer',
    expected: 'The terminal ends the handshake with an Alert and sends nothing protected',
    property: 'integrity',
    rules: ['R1', 'R3'],
    play: selfie,
  },
  {
    number: 13,
    name: 'terminal-oracle',
    sentence: 'Strangers try names and binders to learn from the answers which terminals there are',
    expected: 'An unknown terminal and a wrong binder get the same bytes: an Alert, then the end',
    property: 'confidentiality',
    rules: ['R9'],
    play: terminalOracle,
  },
  {
    number: 14,
    name: 'impersonate-terminal',
    sentence: 'A stranger says he is a terminal: with made-up binders, a stolen hello, keys that are guessed',
    expected: 'The bank ends the handshake; no key of few bits fits a recorded binder',
    property: 'integrity',
    rules: ['R1', 'R11'],
    play: impersonateTerminal,
  },
  {
    number: 15,
    name: 'impersonate-bank',
    sentence: 'A terminal is answered by somebody who has not its key',
    expected: 'The terminal ends the handshake with an Alert and sends nothing protected',
    property: 'confidentiality',
    rules: ['R1'],
    play: impersonateBank,
  },
];

async function selfie(stage: Stage): Promise<void> {
  stage.control(
    (await exchange(stage, { plan: stage.plan(1), at: 'ServerHello', verb: observe() })).believed,
    'a handshake through an honest line failed',
  );
  const mirrored = (suite: number) => (hello: Uint8Array) => {
    const said = decodeClientHello(hello);
    if (typeof said === 'string') throw new Error(said);
    const { nonceC, ephC, keyId } = said;
    const ephS = suite === SUITE_X25519 ? ephC : ZEROS;
    return answerOf({ nonceS: nonceC, ephS, suite, keyId, sessionId: noise(16) });
  };
  const withFinished = (make: (hello: Uint8Array) => Uint8Array) => (hello: Uint8Array) =>
    concat([make(hello), noiseFinished(stage)]);
  await answered(stage, 'its own hello', (hello) => hello);
  await answered(stage, 'its own hello as an answer', withFinished(mirrored(SUITE_X25519)));
  await answered(stage, 'its own hello as an answer without a share', withFinished(mirrored(SUITE_PSK)));
  unheard(stage, 3);
}

async function terminalOracle(stage: Stage): Promise<void> {
  const known = stage.plan();
  const unknown = { ...known, terminal: 'NOBODY-AT-ALL' as TerminalId };
  const rogue = await stage.rogue();
  stage.control((await rogue.ask({ type: 'echo' })) !== null, 'a right binder was refused');
  await rogue.leave();
  const TRIES = 10;
  const told = new Set<string>();
  const one = async (plan: typeof known) => {
    const { frame } = helloOf({ ...plan, kShared: noise(32).toString('hex') });
    const caller = await stage.caller();
    caller.say(frame);
    const reaction = await caller.reaction();
    const bytes = caller.said.map((each) => Buffer.from(each.bytes).toString('hex')).join();
    stage.mustAlert(reaction, `a wrong binder of ${plan === known ? 'a known' : 'an unknown'} terminal`);
    told.add(`${reaction} ${bytes}`);
    await caller.until(caller.hasEnded);
  };
  await Promise.all(Array.from({ length: TRIES }, () => [one(known), one(unknown)]).flat());
  if (told.size > 1) stage.fault('accepted', `answers tell terminals apart: ${[...told].join(' / ')}`);
  stage.expected.refused('violation: bad binder', TRIES);
  stage.expected.refused('violation: unknown terminal', TRIES);
}

async function impersonateTerminal(stage: Stage): Promise<void> {
  const middle = await stage.middle();
  const atm = await stage.atm(1, { middle });
  stage.control(await atm.echo(), 'a terminal with its key was refused');
  const [recorded] = middle.line.frames.bank;
  if (!recorded) throw new Error('the hello was not recorded');
  const forged = (edit: (copy: Uint8Array) => void) => edited(recorded.bytes, edit);
  const binderAt = recorded.bytes.length - BINDER_BYTES;
  const hellos = [
    { what: 'a binder of noise', bytes: forged((copy) => copy.set(noise(32), binderAt)) },
    { what: 'a binder of zeros', bytes: forged((copy) => copy.fill(0, binderAt)) },
    {
      what: 'an old binder under a new nonce',
      bytes: forged((copy) => copy.set(noise(32), HEADER_BYTES + 28)),
    },
  ];
  for (const { what, bytes } of hellos) {
    const caller = await stage.caller();
    caller.say(bytes);
    stage.mustAlert(await caller.reaction(), what);
  }
  stage.expected.refused('violation: bad binder', hellos.length);
  await stolenHello(stage);
  const guess = await weakKeyOf(recorded.bytes);
  stage.attempt(
    guess === null ? 'no key fits' : 'key found',
    guess === null,
    'a search of all keys of 16 bits',
  );
  await atm.stop();
}

/** A fresh hello that its terminal sent and the bank has not seen opens a handshake, and only its key finishes it. */
async function stolenHello(stage: Stage): Promise<void> {
  const middle = await stage.middle();
  const atm = stage.idleAtm(1, { middle });
  let stolen: Uint8Array | null = null;
  const taken = middle.next(
    FRAMES.ClientHello,
    hold(({ frame }) => {
      stolen = frame.bytes;
    }),
  );
  atm.link.start();
  const line = await taken;
  const thief = await stage.caller();
  if (stolen) thief.say(stolen);
  await thief.until(() => thief.said.length > 0);
  const reaction = thief.reaction();
  thief.say(noiseFinished(stage));
  stage.mustAlert(await reaction, 'a stolen hello with a Finished of noise');
  line.destroy();
  await atm.ready();
  await atm.stop();
  if (!stage.target.knowsFinished) return;
  stage.expected.refused('violation: bad mac');
  stage.expected.refused('truncated: end of stream without Close');
}

/** Offline, from one recorded hello: every key of 16 bits. Null when none fits. Others are let go on meanwhile. */
async function weakKeyOf(hello: Uint8Array): Promise<Uint8Array | null> {
  const said = decodeClientHello(hello);
  if (typeof said === 'string') throw new Error(said);
  const binder = Buffer.from(hello.subarray(hello.length - BINDER_BYTES));
  const key = new Uint8Array(32);
  for (let value = 0; value < 0x1_0000; value++) {
    if (value % 512 === 0) await new Promise((resolve) => setImmediate(resolve));
    key[0] = value >>> 8;
    key[1] = value;
    const forged = encodeClientHello(said, kBind(key, said));
    if (binder.equals(forged.subarray(forged.length - BINDER_BYTES))) return key;
  }
  return null;
}

async function impersonateBank(stage: Stage): Promise<void> {
  stage.control(
    (await exchange(stage, { plan: stage.plan(1), at: 'ServerHello', verb: observe() })).believed,
    'a handshake through an honest line failed',
  );
  const { keyId } = stage.plan(1);
  const answers = [
    { what: 'a made-up answer', over: {} },
    { what: 'a made-up answer without a share', over: { suite: SUITE_PSK, ephS: ZEROS } },
    { what: 'an answer with a suite that was not offered', over: { suite: 0x7777 } },
    { what: 'an answer for another key', over: { keyId: keyId + 1 } },
  ];
  for (const { what, over } of answers) {
    await answered(stage, what, () => concat([answerOf({ keyId, ...over }), noiseFinished(stage)]));
  }
  unheard(stage, answers.length);
}
