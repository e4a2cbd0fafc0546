/**
 * DISPENSE: the cash that changed hands, by the devices' own counts, against the ledger: for each operation, and for
 * each terminal as a whole. A difference is accepted only where the bank has it in suspense, or where the terminal says
 * that an advice is still on its way.
 *
 * @module
 */
import { cashAccount } from '../../bank/model.ts';
import type { TerminalId } from '../../protocol/ids.ts';
import type { CashCount } from '../history.ts';
import { type Finding, readable, Tally } from './finding.ts';
import type { CheckInput } from './input.ts';
import { nameOf, type OpSide, type Transaction, type Transactions } from './transactions.ts';

interface Drawer {
  paid: bigint;
  kept: bigint;
  /** Booked balance minus counted cash, as far as operations in doubt explain it. */
  explained: bigint;
  /** In suspense without a record in the history; may explain that much more, either way. */
  unlisted: bigint;
}

export function checkDispense({ history, bank }: CheckInput, transactions: Transactions): Finding {
  const tally = new Tally('DISPENSE');
  const counts = new Map<TerminalId, CashCount>();
  for (const record of history()) if (record.type === 'cash') counts.set(record.terminal, record);
  const drawers = new Map<TerminalId, Drawer>();
  let inDoubt = 0;
  for (const transaction of transactions.values()) {
    const { terminal, op, row, money } = transaction;
    const drawer = drawerOf(drawers, terminal);
    if (op?.op === 'withdraw' || op?.op === 'deposit') {
      const open = (counts.get(terminal)?.open ?? 0) > 0;
      const off = checkOperation(tally, transaction, op, open);
      if (off !== 0n) inDoubt += 1;
      drawer.explained += off;
      if (op.op === 'withdraw') drawer.paid += BigInt(op.cash);
      else drawer.kept += BigInt(op.cash);
    } else if (!op && row?.state === 'suspense') {
      drawer.unlisted += BigInt(Math.abs(money?.suspended ?? 0));
    }
  }
  const ledger = new Map(bank.image.accounts.map((row) => [row.id, row.ledger]));
  for (const [terminal, count] of counts) {
    checkDrawer(tally, count, drawerOf(drawers, terminal), ledger.get(cashAccount(terminal)) ?? 0n);
  }
  let paid = 0n;
  let kept = 0n;
  for (const drawer of drawers.values()) {
    paid += drawer.paid;
    kept += drawer.kept;
  }
  return tally.finding({ terminals: counts.size, paid: readable(paid), kept: readable(kept), inDoubt });
}

/** @returns how far the terminal's booked cash is above its counted cash because of this operation, if in doubt */
function checkOperation(tally: Tally, transaction: Transaction, op: OpSide, open: boolean): bigint {
  const { row, money } = transaction;
  const booked = (op.op === 'withdraw' ? 1 : -1) * (money?.cashOut ?? 0);
  const off = op.op === 'withdraw' ? op.cash - booked : booked - op.cash;
  const [low, high] = doubt(transaction, op, open);
  const text = () =>
    `${nameOf(transaction)}, ${row?.state ?? 'unknown to the bank'}: ${op.cash} ${op.op === 'withdraw' ? 'paid out' : 'kept'}, ${booked} booked`;
  const fits = off >= low && off <= high;
  tally.check(fits, text, BigInt(off));
  return fits ? BigInt(off) : 0n;
}

/** The range in which booked and counted cash may differ for this operation. */
function doubt({ row, money }: Transaction, op: OpSide, open: boolean): readonly [number, number] {
  const suspended = money?.suspended ?? 0;
  if (op.op === 'withdraw' && row?.state === 'suspense')
    return [Math.min(0, suspended), Math.max(0, suspended)];
  if (op.op === 'withdraw' && row?.state === 'held' && open) return [0, money?.held ?? 0];
  if (op.op === 'deposit' && op.outcome === 'unknown') return [-op.amount, op.amount];
  return [0, 0];
}

function checkDrawer(tally: Tally, count: CashCount, drawer: Drawer, ledger: bigint): void {
  const { terminal } = count;
  const { paid, kept, explained, unlisted } = drawer;
  const counted = BigInt(count.counted);
  const left = BigInt(count.loaded) - paid + kept;
  tally.check(
    left === counted,
    () => `${terminal}: loaded ${count.loaded} − paid ${paid} + kept ${kept} = ${left}, counted ${counted}`,
    left - counted,
  );
  const off = ledger - counted - explained;
  tally.check(
    off >= -unlisted && off <= unlisted,
    () => `${terminal}: booked ${ledger}, counted ${counted}, of the difference ${explained} is explained`,
    off,
  );
}

function drawerOf(drawers: Map<TerminalId, Drawer>, terminal: TerminalId): Drawer {
  let drawer = drawers.get(terminal);
  if (!drawer) {
    drawer = { paid: 0n, kept: 0n, explained: 0n, unlisted: 0n };
    drawers.set(terminal, drawer);
  }
  return drawer;
}
