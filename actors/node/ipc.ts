/**
 * The IPC channel between a process and one that it started.
 *
 * @module
 */
import type { SendHandle, Serializable } from 'node:child_process';

/** A child, or `process` in one. */
interface Peer {
  readonly connected: boolean;
  send?(
    message: Serializable,
    handle: SendHandle | undefined,
    options: undefined,
    onSent: (error: Error | null) => void,
  ): boolean;
}

/** Nothing comes of it when the other end is gone. */
export function tellPeer(peer: Peer, message: Serializable): void {
  // One that died a moment ago still counts as connected, and without a callback the failed write would end this process.
  if (peer.connected) peer.send?.(message, undefined, undefined, () => {});
}
