/**
 * One run of the simulator, whole: everything that is drawn from a seed, as plain JSON, so that a failure can be
 * shrunk and replayed without its seed's luck. No functions, no bigint, no defaults: a config says everything.
 *
 * @module
 */
import type { Chance } from './decisions.ts';

/** `swarm` deals each seed one of the portfolio's kinds; `quiet` has no faults, `all` has all of them. */
export const PROFILES = ['swarm', 'quiet', 'all'] as const;
export type Profile = (typeof PROFILES)[number];

export interface WorldConfig {
  readonly version: 1;
  /** Of every stream and every decision. */
  readonly seed: string;
  /** What the drawing was: `swarm`, `everything`, `single`, `outage`, `quiet`; for the header. */
  readonly kind: string;
  /** 1..64. */
  readonly terminals: number;
  /** Customers, each with one account; customers are shared between terminals when there are fewer. 1..64 */
  readonly customers: number;
  /** Operations each terminal begins in the fault phase. */
  readonly operations: number;
  readonly thinkMs: number;
  /** The fault phase ends at the latest then, virtual time. */
  readonly faultsMs: number;
  /** Cipher suites the terminals offer, in their order. */
  readonly suites: readonly number[];
  /** One-way delay: this plus exponential. */
  readonly net: { readonly delayUsMin: number; readonly delayUsMean: number };
  /** A commit takes this plus exponential. */
  readonly disk: { readonly commitUsMin: number; readonly commitUsMean: number };
  readonly mailboxMax: number;
  /** Chance of each fault site (`sites.ts`); a site that is missing is off. */
  readonly chances: Readonly<Record<string, Chance>>;
  /** The only faults that may happen, by key; null for no restriction. Set by shrinking. */
  readonly only: readonly string[] | null;
}
