/**
 * What the checkers read: a run's history and the bank's data as it stands after the bank was opened again. Each
 * iterable is walked more than once, from its start, and may be streamed from a file.
 *
 * @module
 */
import type { AuditNote } from '../../bank/commands.ts';
import type { AuditRow, EntryRow, TxnRow } from '../../bank/model.ts';
import type { BankImage } from '../../bank/store.ts';
import type { Cents } from '../../protocol/money.ts';
import type { HistoryRecord } from '../history.ts';

export interface CheckInput {
  readonly history: () => Iterable<HistoryRecord>;
  readonly bank: {
    readonly image: BankImage;
    /** By seq. */
    readonly entries: () => Iterable<EntryRow>;
    readonly txns: () => Iterable<TxnRow>;
    /** By seq, from 1. */
    readonly audit: () => Iterable<AuditRow>;
    /** Opens a record; null for one that does not open. The function is null where the key is not at hand. */
    readonly openAudit: ((row: AuditRow) => AuditNote | null) | null;
  };
  /** What whoever set the bank up put into it. */
  readonly expected: {
    readonly vaultFunded: Cents;
    /** Sum of the opening balances of all customer accounts. */
    readonly accountsOpened: Cents;
  };
}
