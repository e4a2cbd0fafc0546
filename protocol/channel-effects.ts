/**
 * What a channel wants done, and how it says that it is over.
 *
 * @module
 */
import type { SessionInfo } from './agreement.ts';
import { concat } from './bytes.ts';

/**
 * Why a channel ended: `closed` an authenticated Close each way, or our own close before the handshake was through ·
 * `violation` the peer broke a rule (R8) · `alert` the peer says we did · `truncated` EOF without Close (R16) ·
 * `exhausted` no sequence number is left (R15).
 */
export type ChannelEnd = 'closed' | 'violation' | 'alert' | 'truncated' | 'exhausted';

export type ChannelEffect =
  /** One write. */
  | { readonly type: 'send'; readonly bytes: Uint8Array }
  | ({ readonly type: 'established' } & SessionInfo)
  /** One application message; the array is the receiver's to keep. */
  | { readonly type: 'message'; readonly bytes: Uint8Array }
  /** The last effect ever. The connection is to be ended once the sends are flushed; `detail` is for the audit only. */
  | { readonly type: 'closed'; readonly reason: ChannelEnd; readonly detail: string };

export const NO_EFFECTS: readonly ChannelEffect[] = [];

/** Frames that are ready together go out in one write. */
export function pushSend(effects: ChannelEffect[], frames: readonly Uint8Array[]): void {
  const [first] = frames;
  if (first) effects.push({ type: 'send', bytes: frames.length === 1 ? first : concat(frames) });
}
