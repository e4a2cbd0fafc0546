import test from 'ava';
import { cents } from '../../protocol/money.ts';
import {
  type Advice,
  adviceOn,
  decodeEntry,
  encodeEntry,
  type JournalEntry,
  type Recovery,
  recover,
} from '../../terminals/journal.ts';
import { CHECKING, notes, txn } from '../helpers/terminal-bench.ts';

const audit = { seq: 3, head: '11'.repeat(32) };
const txnId = txn(1);
const amount = cents(4_000);
const counts = [{ denomination: cents(2_000), dispensed: 2, rejected: 0 }];
const reverse: Advice = { type: 'reverse', txnId: txn(50), origTxnId: txnId, reason: 'timeout' };

const ENTRIES = {
  intent: { mark: 'intent', txnId, account: CHECKING, amount, notes: notes([20, 2]) },
  authoriseSent: { mark: 'authoriseSent', txnId },
  approved: { mark: 'approved', txnId, audit },
  declined: { mark: 'declined', txnId, code: 'INSUFFICIENT_FUNDS', audit },
  late: { mark: 'late', txnId, code: 'APPROVED', audit },
  stacking: { mark: 'stacking', txnId },
  presenting: { mark: 'presenting', txnId },
  presented: { mark: 'presented', txnId },
  retracting: { mark: 'retracting', txnId },
  taken: { mark: 'taken', txnId, counts },
  escrow: { mark: 'escrow', txnId, account: CHECKING, amount, notes: notes([20, 2]) },
  depositSent: { mark: 'depositSent', txnId },
  accepted: { mark: 'accepted', txnId, audit },
  storing: { mark: 'storing', txnId },
  stored: { mark: 'stored', txnId },
  returning: { mark: 'returning', txnId },
  returned: { mark: 'returned', txnId },
  escrowSuspect: { mark: 'escrowSuspect', txnId },
  transferSent: { mark: 'transferSent', txnId, amount },
  transferDone: { mark: 'transferDone', txnId, code: 'APPROVED', audit },
  adviceQueued: { mark: 'adviceQueued', txnId, advice: reverse },
  adviceDone: { mark: 'adviceDone', txnId, code: 'APPROVED', audit },
} as const satisfies { [Mark in JournalEntry['mark']]: JournalEntry & { mark: Mark } };

type Mark = keyof typeof ENTRIES;
const history = (marks: string): JournalEntry[] => marks.split(' ').map((mark) => ENTRIES[mark as Mark]);

const WITHDRAWAL = 'intent authoriseSent approved stacking presenting presented';

const row = test.macro({
  exec(t, marks: string, open: Recovery | null, advices: readonly Advice[] = []) {
    t.deepEqual(recover(history(marks)), { open: open ? [open] : [], advices });
  },
  title: (_, marks) => `After a restart, last marks: ${marks}`,
});

test(row, 'intent', { action: 'reverse', txnId });
test(row, 'intent authoriseSent', { action: 'reverse', txnId });
test(row, 'intent authoriseSent approved', { action: 'rejectNotes', txnId });
test(row, 'intent authoriseSent approved stacking', { action: 'rejectNotes', txnId });
test(row, 'intent authoriseSent approved stacking presenting', { action: 'askDevice', txnId, amount });
test(row, WITHDRAWAL, { action: 'askDevice', txnId, amount });
test(row, `${WITHDRAWAL} retracting`, { action: 'askDevice', txnId, amount });
test(row, `${WITHDRAWAL} taken`, { action: 'complete', txnId, amount, counts });
test(row, `${WITHDRAWAL} taken adviceQueued`, null, [reverse]);
test(row, `${WITHDRAWAL} taken adviceQueued adviceDone`, null);
test(row, 'intent authoriseSent declined', null);
test(row, 'intent authoriseSent adviceQueued late', null, [reverse]);
test(row, 'intent authoriseSent adviceQueued late adviceDone', null);
test(row, 'escrow', { action: 'reverseDeposit', txnId });
test(row, 'escrow depositSent', { action: 'reverseDeposit', txnId });
test(row, 'escrow depositSent accepted', { action: 'store', txnId });
test(row, 'escrow depositSent accepted storing', { action: 'store', txnId });
test(row, 'escrow depositSent accepted storing stored', null);
test(row, 'escrow depositSent declined', { action: 'return', txnId });
test(row, 'escrow depositSent declined returning', { action: 'return', txnId });
test(row, 'escrow depositSent declined returning returned', null);
test(row, 'escrow depositSent declined returning escrowSuspect', null);
test(row, 'escrow depositSent adviceQueued', { action: 'awaitReversal', txnId }, [reverse]);
test(row, 'escrow depositSent adviceQueued adviceDone', { action: 'return', txnId });
test(row, 'transferSent', { action: 'reverse', txnId });
test(row, 'transferSent transferDone', null);
test(row, 'transferSent adviceQueued', null, [reverse]);

test('A deposit whose reversal came too late is stored after a restart', (t) => {
  const { open } = recover([
    ...history('escrow depositSent adviceQueued'),
    { ...ENTRIES.adviceDone, code: 'ALREADY_COMPLETED' },
  ]);
  t.deepEqual(open, [{ action: 'store', txnId }]);
});

test('Finished transactions vanish, open ones and advices keep their order', (t) => {
  const of = (n: number, marks: string) =>
    history(marks).map((entry) => ({ ...entry, txnId: txn(n) }) as JournalEntry);
  const advise = (n: number): JournalEntry => ({
    mark: 'adviceQueued',
    txnId: txn(n),
    advice: { ...reverse, txnId: txn(n + 50), origTxnId: txn(n) },
  });
  const { open, advices } = recover([
    ...of(1, 'intent'),
    ...of(2, 'intent'),
    advise(2),
    ...of(3, 'intent declined'),
    advise(4),
    ...of(5, 'escrow'),
    ...of(2, 'adviceDone'),
    advise(6),
  ]);
  t.deepEqual(
    open.map(({ txnId: id }) => id),
    [txn(1), txn(5)],
  );
  t.deepEqual(
    advices.map(({ origTxnId }) => origTxnId),
    [txn(4), txn(6)],
  );
});

test('A settle question is answered by the last advice given, acknowledged or not', (t) => {
  t.is(adviceOn(history('intent authoriseSent'), txnId), null);
  t.deepEqual(adviceOn(history('intent adviceQueued adviceDone'), txnId), reverse);
  t.is(adviceOn(history('intent adviceQueued'), txn(2)), null);
});

test('Every entry reads back from its line as it was', (t) => {
  for (const entry of Object.values(ENTRIES)) t.deepEqual(decodeEntry(encodeEntry(entry)), entry);
});
