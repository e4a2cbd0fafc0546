/**
 * LINEAR: replays the entries of each account; a reply must equal the books at the version it names, and versions must
 * respect real time: what was replied before a request was sent is in what that request saw. O(n log n), numbers in
 * arrays, no record kept.
 *
 * @module
 */
import { customerAccount, type LedgerAccount } from '../../bank/model.ts';
import type { HistoryRecord, OperationRecord } from '../history.ts';
import { Books } from './books.ts';
import { type Finding, Tally } from './finding.ts';
import type { CheckInput } from './input.ts';
import { type Transactions, transactionKey } from './transactions.ts';

/** The balances an account has had: parallel arrays, ascending by version. */
interface Past {
  readonly versions: number[];
  readonly ledgers: number[];
  readonly availables: number[];
}

/** The replied operations on an account: parallel arrays. */
interface Lane {
  readonly sentUs: number[];
  readonly repliedUs: number[];
  /** Version in the reply; −1 for none. */
  readonly saw: number[];
  /** Entry that the operation itself made; −1 for none. */
  readonly made: number[];
  readonly label: string[];
}

export function checkLinear(input: CheckInput, transactions: Transactions): Finding {
  const tally = new Tally('LINEAR');
  const pasts = replay(input);
  const lanes = new Map<LedgerAccount, Lane>();
  let replies = 0;
  for (const record of input.history()) {
    if (!isReplied(record)) continue;
    const made = madeBy(record, transactions);
    const account = customerAccount(record.account);
    const label =
      record.txnId === null ? `${record.terminal} ${record.op}` : `${record.terminal}/${record.txnId}`;
    if (record.version !== null) {
      replies += 1;
      checkReply(tally, record, pasts.get(account), label);
      tally.check(record.version >= made, () => `${label} on ${account} does not see its own entry ${made}`);
    }
    add(laneOf(lanes, account), record, { saw: record.version ?? -1, made, label });
    if (made >= 0 && record.counterparty !== null) {
      add(laneOf(lanes, customerAccount(record.counterparty)), record, { saw: -1, made, label });
    }
  }
  for (const [account, lane] of lanes) checkOrder(tally, account, lane);
  return tally.finding({ accounts: lanes.size, replies });
}

type Replied = OperationRecord & {
  readonly account: NonNullable<OperationRecord['account']>;
  readonly sentUs: number;
  readonly repliedUs: number;
};

const isReplied = (record: HistoryRecord): record is Replied =>
  record.type === 'op' && record.account !== null && record.sentUs !== null && record.repliedUs !== null;

/** The first entry of an operation that succeeded; −1 for one that changed nothing, or may not have. */
function madeBy(record: Replied, transactions: Transactions): number {
  if (record.outcome !== 'ok' || record.txnId === null) return -1;
  return transactions.get(transactionKey(record.terminal, record.txnId))?.money?.firstSeq ?? -1;
}

function replay({ bank }: CheckInput): ReadonlyMap<LedgerAccount, Past> {
  const books = new Books();
  const pasts = new Map<LedgerAccount, Past>();
  for (const entry of bank.entries()) {
    books.post(entry);
    for (const account of [entry.debit, entry.credit]) {
      if (!account.startsWith('customer:')) continue;
      let past = pasts.get(account);
      if (!past) {
        past = { versions: [], ledgers: [], availables: [] };
        pasts.set(account, past);
      }
      const { ledger, held } = books.of(account);
      past.versions.push(entry.seq);
      past.ledgers.push(Number(ledger));
      past.availables.push(Number(ledger - held));
    }
  }
  return pasts;
}

function checkReply(tally: Tally, record: Replied, past: Past | undefined, label: string): void {
  const { account, version, ledger, available } = record;
  const at = version === null || !past ? -1 : indexOf(past.versions, version);
  const untouched = version === 0 && !past;
  tally.check(at >= 0 || untouched, () => `${label} names version ${version} of ${account}, which never was`);
  if (at < 0 && !untouched) return;
  for (const [word, said, was] of [
    ['ledger', ledger, past?.ledgers[at] ?? 0],
    ['available', available, past?.availables[at] ?? 0],
  ] as const) {
    if (said === null) continue;
    const text = () =>
      `${label} says ${word} ${said} of ${account} at version ${version}, the books say ${was}`;
    tally.check(Number(said) === was, text, BigInt(said) - BigInt(was));
  }
}

/** Position of `value` in an ascending list, or −1. */
function indexOf(list: readonly number[], value: number): number {
  let low = 0;
  let high = list.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = list[middle] ?? 0;
    if (found === value) return middle;
    if (found < value) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** Sweeps requests in the order they were sent, past the newest version that had been replied by then. */
function checkOrder(tally: Tally, account: LedgerAccount, lane: Lane): void {
  const { sentUs, repliedUs, saw, made, label } = lane;
  const bySent = sorted(sentUs);
  const byReplied = sorted(repliedUs);
  let next = 0;
  let newest = -1;
  let newestLabel = '';
  for (const one of bySent) {
    for (let other = byReplied[next]; other !== undefined; other = byReplied[next]) {
      if ((repliedUs[other] ?? 0) >= (sentUs[one] ?? 0)) break;
      const version = Math.max(saw[other] ?? -1, made[other] ?? -1);
      if (version > newest) {
        newest = version;
        newestLabel = label[other] ?? '';
      }
      next += 1;
    }
    if (newest < 0) continue;
    const before = () => `sent after ${newestLabel} had shown version ${newest}`;
    const [seen, own] = [saw[one] ?? -1, made[one] ?? -1];
    if (seen >= 0)
      tally.check(seen >= newest, () => `${label[one]} saw version ${seen} of ${account}, ${before()}`);
    if (own >= 0)
      tally.check(own > newest, () => `${label[one]} made entry ${own} of ${account}, ${before()}`);
  }
}

const sorted = (values: readonly number[]): Uint32Array =>
  Uint32Array.from(values.keys()).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));

function add(
  lane: Lane,
  { sentUs, repliedUs }: Replied,
  rest: { saw: number; made: number; label: string },
): void {
  lane.sentUs.push(sentUs);
  lane.repliedUs.push(repliedUs);
  lane.saw.push(rest.saw);
  lane.made.push(rest.made);
  lane.label.push(rest.label);
}

function laneOf(lanes: Map<LedgerAccount, Lane>, account: LedgerAccount): Lane {
  let lane = lanes.get(account);
  if (!lane) {
    lane = { sentUs: [], repliedUs: [], saw: [], made: [], label: [] };
    lanes.set(account, lane);
  }
  return lane;
}
