/**
 * The ports through which the core touches the world: time, randomness, network, journal, cash devices, password
 * hashing, checkpoints. Real adapters live in `actors/node/`, simulated ones in `sim/world/`.
 *
 * @module
 */

import type { TxnId } from './ids.ts';
import type { CassetteCount, Notes } from './messages.ts';
import type { Cents } from './money.ts';

declare const timer: unique symbol;
/** What `setTimeout` returned; opaque. */
export type TimerId = { readonly [timer]: true };

/** Wall time and timers. Fits XState's `clock` option. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC. Never goes backwards within a process. */
  now(): number;
  setTimeout(fn: () => void, ms: number): TimerId;
  clearTimeout(id: TimerId): void;
}

/** Unpredictable bytes. `label` names the use ("nonce_c", "iv", "txn"), so that simulated streams stay apart. */
export interface Entropy {
  /** @param n 1..65536 bytes. The array is the caller's to keep. */
  bytes(n: number, label: string): Uint8Array;
}

/** One ordered byte stream. After `onClose` nothing else is called. */
export interface ConnHandlers {
  /** A dialled connection is up. Never called on an accepted one. */
  onOpen(): void;
  /** The chunk may be reused after the call returns: copy what must stay. */
  onData(chunk: Uint8Array): void;
  /** The peer will send no more (FIN). */
  onEnd(): void;
  /** Gone, for whatever reason (closed, reset, refused). Called exactly once. */
  onClose(reason: string): void;
  /** Of an accepted connection: requests that came and are not answered yet. For lines that carry answers in turns. */
  pending?(): number;
}

export interface Conn {
  /** Who is at the other end, for audit and logs, e.g. `127.0.0.1:40312`. */
  readonly remote: string;
  /** Bytes accepted by `write` and not yet handed to the network; the owner bounds it. */
  readonly bufferedBytes: number;
  write(bytes: Uint8Array): void;
  /** Sends what is buffered, then FIN. */
  end(): void;
  /** Drops the connection at once. */
  destroy(): void;
}

export interface Net {
  /** `address` is `host:port`. */
  dial(address: string, handlers: ConnHandlers): Conn;
}

/** Called for each accepted connection; returns what to do with its bytes. */
export type Accept = (conn: Conn) => ConnHandlers;

/** A terminal's append-only journal. */
export interface Journal<Entry> {
  /** Appends in order; `durable` is called once the entries would survive a power loss. */
  append(entries: readonly Entry[], durable: () => void): void;
  /** All durable entries, oldest first; used at start only. */
  read(): readonly Entry[];
}

/** What the bank allowed the dispenser to pay. */
export interface DispenseOrder {
  readonly txnId: TxnId;
  readonly amount: Cents;
  readonly notes: readonly Notes[];
  /** The dispenser's own, 32 hex digits; good once, and only until the next is made or power is lost. */
  readonly nonce: string;
  /** 64 hex digits; checked by the dispenser itself. */
  readonly token: string;
}

/** Counts per cassette: `dispensed` notes are on the way out (or out), `rejected` ones went to the reject bin. */
export type DeviceCounts = readonly CassetteCount[];

export type StackReport =
  /** Notes wait inside; their sum is less than the order's amount after a jam. */
  | { readonly type: 'stacked'; readonly counts: DeviceCounts }
  | { readonly type: 'jammed' }
  /** Token or nonce not good: no note was moved. */
  | { readonly type: 'refused' };

/** `failed`: nothing came out, the notes are in the reject bin. `unknown`: the sensors cannot tell. */
export type PresentReport = 'presented' | 'failed' | 'unknown';

/** A cash dispenser. Callbacks may come within the call or later, each at most once. One order at a time. */
export interface Dispenser {
  /** A fresh nonce for `authorise`; the one before is no longer good. */
  nonce(): string;
  stack(order: DispenseOrder, done: (report: StackReport) => void): void;
  /** Opens the shutter. `taken` comes after `presented`, once the customer has all the notes. */
  present(done: (report: PresentReport) => void, taken: () => void): void;
  /** Pulls back what was not taken; the counts say what the customer did take, null when that is not known. */
  retract(done: (counts: DeviceCounts | null) => void): void;
  /**
   * After power loss: rejects what is still inside and says how much of order `txnId` is out, null when that is not
   * known. Counts are empty when nothing of it is out.
   */
  clear(txnId: TxnId, done: (counts: DeviceCounts | null) => void): void;
}

/** A note acceptor with an escrow. Callbacks as in {@link Dispenser}; an empty escrow is stored or returned at once. */
export interface CashAcceptor {
  /** Counts the inserted notes into the escrow; null when it could not and gave all of them back. */
  accept(txnId: TxnId, notes: readonly Notes[], done: (counted: readonly Notes[] | null) => void): void;
  store(done: () => void): void;
  /** False when the notes are stuck inside. */
  giveBack(done: (ok: boolean) => void): void;
}

/** Slow password hashing, off the thread that serves. */
export interface PasswordHash {
  /** Hashes with a fresh salt; the PHC-style string names algorithm and cost. */
  hash(password: string, done: (encoded: string) => void): void;
  /** Compares in constant time. A null `encoded` (unknown user) costs the same and answers false. */
  verify(password: string, encoded: string | null, done: (ok: boolean) => void): void;
}

/** Where signed audit checkpoints go: a file apart from the database. */
export interface CheckpointSink {
  append(line: string): void;
}
