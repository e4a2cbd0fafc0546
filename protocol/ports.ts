/**
 * The ports through which the core touches the world: time, randomness, network, journal, cash devices, password
 * hashing, checkpoints. Real adapters live in `actors/node/`, simulated ones in `sim/world/`.
 *
 * @module
 */

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
