/**
 * Attacks by those who only look and ask: what shows on the wire, in answers, in their timing (catalogue 1, 21, 22).
 *
 * @module
 */
import { createCipheriv, createHmac, randomInt } from 'node:crypto';
import { concat, EMPTY, toHex } from '../../protocol/bytes.ts';
import { BLOCK_BYTES, FRAME_TYPES, HEADER_BYTES, TAG_BYTES, writeHeader } from '../../protocol/frame.ts';
import { cents } from '../../protocol/money.ts';
import type { Attack } from './attack.ts';
import { inBatches } from './fan-out.ts';
import { noise } from './noise.ts';
import { Rogue } from './rogue.ts';
import type { Stage } from './stage.ts';

const { alert, close, data } = FRAME_TYPES;

export const ORACLE_ATTACKS: readonly Attack[] = [
  {
    number: 1,
    name: 'eavesdrop',
    sentence: 'Somebody reads along and looks for names, passwords, amounts, sizes and repeated IVs',
    expected:
      'Nothing but headers and hellos is in clear, sizes tell neither kind nor amount, no IV comes twice',
    property: 'confidentiality',
    rules: ['R6'],
    play: eavesdrop,
  },
  {
    number: 21,
    name: 'padding-oracle',
    sentence: 'Records with a wrong tag and records with wrong padding are compared by their answers',
    expected: 'All get the same bytes but for the encryption: one Alert, then the end',
    property: 'confidentiality',
    rules: ['R7', 'R8'],
    terminals: 4,
    play: paddingOracle,
  },
  {
    number: 22,
    name: 'mac-timing',
    notBesideLoad: true,
    sentence:
      'Tags wrong in their first byte and tags wrong in their last are compared by the time of the answer',
    expected: 'All 32 bytes of a tag count, and the times do not differ',
    property: 'confidentiality',
    rules: ['R7'],
    terminals: 4,
    play: macTiming,
  },
];

async function eavesdrop(stage: Stage): Promise<void> {
  const middle = await stage.middle();
  const atm = await stage.atm(1, { middle });
  const { customer, account, password } = atm.customer;
  stage.control(await atm.logIn(), 'nobody could log in');
  const results = [await atm.deposit(1), await atm.deposit(99)];
  for (const amount of [20_00, 80_00]) {
    results.push(await atm.withdraw(cents(amount)));
    // A record holds what is answered at once, and a completion's answer and the next approval's are more than it hides.
    await atm.settled();
  }
  await atm.balance();
  stage.control(
    results.every(({ outcome }) => outcome === 'ok'),
    'not all customers were served while somebody read along',
  );
  await atm.stop();
  const { bank, terminal } = middle.line.frames;
  const wire = Buffer.from(concat([...bank, ...terminal].map(({ bytes }) => bytes))).toString('latin1');
  const key = Buffer.from(atm.plan.kShared, 'hex').toString('latin1');
  const canaries = { customer, account, password, 'a message': '"type"', 'half a key': key.slice(0, 16) };
  for (const [what, canary] of Object.entries(canaries)) {
    const isSilent = !wire.includes(canary);
    stage.attempt(isSilent ? 'not on the wire' : 'on the wire', isSilent, `looking for ${what}`);
  }
  // Login, deposits, withdrawals of one note and of three kinds, completions, a balance: all of them look alike.
  for (const [whose, frames] of Object.entries({ requests: bank, replies: terminal })) {
    const sizes = frames.filter(({ type }) => type === data).map(({ bytes }) => bytes.length);
    const isAlike = new Set(sizes).size === 1;
    stage.attempt(isAlike ? 'one size' : 'sizes tell', isAlike, `comparing the sizes of ${whose}`);
  }
  const sealed = [...bank, ...terminal].filter(({ epoch }) => epoch > 0);
  const ivs = new Set(
    sealed.map(({ bytes }) => toHex(bytes.subarray(HEADER_BYTES, HEADER_BYTES + BLOCK_BYTES))),
  );
  const isFresh = ivs.size === sealed.length && sealed.length > 8;
  stage.attempt(isFresh ? 'fresh IVs' : 'IVs repeat', isFresh, 'looking for an IV that comes twice');
}

/** A Data record around blocks as they are, padded or not, under the right tag. */
function sealedAsIs(rogue: Rogue, blocks: Uint8Array): Uint8Array {
  const { enc, mac } = rogue.keys;
  const iv = noise(BLOCK_BYTES);
  const cipher = createCipheriv('aes-128-cbc', enc, iv).setAutoPadding(false);
  const ct = cipher.update(blocks);
  const header = new Uint8Array(HEADER_BYTES);
  const bodyBytes = BLOCK_BYTES + ct.length + TAG_BYTES;
  writeHeader(header, 0, { type: data, epoch: rogue.epoch, bodyBytes, seq: rogue.seq });
  const sealed = concat([header, iv, ct]);
  return concat([sealed, createHmac('sha256', mac).update(sealed).digest()]);
}

/** A block that ends in `last`, and PKCS7 as that says or not. */
const ending = (...last: number[]): Uint8Array =>
  concat([new Uint8Array(32 - last.length), Uint8Array.from(last)]);

async function paddingOracle(stage: Stage): Promise<void> {
  const control = await stage.rogue(1);
  control.caller.say(sealedAsIs(control, ending(...Array.from({ length: 16 }, () => 16))));
  control.caller.say(EMPTY);
  stage.control(await isAlive(control, 1), 'a record of the right padding was refused');
  const wrongTag = (rogue: Rogue) => {
    const frame = rogue.record(rogue.text({ type: 'echo' }));
    frame[frame.length - 1] = (frame.at(-1) ?? 0) ^ 1;
    return frame;
  };
  const tries: { what: string; make: (rogue: Rogue) => Uint8Array }[] = [
    { what: 'a wrong tag', make: wrongTag },
    { what: 'a last byte of 0', make: (rogue) => sealedAsIs(rogue, ending(0)) },
    { what: 'a last byte of 17', make: (rogue) => sealedAsIs(rogue, ending(17)) },
    { what: 'a last byte of 255', make: (rogue) => sealedAsIs(rogue, ending(255)) },
    { what: 'one byte of three wrong', make: (rogue) => sealedAsIs(rogue, ending(3, 2, 3)) },
    {
      what: 'padding to a length that lies',
      make: (rogue) => sealedAsIs(rogue, concat([Uint8Array.of(0, 99), ending(1).subarray(2)])),
    },
  ];
  const told = new Set<string>();
  for (const [index, { what, make }] of tries.entries()) {
    const rogue = await stage.rogue(1 + (index % (stage.fleet.length - 1)));
    stage.control((await rogue.ask({ type: 'echo' })) !== null, 'a session failed');
    const from = rogue.caller.said.length;
    rogue.caller.say(make(rogue));
    await rogue.caller.until(rogue.caller.hasEnded);
    const answer = rogue.caller.said.slice(from).map(({ bytes, type }) => `${type}:${bytes.length}`);
    const isAlert = answer.length === 1 && answer[0]?.startsWith(`${alert}:`) === true;
    stage.attempt(isAlert ? 'Alert' : answer.join() || 'closed', isAlert, `a record with ${what}`);
    told.add(answer.join());
  }
  if (told.size > 1) stage.fault('accepted', `the answers tell what was wrong: ${[...told].join(' / ')}`);
  stage.expected.refused('violation: bad mac');
  stage.expected.refused('violation: padding', tries.length - 1);
}

/** Whether the session goes on; its next record has the number after `skipped` more. */
async function isAlive(rogue: Rogue, skipped: number): Promise<boolean> {
  const rid = rogue.nextRid();
  const text = `{"type":"echo","rid":${rid}}`;
  const body = concat([Uint8Array.of(0, text.length), Buffer.from(text)]);
  rogue.caller.say(rogue.seal(data, body, { seq: rogue.seq + skipped, epoch: rogue.epoch }));
  const alive = (await rogue.reply(rid)) !== null;
  rogue.caller.say(rogue.seal(close, EMPTY, { seq: rogue.seq + skipped + 1, epoch: rogue.epoch }));
  await rogue.caller.until(rogue.caller.hasEnded);
  return alive;
}

const TIMING_PAIRS = 200;
const T_MAX = 4.5;

async function macTiming(stage: Stage): Promise<void> {
  const one = async (at: number, plan: Stage['fleet'][number]): Promise<number> => {
    const rogue = stage.keep(await Rogue.establish(stage.lair, plan));
    if ((await rogue.ask({ type: 'echo' })) === null) stage.control(false, 'a session failed');
    const frame = rogue.record(rogue.text({ type: 'echo' }));
    const tagAt = frame.length - TAG_BYTES + at;
    frame[tagAt] = (frame[tagAt] ?? 0) ^ 0x80;
    const startedNs = process.hrtime.bigint();
    const reaction = rogue.reaction();
    rogue.caller.say(frame);
    const said = await reaction;
    const us = Number(process.hrtime.bigint() - startedNs) / 1e3;
    stage.mustAlert(said, `a tag wrong in byte ${at}`);
    rogue.caller.destroy();
    return us;
  };
  stage.control(true, '');
  await inBatches(
    stage,
    Array.from({ length: TAG_BYTES }, (_, at) => at),
    async (at, plan) => {
      await one(at, plan);
    },
  );
  // A difference that is there comes back; one of a busy machine does not.
  let t = 0;
  for (let round = 0; round < 2; round++) {
    const first: number[] = [];
    const last: number[] = [];
    for (let n = 0; n < TIMING_PAIRS; n++) {
      const isFirst = randomInt(2) === 0;
      const plan = stage.plan(n % stage.fleet.length);
      for (const at of isFirst ? [0, TAG_BYTES - 1] : [TAG_BYTES - 1, 0]) {
        (at === 0 ? first : last).push(await one(at, plan));
      }
    }
    t = Math.abs(yuenT(first, last));
    if (t < T_MAX) break;
  }
  const isSame = t < T_MAX;
  stage.attempt(
    isSame ? 'times alike' : 'times differ',
    isSame,
    `t of first against last byte is ${t.toFixed(1)}`,
  );
  stage.expected.refused('violation: bad mac', stage.attempts - 1);
}

/**
 * The difference of two means in its own standard errors, of the faster half of each (Yuen 1974): what a busy machine
 * adds makes times longer, never shorter.
 */
function yuenT(a: readonly number[], b: readonly number[]): number {
  const half = (of: readonly number[]) => {
    const sorted = [...of].sort((x, y) => x - y);
    const kept = Math.ceil(of.length / 2);
    const cap = sorted[kept - 1] ?? 0;
    const mean = meanOf(sorted.slice(0, kept));
    // The others count as the slowest that is kept: they are not known to be as fast.
    const capped = sorted.map((x) => Math.min(x, cap));
    const around = meanOf(capped);
    const squares = capped.reduce((sum, x) => sum + (x - around) ** 2, 0);
    return { mean, error: squares / (kept * (kept - 1)) };
  };
  const [one, two] = [half(a), half(b)];
  return (one.mean - two.mean) / Math.sqrt(one.error + two.error);
}

const meanOf = (of: readonly number[]): number => of.reduce((sum, x) => sum + x, 0) / of.length;
