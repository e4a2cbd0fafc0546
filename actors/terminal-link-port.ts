/**
 * What a terminal host asks of its link to the bank: one secure session at a time, made anew when it is lost. The
 * link knows frames and reconnects; the host knows money. Types only.
 *
 * @module
 */
import type { BalancePush, Reply, Request, SettlePush } from '../protocol/messages.ts';

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** A request before the link gives it its number. */
export type Outgoing = DistributiveOmit<Request, 'rid'>;

export interface TerminalLink {
  readonly up: boolean;
  /** A handshake is under way; for the dashboard. */
  readonly connecting?: boolean;
  /** Sends on the present session; `done` is called exactly once: the reply, or 'lost' when the session ended first or is not up. */
  request(body: Outgoing, done: (result: Reply | 'lost') => void): void;
}

export interface LinkEvents {
  onUp(): void;
  onDown(): void;
  onPush(push: BalancePush | SettlePush): void;
}
