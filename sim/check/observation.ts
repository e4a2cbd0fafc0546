/**
 * What the simulator shows the checks while a run goes on: everything that crosses a port of an honest party, from the
 * outside. A check sees no more than that, so it cannot share a mistake with the code that it judges.
 *
 * @module
 */

import type { Outgoing } from '../../actors/terminal-link-port.ts';
import type { Command, Decision } from '../../bank/commands.ts';
import type { LedgerStore } from '../../bank/store.ts';
import type { CustomerId, TerminalId } from '../../protocol/ids.ts';
import type { Reply } from '../../protocol/messages.ts';

export type Side = 'bank' | 'terminal';

export type Observation =
  /** Bytes an honest end wrote to, or read from, one of its connections. `line` is the same at both ends. */
  | {
      readonly type: 'wire';
      readonly side: Side;
      readonly direction: 'out' | 'in';
      readonly line: string;
      readonly bytes: Uint8Array;
    }
  /** A session is up at one side, as that side believes. */
  | {
      readonly type: 'established';
      readonly side: Side;
      readonly line: string;
      readonly terminal: TerminalId;
      readonly keyId: number;
    }
  | { readonly type: 'closed'; readonly side: Side; readonly line: string }
  /** Random bytes an honest party drew; `life` names the process' life: `bank 2`, `ATM-001 1`. */
  | {
      readonly type: 'entropy';
      readonly life: string;
      readonly terminal: TerminalId | null;
      readonly label: string;
      readonly bytes: Uint8Array;
    }
  /** A terminal hands a request to its link; its reply, or that the session was lost. */
  | {
      readonly type: 'issued';
      readonly terminal: TerminalId;
      readonly request: Outgoing;
      /** Not its host's request, but one that software not to be trusted has made of it. */
      readonly rogue?: true;
    }
  | {
      readonly type: 'believed';
      readonly terminal: TerminalId;
      readonly request: Outgoing;
      readonly reply: Reply | 'lost';
    }
  /** A command reaches the bank actor; what was decided is told once it is durable. */
  | { readonly type: 'submitted'; readonly command: Command }
  | { readonly type: 'decided'; readonly command: Command; readonly decision: Decision }
  /** These, in this order, are decided at this time of the bank's clock, and their rows go to the store in one commit. */
  | { readonly type: 'committing'; readonly commands: readonly Command[]; readonly nowMs: number }
  /** The bank has opened its store, before it serves anyone. */
  | { readonly type: 'recovered'; readonly life: string; readonly store: LedgerStore }
  /** A process begins or ends a life. `clean` for a stop in good order. */
  | { readonly type: 'started'; readonly life: string }
  | { readonly type: 'ended'; readonly life: string; readonly clean: boolean }
  /** An operation of a customer began, with the password where there is one: a canary for PLAINTEXT. */
  | {
      readonly type: 'intent';
      readonly terminal: TerminalId;
      readonly customer: CustomerId;
      readonly op: string;
      readonly secrets: readonly string[];
    }
  /** Sizes of what must stay bounded, sampled. */
  | { readonly type: 'gauge'; readonly name: string; readonly value: number; readonly max: number };

/** A check that watches a run. */
export interface Watch {
  readonly id: string;
  /** Checks made so far. */
  readonly checks: number;
  see?(observation: Observation): void;
  /** Called when the run is over and everything has come to rest. */
  finish?(): void;
}

/** Where watches report: the first violation of a run ends it. */
export type Report = (invariant: string, text: string) => void;
