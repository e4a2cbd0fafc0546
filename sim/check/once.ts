/**
 * ONCE: for each transaction id, at most one hold, one movement of money and one end of the hold; one record in the
 * history; and a state at the bank that fits both.
 *
 * @module
 */
import { type Finding, Tally } from './finding.ts';
import { type MoneySide, nameOf, type RowSide, type Transaction, type Transactions } from './transactions.ts';

export function checkOnce(transactions: Transactions): Finding {
  const tally = new Tally('ONCE');
  let withMoney = 0;
  let operations = 0;
  for (const transaction of transactions.values()) {
    const { op, row, money } = transaction;
    const name = nameOf(transaction);
    if (money) {
      withMoney += 1;
      checkEffect(tally, name, money);
    }
    if (row) checkState(tally, name, row, money);
    if (op) {
      operations += transaction.ops;
      checkOperation(tally, name, transaction);
    }
  }
  return tally.finding({ transactions: transactions.size, withMoney, operations });
}

function checkEffect(tally: Tally, name: string, money: MoneySide): void {
  const { holds, moves, moved, settles, releases, resolves, unheld } = money;
  tally.check(moves <= 1, () => `${name} moved money ${moves} times, ${moved} in all`, BigInt(moved));
  tally.check(holds <= 1, () => `${name} was held ${holds} times`, BigInt(money.held));
  tally.check(
    settles <= 1 && releases <= 1,
    () => `${name} was settled ${settles} and released ${releases} times`,
  );
  tally.check(resolves <= 1, () => `${name} was taken out of suspense ${resolves} times`);
  tally.check(!unheld, () => `${name} settled or released more than it held`, BigInt(money.heldLeft));
}

/** What the ledger must look like in each state; a resolved suspense has had both effects, one undone. */
function checkState(
  tally: Tally,
  name: string,
  { kind, state, settled }: RowSide,
  money: MoneySide | null,
): void {
  const moves = money?.moves ?? 0;
  const heldLeft = money?.heldLeft ?? 0;
  const bad = () => `${name} is ${state} with ${moves} movements of money and ${heldLeft} held`;
  const size = BigInt(money?.moved ?? 0);
  if (state === 'held') return tally.check(moves === 0 && heldLeft > 0, bad, size);
  tally.check(heldLeft === 0, bad, BigInt(heldLeft));
  // A completion out of suspense where nothing could be booked has moved nothing and says so.
  if (state === 'completed' || state === 'partial')
    return tally.check(moves === (settled > 0 ? 1 : 0), bad, size);
  if (state === 'posted')
    return tally.check(moves === (kind === 'deposit' || kind === 'transfer' ? 1 : 0), bad, size);
  if (state === 'suspense') return tally.check(moves <= 1, bad, size);
  tally.check(moves === 0 || (money?.resolves ?? 0) > 0, bad, size);
}

function checkOperation(tally: Tally, name: string, { op, ops, differs, row, money }: Transaction): void {
  tally.check(!differs, () => `${name} stands for operations that differ`);
  tally.check(ops === 1, () => `${name} has ${ops} final states in the history`);
  if (op?.outcome !== 'fail') return;
  const moved = money && money.resolves === 0 ? money.moved : 0;
  tally.check(
    moved === 0 || row?.state === 'suspense',
    () => `${name} failed and moved ${moved}`,
    BigInt(moved),
  );
}
