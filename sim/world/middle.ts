/**
 * Where a byzantine network stands: between the two ends of every connection. Types only; `network.ts` calls, the
 * adversary implements.
 *
 * @module
 */
import type { TerminalId } from '../../protocol/ids.ts';
import type { Conn, ConnHandlers } from '../../protocol/ports.ts';

export type Side = 'bank' | 'terminal';

export interface Line {
  /** Same at both ends, unique in a run. */
  readonly id: string;
  readonly terminal: TerminalId;
}

export interface Middle {
  /** Bytes an honest end wrote, cut as it wrote them; returns what travels on instead, in order. */
  pass(line: Line, towards: Side, bytes: Uint8Array): readonly Uint8Array[];
  opened(line: Line): void;
  closed(line: Line): void;
}

/** What the adversary can do beside changing what passes. */
export interface Reach {
  /** Bytes that arrive at one end as if the other had written them, in order with what is under way. */
  inject(line: Line, towards: Side, bytes: Uint8Array): void;
  cut(line: Line): void;
  /** One end hears that the other will say no more, and nothing after it. */
  end(line: Line, towards: Side): void;
  /** A connection of the adversary's own to the bank. */
  dial(handlers: ConnHandlers): Conn;
  /** Names the life of the process that listens; empty when none does. Tells which hellos the bank cannot remember. */
  bankLife(): string;
}
