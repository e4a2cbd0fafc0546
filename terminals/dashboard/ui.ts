/**
 * What a view is told beside the model: the state of the keys, the look and the display's own figures.
 *
 * @module
 */
import type { Logged } from './event-log.ts';
import type { Look } from './theme.ts';
import type { UiState } from './ui-state.ts';

export interface Ui {
  readonly state: UiState;
  readonly look: Look;
  /** How much newer the newest snapshot is than the one shown; more than 0 only while paused. */
  readonly behindMs: number;
  readonly stats: UiStats;
  /** Of the full log what there is from its top line on, newest first, and how many are newer; null while closed. */
  readonly log: { readonly lines: readonly Logged[]; readonly newer: number } | null;
  /** The command that repeats the run, when it was asked for. */
  readonly repeat: string | null;
  /** What the last key led to, in words; null when there is nothing to say. */
  readonly notice: string | null;
}

export interface UiStats {
  readonly fps: number;
  /** Mean cost of a frame; null before the first. */
  readonly frameMs: number | null;
  /** Of one core, everything that the dashboard's process does; null in the first seconds. */
  readonly cpuPct: number | null;
  /** Frames left out because the terminal was slow. */
  readonly dropped: number;
  /** Since the last snapshot came. */
  readonly silentMs: number;
}
