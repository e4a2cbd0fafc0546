/**
 * What the keys have made of the dashboard so far: what is selected, filtered, zoomed, paused; and what a key may lead
 * to. Data only; the reducer is in keys.ts.
 *
 * @module
 */

import type { Control } from './control.ts';
import type { Choice } from './filter.ts';
import type { ControlState } from './model.ts';
import type { ThemeName } from './theme.ts';

export type PaneId = 1 | 2 | 3 | 4 | 5 | 6;
export const DENSITIES = ['auto', 'numbers', 'glyphs'] as const;

/** What the charts show: so many seconds, or the load so far. */
export const WINDOWS = [60, 'all', 10] as const;

export interface UiState extends Choice {
  /** Place in the grid's order; -1 while nothing is selected. */
  readonly cursor: number;
  /** Places in the fleet of the terminals that faults are aimed at; none: at all. */
  readonly marked: ReadonlySet<number>;
  readonly density: (typeof DENSITIES)[number];
  /** Index of the terminal that is looked at by itself. */
  readonly zoomed: number | null;
  /** Of that one: its figures, where they and its own screen have no room together. */
  readonly figures: boolean;
  readonly focus: PaneId;
  /** Chosen row of the pane of errors. */
  readonly errorRow: number;
  readonly window: (typeof WINDOWS)[number];
  /** The focused pane has the screen to itself. */
  readonly maximised: boolean;
  /** The full log of events: whose alone (by place in the fleet), and the number of its top line; null follows. */
  readonly log: { readonly terminal: number | null; readonly top: number | null } | null;
  /** Clicks and the wheel are for the dashboard, and not for the terminal's own marking of text. */
  readonly mouse: boolean;
  /** The filter while it is typed. */
  readonly typing: string | null;
  /** The display stands still; data keep flowing. */
  readonly paused: boolean;
  readonly dialog: 'none' | 'help' | 'quit' | 'repeat' | 'faults';
  /** Row of the fault menu. */
  readonly faultRow: number;
  readonly armed: boolean;
  readonly theme: ThemeName;
  /** The run was asked to stop: the next quit or C-c does not wait for it. */
  readonly stopping: boolean;
}

/**
 * `stop` and `interrupt` are sent to the run; `leave` closes the dashboard; `force` interrupts and closes; `export` writes a
 * file; `repeat` composes the command that repeats the run. */
export type Effect = 'none' | 'stop' | 'interrupt' | 'leave' | 'force' | 'export' | 'repeat' | Control;

export interface GridFacts {
  /** Indices of the fleet in display order. */
  readonly order: readonly number[];
  readonly perRow: number;
  readonly perPage: number;
  /** Whether the terminal with this index is in trouble. */
  readonly isBad: (index: number) => boolean;
}

export interface LogFacts {
  /** Numbers of the events that the log has, newest first; none while it is closed. */
  readonly numbers: readonly number[];
  /** Lines on the screen. */
  readonly page: number;
}

export interface KeyFacts {
  /** A run goes on that is this dashboard's to stop. */
  readonly running: boolean;
  readonly grid: GridFacts;
  /** Codes in the order of the pane of errors. */
  readonly errors: readonly string[];
  readonly log: LogFacts;
  /** Null: viewers may only look. */
  readonly control: ControlState | null;
  /** What the key types. */
  readonly typed: string;
}

export interface KeyResult {
  readonly state: UiState;
  readonly effect: Effect;
}

export const firstUiState = (theme: ThemeName, mouse = false): UiState => ({
  log: null,
  mouse,
  cursor: -1,
  filter: '',
  sort: 'id',
  reverse: false,
  marked: new Set(),
  density: 'auto',
  zoomed: null,
  figures: false,
  focus: 1,
  errorRow: 0,
  window: 60,
  maximised: false,
  typing: null,
  paused: false,
  dialog: 'none',
  faultRow: 0,
  armed: false,
  theme,
  stopping: false,
});
