/**
 * A bank on a data directory, a TCP port and, where asked, an HTTP port: opens store, keys and audit trail, puts the actor
 * and the server on real ports, stops gracefully. `cashpoint bank` and the embedded bank of `cashpoint run` are both this.
 *
 * @module
 */

import { signCheckpoint } from '../../bank/audit/checkpoint.ts';
import { AuditTrail, auditKey, openRecord } from '../../bank/audit/trail.ts';
import type { PasswordCostName } from '../../bank/credentials.ts';
import type { BankPolicy } from '../../bank/policy.ts';
import { SqliteStore } from '../../bank/sqlite/sqlite-store.ts';
import { BankState } from '../../bank/state.ts';
import type { LedgerStore } from '../../bank/store.ts';
import { WindowedHelloGuard } from '../../protocol/hello-guard.ts';
import { BankActor } from '../bank-actor.ts';
import { BankServer } from '../bank-server.ts';
import { sweepHolds } from '../hold-sweep.ts';
import { terminalKeys, tokenMaker } from '../terminal-keys.ts';
import { AdminDesk, type DeskBank } from './admin-desk.ts';
import { systemClock, ticksSince } from './clock.ts';
import { type DataDirectory, DataDirectoryError } from './data-directory.ts';
import { systemEntropy } from './entropy.ts';
import { type HttpGateway, serveHttp } from './http-gateway.ts';
import { createPasswordHash } from './password-hash.ts';
import type { SlowDisk } from './slow-disk.ts';
import { listenTcp } from './tcp.ts';

export interface OpenBankOptions {
  readonly policy: BankPolicy;
  /** The bank cannot go on; the process should end. */
  onFatal(error: unknown): void;
  onAlert(text: string): void;
  onCommitted(batch: { size: number; commitUs: number }): void;
  /** What stands between the bank and its store; only the embedded bank of a run has something there. */
  readonly disk?: SlowDisk;
}

export interface OpenBank extends DeskBank {
  readonly actor: BankActor;
  readonly store: SqliteStore;
  /** Commits what is in the mailbox, signs a checkpoint, closes the store. */
  close(done: () => void): void;
}

/** Records after which, and time after which, the head of the trail is signed again. */
const CHECKPOINT_RECORDS = 10_000;
const CHECKPOINT_MS = 10_000;

/** Opens the bank of a data directory without serving; throws what store or directory find wrong. */
export function openBank(directory: DataDirectory, options: OpenBankOptions): OpenBank {
  const clock = systemClock();
  const store = SqliteStore.open(directory.path);
  const state: BankState = BankState.open({
    store,
    nowMs: clock.now(),
    policy: options.policy,
    tokenFor: tokenMaker(directory, () => state),
  });
  const trail = resumeTrail(directory, store);
  let signed = { seq: trail.head.seq, atMs: clock.now() };
  const sign = () => {
    if (trail.head.seq === signed.seq) return;
    signed = { ...trail.head, atMs: clock.now() };
    directory.checkpoints.append(
      signCheckpoint({ ...trail.head, atMs: signed.atMs }, directory.checkpointKey),
    );
  };
  const actor = new BankActor({
    clock,
    entropy: systemEntropy(),
    store: options.disk?.over(store) ?? store,
    state,
    trail,
    ticks: ticksSince(process.hrtime.bigint()),
    onFatal: options.onFatal,
    onAlert: options.onAlert,
    onCommitted: (batch) => {
      const due =
        trail.head.seq - signed.seq >= CHECKPOINT_RECORDS || clock.now() - signed.atMs >= CHECKPOINT_MS;
      if (due) sign();
      options.onCommitted(batch);
    },
  });
  return {
    actor,
    store,
    state,
    rekey: () => trail.rekey(newestAuditKey(directory)),
    close: (done) =>
      actor.stop(() => {
        sign();
        store.close();
        done();
      }),
  };
}

export interface ServeOptions extends OpenBankOptions {
  /** `host:port`; port 0 takes any free one. */
  readonly listen: string;
  /** The same for HTTP; none when left out. */
  readonly http?: string | undefined;
  readonly passwordCost: PasswordCostName;
  /** A stranger, a broken rule, a lost session: at most one a reason and second. */
  onIncident?(text: string): void;
}

export interface RunningBank {
  readonly address: string;
  readonly httpAddress: string | null;
  /** As read back from the database, for the line at start. */
  readonly durability: string;
  readonly actor: BankActor;
  readonly server: BankServer;
  /** For the operator's requests. */
  readonly desk: AdminDesk;
  /** Answers what is under way, closes every session, commits, signs, closes the store. */
  stop(): Promise<void>;
}

export async function serveBank(directory: DataDirectory, options: ServeOptions): Promise<RunningBank> {
  const clock = systemClock();
  let server: BankServer | null = null;
  let gateway: HttpGateway | null = null;
  const bank = openBank(directory, {
    ...options,
    onCommitted: (batch) => {
      server?.flush();
      gateway?.committed(batch);
      options.onCommitted(batch);
    },
  });
  const passwords = createPasswordHash({ entropy: systemEntropy(), cost: options.passwordCost });
  const running = new BankServer({
    clock,
    entropy: systemEntropy(),
    bank: bank.actor,
    keys: terminalKeys(directory, bank.state),
    guard: new WindowedHelloGuard(),
    passwords,
    onError: options.onFatal,
    onIncident: (text) => options.onIncident?.(text),
  });
  server = running;
  let listener: Awaited<ReturnType<typeof listenTcp>> | null = null;
  try {
    listener = await listenTcp(options.listen, running.accept);
    if (options.http !== undefined) {
      gateway = await serveHttp(options.http, { actor: bank.actor, server: running });
    }
  } catch (error) {
    listener?.close();
    await new Promise<void>((resolve) => bank.close(resolve));
    throw error;
  }
  const stopSweeping = sweepHolds({ clock, bank: bank.actor, server: running });
  const { journalMode, synchronous } = bank.store.durability();
  return {
    address: listener.address,
    httpAddress: gateway?.address ?? null,
    durability: `journal ${journalMode}, synchronous ${synchronous}`,
    actor: bank.actor,
    server: running,
    desk: new AdminDesk({ directory, bank, passwords, server: running }),
    stop: async () => {
      listener.close();
      stopSweeping();
      await new Promise<void>((resolve) => running.stop(() => bank.close(resolve)));
      // Last: sessions on HTTP hear Close in an answer.
      await gateway?.close();
    },
  };
}

/** Goes on where the trail ends; a key that does not open its last record would end what can be read of it. */
function resumeTrail(directory: DataDirectory, store: LedgerStore): AuditTrail {
  const { auditHead } = store.load();
  for (const row of store.audit(Math.max(1, auditHead.seq))) {
    const file = directory.auditKeys.get(row.keyId);
    if (file === undefined || openRecord(row, auditKey(file.key, file.id)) === null) {
      throw new DataDirectoryError(
        `The audit key in ${directory.path}/keys does not fit its database; restore the right one`,
      );
    }
  }
  return new AuditTrail({ key: newestAuditKey(directory), head: auditHead });
}

const newestAuditKey = ({ auditKey: { key, id } }: DataDirectory) => auditKey(key, id);
