/**
 * The token a dispenser wants before it pays: `HMAC(k_dispense, tid[16] ‖ txnId[16] ‖ amount u64 ‖ nonce[16])`
 * (PROTOCOL §8). The nonce is the dispenser's own, so an old approval pays nothing.
 *
 * @module
 */
import { timingSafeEqual } from 'node:crypto';
import { hmac } from './hmac.ts';
import type { TerminalId, TxnId } from './ids.ts';
import { terminalIdBytes } from './key-schedule.ts';
import type { Cents } from './money.ts';

export interface DispenseOrder {
  readonly terminal: TerminalId;
  readonly txnId: TxnId;
  readonly amount: Cents;
  /** 32 hex digits. */
  readonly nonce: string;
}

/** @returns 64 hex digits. */
export const makeDispenseToken = (key: Uint8Array, order: DispenseOrder): string =>
  Buffer.from(tokenBytes(key, order)).toString('hex');

/** Whether `token` (any text) is the one for exactly this order. */
export function verifyDispenseToken(key: Uint8Array, order: DispenseOrder, token: string): boolean {
  const claimed = /^[0-9a-f]{64}$/.test(token) ? Buffer.from(token, 'hex') : Buffer.alloc(32);
  return timingSafeEqual(claimed, tokenBytes(key, order));
}

function tokenBytes(key: Uint8Array, { terminal, txnId, amount, nonce }: DispenseOrder): Uint8Array {
  const amountBytes = Buffer.alloc(8);
  amountBytes.writeBigUInt64BE(amount);
  return hmac(
    key,
    terminalIdBytes(terminal),
    Buffer.from(txnId, 'hex'),
    amountBytes,
    Buffer.from(nonce, 'hex'),
  );
}
