/**
 * DURABLE and ATOMIC as the bank comes back: what it had decided and answered is on its disk, and nothing on the disk is
 * half done. The end checks say the same of the last recovery; this says it of each.
 *
 * @module
 */
import type { Command, Write } from '../../../bank/commands.ts';
import type { LedgerStore } from '../../../bank/store.ts';
import type { TxnState } from '../../../protocol/messages.ts';
import type { Observation, Report, Watch } from '../observation.ts';
import { transactionKey } from '../transactions.ts';

type TxnWrite = Extract<Write, { table: 'txn' }>['row'];

/** A transaction never goes back: not to `pending`, and from a final state not to `held`. */
const RANK: Readonly<Partial<Record<TxnState, number>>> = { pending: 0, held: 1 };
const rankOf = (state: TxnState): number => RANK[state] ?? 2;

export class Durable implements Watch {
  readonly id = 'DURABLE';
  checks = 0;
  readonly #report: Report;
  readonly #acknowledged = new Map<string, TxnWrite>();
  #entries = 0;
  #audits = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  see(observation: Observation): void {
    if (observation.type === 'decided') {
      const { writes, audit } = observation.decision;
      if (audit !== null) this.#audits += 1;
      for (const write of writes) {
        if (write.table === 'entry') this.#entries += 1;
        if (write.table !== 'txn') continue;
        const { terminal, txnId } = write.row;
        this.#acknowledged.set(transactionKey(terminal, txnId), write.row);
      }
    }
    if (observation.type === 'recovered') this.#compare(observation.store, observation.life);
  }

  #compare(store: LedgerStore, life: string): void {
    for (const [key, row] of this.#acknowledged) {
      const found = store.transaction(row.terminal, row.txnId);
      const isThere = found !== undefined && rankOf(found.state) >= rankOf(row.state);
      const was = `${key}, ${row.kind} ${row.state},`;
      this.#check(
        isThere,
        () => `${was} was acknowledged and is ${found?.state ?? 'missing'} after recovery (${life})`,
      );
    }
    const { entrySeq, auditHead } = store.load();
    this.#check(
      entrySeq >= this.#entries,
      () => `${this.#entries} entries were acknowledged, ${life} found ${entrySeq}`,
    );
    this.#check(
      auditHead.seq >= this.#audits,
      () => `${this.#audits} audited actions were acknowledged, ${life} found ${auditHead.seq} records`,
    );
  }

  #check(ok: boolean, text: () => string): void {
    this.checks += 1;
    if (!ok) this.#report(this.id, text());
  }
}

export class Atomic implements Watch {
  readonly id = 'ATOMIC';
  checks = 0;
  /** Audit records that are there for sure. */
  #audits = 0;
  /** Records that the commit under way makes at least, if it is there at all. */
  #owed = 0;
  readonly #report: Report;

  constructor(report: Report) {
    this.#report = report;
  }

  see(observation: Observation): void {
    if (observation.type === 'committing') this.#owed = observation.commands.filter(isRecorded).length;
    if (observation.type === 'decided') {
      this.#owed = 0;
      if (observation.decision.audit !== null) this.#audits += 1;
    }
    if (observation.type !== 'recovered') return;
    const { store, life } = observation;
    const { accounts, auditHead } = store.load();
    const head = auditHead.seq;
    const more = head - this.#audits;
    this.#check(
      more <= 0 || more >= this.#owed,
      () => `${more} of at least ${this.#owed} records of a commit are there after recovery (${life})`,
    );
    this.#audits = Math.max(this.#audits, head);
    this.#owed = 0;
    let audits = 0;
    for (const { seq } of store.audit(1)) {
      audits += 1;
      this.#check(
        seq === audits,
        () => `audit record ${seq} stands where ${audits} should after recovery (${life})`,
      );
    }
    this.#check(audits === head, () => `the audit head is ${head} and there are ${audits} records (${life})`);
    let entries = 0;
    const moved = new Set<string>();
    for (const { seq, auditSeq, terminal, txnId } of store.entries()) {
      entries += 1;
      this.#check(
        seq === entries,
        () => `entry ${seq} stands where ${entries} should after recovery (${life})`,
      );
      this.#check(
        auditSeq <= head,
        () => `entry ${seq} has no audit record ${auditSeq} after recovery (${life})`,
      );
      if (terminal === null || txnId === null) continue;
      const key = transactionKey(terminal, txnId);
      moved.add(key);
      const row = store.transaction(terminal, txnId);
      this.#check(
        row !== undefined,
        () => `${key} has entry ${seq} and no transaction after recovery (${life})`,
      );
    }
    for (const { id, version } of accounts) {
      this.#check(
        version <= entries,
        () => `${id} is at version ${version} of ${entries} after recovery (${life})`,
      );
    }
    for (const row of store.txns()) {
      const key = transactionKey(row.terminal, row.txnId);
      this.#check(
        row.settledSeq <= head,
        () => `${key} has no audit record ${row.settledSeq} after recovery (${life})`,
      );
      if (row.origTxnId !== null || row.state === 'pending' || row.state === 'declined') continue;
      const moves = row.kind === 'deposit' || row.kind === 'transfer' || row.kind === 'authorise';
      const isWhole = !moves || row.state === 'tombstone' || moved.has(key);
      this.#check(isWhole, () => `${key}, ${row.kind} ${row.state}, has no entry after recovery (${life})`);
    }
  }

  #check(ok: boolean, text: () => string): void {
    this.checks += 1;
    if (!ok) this.#report(this.id, text());
  }
}

/** The first half of what takes a password leaves its record to the second, as a rule. */
const isRecorded = ({ type }: Command): boolean => type !== 'loginBegin' && type !== 'passwordBegin';
