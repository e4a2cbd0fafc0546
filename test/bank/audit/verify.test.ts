import test from 'ava';
import { GENESIS } from '../../../bank/audit/chain.ts';
import { AuditTrail, auditKey, openRecord } from '../../../bank/audit/trail.ts';
import { type Break, verifyChain } from '../../../bank/audit/verify.ts';
import type { AuditRow } from '../../../bank/model.ts';
import { countedEntropy } from '../../helpers/entropy.ts';
import { KEY, START_MS } from '../../helpers/test-bank.ts';

function trailOf(count: number, name = ''): AuditRow[] {
  const trail = new AuditTrail({ key: KEY });
  const entropy = countedEntropy(name);
  return Array.from({ length: count }, (_, at) =>
    trail.seal({ customer: 'alice', action: `deposit $${at}.00` }, START_MS + at, entropy.bytes(16, 'iv')),
  );
}

const ROWS = trailOf(8);
const HEAD = headOf(ROWS);
function headOf(rows: readonly AuditRow[]) {
  const last = rows.at(-1);
  return last ? { seq: last.seq, hash: last.hash } : GENESIS;
}
const row = (at: number): AuditRow => {
  const found = ROWS[at];
  if (!found) throw new RangeError(`no row ${at}`);
  return found;
};
const flipped = (bytes: Uint8Array): Uint8Array =>
  Uint8Array.from(bytes, (byte, at) => (at === 5 ? byte ^ 1 : byte));

test('an honest trail verifies without a key, against its head and from any place', (t) => {
  const verified = verifyChain(ROWS, { heads: [HEAD, { seq: 3, hash: row(2).hash }] });
  t.deepEqual(verified, { ok: true, count: 8, head: HEAD, gaps: [], broken: null });
  t.true(verifyChain(ROWS.slice(4), { from: { seq: 4, hash: row(3).hash }, heads: [HEAD] }).ok);
  t.true(verifyChain([]).ok);
});

/** [broken place, why, the rows as they are found]; seqs are 1..8. */
const TAMPERED: Readonly<Record<string, readonly [number, Break, readonly AuditRow[]]>> = {
  'a flipped bit in the contents': [4, 'hash', ROWS.with(3, { ...row(3), ct: flipped(row(3).ct) })],
  'a flipped bit in the IV': [4, 'hash', ROWS.with(3, { ...row(3), iv: flipped(row(3).iv) })],
  'a flipped bit in the MAC': [4, 'hash', ROWS.with(3, { ...row(3), mac: flipped(row(3).mac) })],
  'a flipped bit in the hash': [4, 'hash', ROWS.with(3, { ...row(3), hash: flipped(row(3).hash) })],
  'another key id': [4, 'hash', ROWS.with(3, { ...row(3), keyId: 2 })],
  'a deleted row': [4, 'gap', ROWS.toSpliced(3, 1)],
  'a deleted first row': [1, 'gap', ROWS.slice(1)],
  'a deleted row with those after it renumbered': [
    4,
    'hash',
    ROWS.toSpliced(3, 1).map((found, at) => ({ ...found, seq: at + 1 })),
  ],
  'two swapped rows': [4, 'gap', ROWS.with(3, row(4)).with(4, row(3))],
  'two rows with their numbers swapped': [
    4,
    'hash',
    ROWS.with(3, { ...row(4), seq: 4 }).with(4, { ...row(3), seq: 5 }),
  ],
  'a duplicated row': [4, 'order', ROWS.toSpliced(4, 0, row(3))],
  'an inserted row': [
    5,
    'hash',
    [
      ...ROWS.slice(0, 4),
      { ...row(3), seq: 5 },
      ...ROWS.slice(4).map((found) => ({ ...found, seq: found.seq + 1 })),
    ],
  ],
  'a cut-off end': [7, 'truncated', ROWS.slice(0, 6)],
  'nothing left': [1, 'truncated', []],
};
for (const [what, [seq, why, rows]] of Object.entries(TAMPERED)) {
  test(`tampering is found and its place named: ${what}`, (t) => {
    const verified = verifyChain(rows, { heads: [HEAD] });
    t.false(verified.ok);
    t.deepEqual(verified.broken, { seq, why });
  });
}

test('a row sealed anew, with the right key and a hash of its own, breaks the one after it', (t) => {
  const forger = new AuditTrail({ key: KEY, head: { seq: 3, hash: row(2).hash } });
  const forged = forger.seal({ customer: 'alice', action: 'deposit $9.00' }, START_MS, new Uint8Array(16));
  t.deepEqual(verifyChain(ROWS.with(3, forged)).broken, { seq: 5, why: 'hash' });
});

test('the missing numbers are listed', (t) => {
  t.deepEqual(verifyChain(ROWS.toSpliced(2, 2)).gaps, [{ from: 3, to: 4 }]);
});

test('a trail written anew with the right key is a fork to whoever saw the old one', (t) => {
  const forged = trailOf(8, 'forged');
  t.true(verifyChain(forged).ok);
  t.deepEqual(verifyChain(forged, { heads: [{ seq: 5, hash: row(4).hash }] }).broken, {
    seq: 5,
    why: 'fork',
  });
});

test('a cut-off end verifies only when nobody saw it', (t) => {
  t.true(verifyChain(ROWS.slice(0, 6)).ok);
  t.false(verifyChain(ROWS.slice(0, 6), { heads: [{ seq: 7, hash: row(6).hash }] }).ok);
});

test('the contents open with the key, and with no other', (t) => {
  t.deepEqual(openRecord(row(2), KEY), { customer: 'alice', action: 'deposit $2.00', atMs: START_MS + 2 });
  t.is(openRecord(row(2), auditKey(new Uint8Array(32).fill(8), 1)), null);
  t.is(openRecord(row(2), auditKey(new Uint8Array(32).fill(7), 2)), null);
});

test('a record does not open at another place, nor changed, nor cut', (t) => {
  const found = row(2);
  t.is(openRecord({ ...found, seq: 9 }, KEY), null);
  t.is(openRecord({ ...found, ct: flipped(found.ct) }, KEY), null);
  t.is(openRecord({ ...found, iv: flipped(found.iv) }, KEY), null);
  t.is(openRecord({ ...found, ct: found.ct.subarray(1) }, KEY), null);
  t.is(openRecord({ ...found, ct: new Uint8Array(0) }, KEY), null);
  t.is(openRecord({ ...found, mac: found.mac.subarray(1) }, KEY), null);
});

test('the trail goes on from a stored head as if it had never stopped', (t) => {
  const again = new AuditTrail({ key: KEY, head: HEAD });
  const next = again.seal({ customer: '-', action: 'x' }, START_MS, new Uint8Array(16));
  t.true(verifyChain([...ROWS, next]).ok);
  t.is(again.head.seq, 9);
});

test('equal records with equal random bytes have different IVs and contents', (t) => {
  const trail = new AuditTrail({ key: KEY });
  const [a, b] = [1, 2].map(() => trail.seal({ customer: 'a', action: 'b' }, START_MS, new Uint8Array(16)));
  t.notDeepEqual(a?.iv, b?.iv);
  t.notDeepEqual(a?.ct, b?.ct);
});
