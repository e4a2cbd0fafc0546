/**
 * Attacks on what the bank keeps: crashes at every point of a commit, a disk that is full, a trail that is tampered with,
 * secrets in places where they have no business (catalogue 35 to 38).
 *
 * @module
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as say from '../../bank/audit/actions.ts';
import { cents } from '../../protocol/money.ts';
import type { Patch } from '../plants/plant.ts';
import { type Atm, pause } from './atm.ts';
import type { Attack } from './attack.ts';
import type { Stage } from './stage.ts';
import { copyOf, TAMPERINGS, verifies } from './tampering.ts';
import { readTrail } from './trail.ts';

export const STORE_ATTACKS: readonly Attack[] = [
  {
    number: 35,
    name: 'crash-at-commit',
    sentence:
      'Power fails at every point of the commit of a deposit: before, within, after, before the answer',
    expected: 'After its restart the bank has the deposit whole or not at all, as the terminal is told',
    property: 'integrity',
    rules: [],
    needs: 'own',
    bank: () => {
      let starts = 0;
      return { launch: () => ({ patches: CRASHES[starts++]?.patches ?? [] }) };
    },
    play: crashAtCommit,
  },
  {
    number: 36,
    name: 'audit-tampering',
    sentence:
      'Records of the trail are flipped, deleted, swapped, doubled, put in, cut off, rolled back, rewritten',
    expected: 'Each copy fails to verify against the heads that terminals saw',
    property: 'integrity',
    rules: [],
    needs: 'books',
    play: auditTampering,
  },
  {
    number: 37,
    name: 'disk-full',
    sentence: "The bank's disk is full in the middle of a day",
    expected: 'The bank stops rather than promise what it cannot keep, and loses nothing it has promised',
    property: 'availability',
    rules: [],
    needs: 'own',
    mayDie: true,
    unavailable: () =>
      spawnSync('prlimit', ['--version']).status === 0 ? null : 'needs prlimit, to make a disk small',
    bank: () => {
      let starts = 0;
      return {
        launch: () => (starts++ === 0 ? { wrapper: ['prlimit', `--fsize=${DISK_BYTES}`], mute: true } : {}),
      };
    },
    play: diskFull,
  },
  {
    number: 38,
    name: 'secret-leakage',
    sentence:
      "Passwords and keys are looked for in all files of the bank but its keys', and in its argv and environment",
    expected: 'None is there',
    property: 'confidentiality',
    rules: [],
    needs: 'books',
    play: secretLeakage,
  },
];

/** The deposit that crashes, and no other. */
const CRASH_NOTES = 7;
const KILL = `if (batch.txns.some((t) => t.kind === 'deposit' && t.amount === ${CRASH_NOTES * 10_00}n)) process.kill(process.pid, 'SIGKILL');`;

const crashing = (find: string, replace: string): readonly Patch[] => [
  { file: 'bank/sqlite/sqlite-store.ts', find, replace },
];

const COMMIT = 'put.commit.run();\n    } catch';
const TXNS = 'for (const row of batch.txns) put.putTxn';
const WRITE = 'translating(this.path, () => this.#write(batch));';
const DONE = 'queueMicrotask(() => done(failure));';
const CRASHES: readonly { readonly at: string; readonly patches: readonly Patch[] }[] = [
  { at: 'before it begins', patches: crashing(WRITE, `${KILL} ${WRITE}`) },
  { at: 'after the first rows', patches: crashing(TXNS, `${KILL} ${TXNS}`) },
  { at: 'before COMMIT', patches: crashing(COMMIT, `${KILL} ${COMMIT}`) },
  { at: 'after COMMIT', patches: crashing(COMMIT, `put.commit.run(); ${KILL}\n    } catch`) },
  {
    at: 'with the answer on its way',
    patches: crashing(DONE, `queueMicrotask(() => { done(failure); ${KILL} });`),
  },
];

async function crashAtCommit(stage: Stage): Promise<void> {
  const { bank } = stage.target;
  const atm = await stage.atm(1);
  const { customer } = atm.customer;
  stage.control(await atm.logIn(), 'nobody could log in');
  stage.control((await atm.deposit()).outcome === 'ok', 'a deposit without a crash failed');
  for (const [index, { at }] of CRASHES.entries()) {
    const { outcome } = await atm.deposit(CRASH_NOTES);
    await until(() => bank?.deaths === index + 1);
    await atm.ready();
    stage.control(bank?.deaths === index + 1, `the bank did not crash ${at}`);
    const isDefinite = outcome === 'ok' || outcome === 'fail';
    stage.attempt(outcome === 'ok' ? 'booked' : 'not booked', isDefinite, `a crash ${at}`);
    await atm.logIn();
  }
  await atm.stop();
  // The terminal asks what became of a deposit whose answer it never got.
  stage.expected.perhaps(customer, say.outcome(say.reverse(cents(CRASH_NOTES * 10_00)), 'ALREADY_COMPLETED'));
  stage.expected.perhaps(say.NOBODY, say.reverseUnknown());
}

/** A process that was killed is seen to be gone a moment later. */
async function until(is: () => boolean): Promise<void> {
  for (let n = 0; n < 400 && !is(); n++) await pause(10);
}

async function auditTampering(stage: Stage): Promise<void> {
  const { data } = stage.target;
  if (data === null) throw new Error('this case reads the books');
  const atm = await stage.atm(1);
  await atm.logIn();
  const older = copyOf(data);
  for (let n = 0; n < 5; n++) await atm.deposit();
  await atm.stop();
  const heads = stage.heads.map(({ seq, head }) => ({ seq, hash: Buffer.from(head, 'hex') }));
  const seen = Math.max(...heads.map(({ seq }) => seq));
  const copy = copyOf(data);
  stage.control(verifies(copy.path, heads), 'an untouched copy does not verify');
  copy.remove();
  for (const { name, tamper } of TAMPERINGS) {
    const forged = copyOf(data);
    tamper(forged.path, seen - 3);
    const isSeen = !verifies(forged.path, heads);
    stage.attempt(isSeen ? 'found' : 'verifies', isSeen, `a trail with a record ${name}`);
    forged.remove();
  }
  const isSeen = !verifies(older.path, heads);
  stage.attempt(isSeen ? 'found' : 'verifies', isSeen, 'an older copy put in its place');
  older.remove();
}

/** Of each file: some dozens of commits, and the write-ahead log has no more room. */
const DISK_BYTES = 600_000;
const DEPOSITS_MAX = 400;

async function diskFull(stage: Stage): Promise<void> {
  const { bank } = stage.target;
  const atm = await stage.atm(1);
  stage.control(await atm.logIn(), 'nobody could log in');
  stage.control((await atm.deposit()).outcome === 'ok', 'a deposit with room on the disk failed');
  const isDown = await untilDown(atm, () => (bank?.deaths ?? 0) > 0);
  stage.attempt(isDown ? 'stopped' : 'goes on', isDown, 'commits with no room on the disk');
  await atm.ready();
  stage.control(await atm.logIn(), 'nobody could log in once there was room again');
  await atm.stop();
  stage.expected.perhaps(atm.customer.customer, say.outcome(say.reverse(cents(10_00)), 'ALREADY_COMPLETED'));
  stage.expected.perhaps(say.NOBODY, say.reverseUnknown());
}

async function untilDown(atm: Atm, isDown: () => boolean): Promise<boolean> {
  for (let n = 0; n < DEPOSITS_MAX && !isDown(); n++) await atm.deposit();
  return isDown();
}

async function secretLeakage(stage: Stage): Promise<void> {
  const { data, bank } = stage.target;
  if (data === null) throw new Error('this case reads the books');
  const atm = await stage.atm(1);
  stage.control(await atm.logIn(), 'nobody could log in');
  await atm.deposit();
  await atm.stop();
  const wrong = `wrong-${stage.plan(1).kShared.slice(0, 12)}`;
  const rogue = await stage.rogue(1);
  const { customer: user, password } = stage.customer(1, 1);
  await rogue.ask({
    type: 'login',
    user,
    password: wrong,
    txnId: stage.plan(1).kDispense.slice(0, 32) as never,
  });
  stage.expected.record(user, say.outcome(say.login(), 'WRONG_PASSWORD'));
  await rogue.leave();
  const places = new Map<string, Buffer>();
  for (const entry of readdirSync(data, { recursive: true, withFileTypes: true })) {
    // Keys are in key files, and credentials in that of whoever started the bank; nobody else may read either.
    if (entry.isFile() && entry.name !== 'credentials.json' && !entry.name.endsWith('.key'))
      places.set(entry.name, readFileSync(join(entry.parentPath, entry.name)));
  }
  const trail = readTrail(data, 0).map(({ customer, action }) => `${customer} | ${action}`);
  places.set('the trail in clear', Buffer.from(trail.join('\n')));
  if (bank?.pid && process.platform === 'linux') {
    for (const file of ['cmdline', 'environ']) places.set(file, readFileSync(`/proc/${bank.pid}/${file}`));
  }
  stage.control(
    places.get('bank.db')?.includes(stage.customer(1).account) === true,
    'the search finds nothing that is there',
  );
  const { kShared, kDispense } = stage.plan(1);
  const secrets: [string, Buffer][] = [
    ['a password', Buffer.from(stage.customer(1).password)],
    ['a password that was not typed', Buffer.from(password)],
    ['a wrong password', Buffer.from(wrong)],
    ...[kShared, kDispense].flatMap((key): [string, Buffer][] => [
      ['a key', Buffer.from(key, 'hex')],
      ['a key in hex', Buffer.from(key)],
    ]),
  ];
  for (const [place, bytes] of places) {
    for (const [what, secret] of secrets) {
      const isClean = !bytes.includes(secret);
      stage.attempt(isClean ? 'not there' : 'there', isClean, `${what} in ${place}`);
    }
  }
}
