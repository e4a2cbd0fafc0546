/**
 * The checks after a run: the history file against the bank's data, opened again after its process has ended; and a
 * test of the verifier itself on a forged copy of the trail's last records.
 *
 * @module
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { auditOpener } from '../../actors/node/audit-files.ts';
import type { Head } from '../../bank/audit/chain.ts';
import { verifyChain } from '../../bank/audit/verify.ts';
import type { AuditRow } from '../../bank/model.ts';
import { SqliteStore } from '../../bank/sqlite/sqlite-store.ts';
import type { AuditResult, MoneyResult } from '../../reports/report.ts';
import { type Finding, runChecks } from '../check/index.ts';
import type { HistoryRecord } from '../history.ts';
import { readHistory, unpackHistory } from './history-file.ts';
import { moneyOf } from './money.ts';
import type { Provisioned } from './provision.ts';

export interface Verified {
  readonly invariants: readonly Finding[];
  readonly audit: AuditResult;
  readonly money: MoneyResult;
}

export interface VerifyInput {
  readonly historyPath: string;
  readonly scratch: string;
  readonly bank: Provisioned;
  readonly maxAbsDelta: bigint;
}

export async function verifyRun({ historyPath, scratch, bank, maxAbsDelta }: VerifyInput): Promise<Verified> {
  const plain = join(scratch, 'history.jsonl.tmp');
  await unpackHistory(historyPath, plain);
  try {
    return verifyBank({ bank, history: () => readHistory(plain), maxAbsDelta });
  } finally {
    rmSync(plain, { force: true });
  }
}

/** @param heads of the trail that others saw, beside those of the history */
export function verifyBank({
  bank,
  history,
  maxAbsDelta,
  heads = [],
}: Pick<VerifyInput, 'bank' | 'maxAbsDelta'> & {
  readonly history: () => Iterable<HistoryRecord>;
  readonly heads?: readonly Head[];
}): Verified {
  // Opened for writing: so the store recovers just as the bank itself would after a crash.
  const store = SqliteStore.open(bank.directory.path);
  try {
    const image = store.load();
    const invariants = runChecks({
      history,
      bank: {
        image,
        entries: () => store.entries(),
        txns: () => store.txns(),
        audit: () => store.audit(1),
        openAudit: auditOpener(bank.directory.path),
      },
      expected: { vaultFunded: bank.vaultFunded, accountsOpened: bank.accountsOpened },
    });
    return { invariants, audit: auditOf(store, heads), money: moneyOf(image, store.entries(), maxAbsDelta) };
  } finally {
    store.close();
  }
}

function auditOf(store: SqliteStore, heads: readonly Head[]): AuditResult {
  const { ok, count, head, gaps, broken } = verifyChain(store.audit(1), { heads });
  return {
    algorithm: 'AES-128-CBC, HMAC-SHA-256, SHA-256 chain',
    head: { seq: head.seq, hash: Buffer.from(head.hash).toString('hex') },
    records: count,
    gaps: gaps.reduce((sum, { from, to }) => sum + to - from + 1, 0),
    verifier: { name: 'cashpoint', version: '1' },
    verifiedFrom: count > 0 ? 1 : null,
    verifiedTo: count > 0 ? head.seq : null,
    ok,
    tamperSelfTest: count > 0 ? refusesForgery(store, head.seq) : null,
    ...(broken ? { fault: `record ${broken.seq}: ${broken.why}` } : {}),
  };
}

/** One bit of the last record is flipped, in memory: a verifier that accepts it proves nothing. */
function refusesForgery(store: SqliteStore, lastSeq: number): boolean {
  const [before, last] = [...store.audit(Math.max(1, lastSeq - 1))];
  const row = last ?? before;
  if (row === undefined) return false;
  const from = last && before ? { seq: before.seq, hash: before.hash } : undefined;
  const verify = (forged: AuditRow) => verifyChain([forged], from ? { from } : {}).ok;
  const ct = Uint8Array.from(row.ct);
  ct[0] = (ct[0] ?? 0) ^ 1;
  return verify(row) && !verify({ ...row, ct });
}
