/**
 * ClientHello and ServerHello (PROTOCOL §3). A hello's binder proves that its sender has the terminal's key before
 * the bank spends anything on it (R9, R19); it covers the header and every field, suite list included (R12).
 *
 * ```
 * ClientHello  terminal_id[16] key_id u32 client_time_ms u64 nonce_c[32] eph_c[32] n u8 suites u16·n 0x00 binder[32]
 * ServerHello  nonce_s[32] eph_s[32] suite u16 key_id u32 session_id[16]
 * ```
 *
 * @module
 */
import { readU16, readU32, readU64, writeU16, writeU32, writeU64 } from './bytes.ts';
import { clearFrame, FRAME_TYPES, HEADER_BYTES } from './frame.ts';
import { hmac, sha256 } from './hmac.ts';
import { type TerminalId, terminalId } from './ids.ts';
import { invariant } from './invariant.ts';
import { terminalIdBytes } from './key-schedule.ts';
import { SUITES_OFFERED_MAX } from './suites.ts';

export const BINDER_BYTES = 32;

export interface ClientHello {
  readonly terminal: TerminalId;
  /** u32. */
  readonly keyId: number;
  /** Since 1970 UTC. */
  readonly clientTimeMs: number;
  readonly nonceC: Uint8Array;
  /** 32 bytes; zero when no DH suite is offered. */
  readonly ephC: Uint8Array;
  /** 1..8 of u16. */
  readonly suites: readonly number[];
}

export interface ServerHello {
  readonly nonceS: Uint8Array;
  /** 32 bytes; zero exactly when `suite` has no DH. */
  readonly ephS: Uint8Array;
  readonly suite: number;
  readonly keyId: number;
  /** 16 bytes. */
  readonly sessionId: Uint8Array;
}

/** The whole frame, binder included. */
export function encodeClientHello(hello: ClientHello, bindKey: Uint8Array): Uint8Array {
  invariant(
    hello.suites.length >= 1 && hello.suites.length <= SUITES_OFFERED_MAX,
    'a hello offers 1..8 suites',
  );
  const suitesEnd = SUITES_AT + 2 * hello.suites.length;
  const body = new Uint8Array(suitesEnd + 1 + BINDER_BYTES);
  body.set(terminalIdBytes(hello.terminal));
  writeU32(body, 16, hello.keyId);
  writeU64(body, 20, hello.clientTimeMs);
  body.set(hello.nonceC, 28);
  body.set(hello.ephC, 60);
  body[92] = hello.suites.length;
  hello.suites.forEach((suite, index) => {
    writeU16(body, SUITES_AT + 2 * index, suite);
  });
  const frame = clearFrame(FRAME_TYPES.clientHello, 0, body);
  frame.set(helloBinder(frame, bindKey), frame.length - BINDER_BYTES);
  return frame;
}

/** What the frame says, or what is wrong with it; the binder is not judged here. Arrays are copies. */
export function decodeClientHello(frame: Uint8Array): ClientHello | string {
  const body = frame.subarray(HEADER_BYTES);
  const terminal = decodeTerminalId(body.subarray(0, 16));
  if (!terminal) return 'bad terminal id';
  const count = body[92] ?? 0;
  const suitesEnd = SUITES_AT + 2 * count;
  if (count < 1 || count > SUITES_OFFERED_MAX) return 'bad suite count';
  if (body.length !== suitesEnd + 1 + BINDER_BYTES) return 'bad suite count';
  if (body[suitesEnd] !== 0) return 'bad reserved byte';
  const suites = Array.from({ length: count }, (_, index) => readU16(body, SUITES_AT + 2 * index));
  return {
    terminal,
    keyId: readU32(body, 16),
    clientTimeMs: readU64(body, 20),
    nonceC: body.slice(28, 60),
    ephC: body.slice(60, 92),
    suites,
  };
}

/** HMAC(K_bind, SHA-256(header ‖ body without binder)) over the final header. */
export const helloBinder = (frame: Uint8Array, bindKey: Uint8Array): Uint8Array =>
  hmac(bindKey, sha256(frame.subarray(0, frame.length - BINDER_BYTES)));

export const binderOf = (frame: Uint8Array): Uint8Array => frame.slice(frame.length - BINDER_BYTES);

export function encodeServerHello(hello: ServerHello): Uint8Array {
  const body = new Uint8Array(86);
  body.set(hello.nonceS);
  body.set(hello.ephS, 32);
  writeU16(body, 64, hello.suite);
  writeU32(body, 66, hello.keyId);
  body.set(hello.sessionId, 70);
  return clearFrame(FRAME_TYPES.serverHello, 0, body);
}

/** Cannot fail: the length was checked with the header, and the fields are the client's to judge. */
export function decodeServerHello(frame: Uint8Array): ServerHello {
  const body = frame.subarray(HEADER_BYTES);
  return {
    nonceS: body.slice(0, 32),
    ephS: body.slice(32, 64),
    suite: readU16(body, 64),
    keyId: readU32(body, 66),
    sessionId: body.slice(70, 86),
  };
}

const SUITES_AT = 93;

/** The name, then nothing but NUL. */
function decodeTerminalId(bytes: Uint8Array): TerminalId | null {
  return terminalId(Buffer.from(bytes).toString('latin1').replace(/\0+$/, ''));
}
