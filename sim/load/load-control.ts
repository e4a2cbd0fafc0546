/**
 * What viewers do to a load that goes on, where the run allows it: pause, size, faults. Each act is an event of the run.
 *
 * @module
 */
import type { Control } from '../../terminals/dashboard/control.ts';
import type { FaultChoice } from '../../terminals/dashboard/model.ts';
import { FAULT_KINDS, FAULTS, type FaultKind, type FaultSpec } from './fault-spec.ts';
import { placesTarget } from './fault-target.ts';
import type { RunView } from './run-view.ts';

export interface LoadControlOptions {
  readonly allowed: boolean;
  /** Faults of the bank can be applied. */
  readonly ownBank: boolean;
  /** The part of the planned load to offer, 0 while paused. */
  onShare(share: number): void;
  applyFault(spec: FaultSpec): void;
}

export class LoadControl {
  readonly #view: RunView;
  readonly #options: LoadControlOptions;
  readonly #kinds: readonly FaultKind[];

  constructor(view: RunView, options: LoadControlOptions) {
    this.#view = view;
    this.#options = options;
    this.#kinds = FAULT_KINDS.filter((kind) => options.ownBank || FAULTS[kind].strikes !== 'bank');
    if (!options.allowed) return;
    const faults = this.#kinds.map(faultChoice);
    view.control = { paused: false, sharePct: 100, faults };
  }

  /** Part of the planned load that is offered now: 0 while paused. */
  get share(): number {
    const { control } = this.#view;
    if (control === null) return 1;
    return control.paused ? 0 : control.sharePct / 100;
  }

  take(control: Control): void {
    const { control: state, phase } = this.#view;
    if (state === null || phase !== 'run') return;
    if (control.type !== 'fault') {
      const { byPct } = { byPct: 0, ...control };
      const { paused } = { ...state, ...control };
      const sharePct = Math.max(SHARE_MIN_PCT, Math.min(SHARE_MAX_PCT, state.sharePct + byPct));
      this.#view.control = { ...state, paused, sharePct };
      this.#options.onShare(this.share);
      const size = `load at ${sharePct} % of the plan`;
      this.#view.event('info', 'operator', paused ? 'load paused' : size);
    } else {
      const kind = this.#kinds.find((known) => known === control.kind);
      if (kind === undefined) return;
      this.#view.event('fault', 'operator', `${kind} applied`);
      this.#options.applyFault(specOf(kind, this.#view.loadMs, control.terminals));
    }
    this.#view.publish();
  }
}

/** A line of the menu, with the figures the fault would have. */
export function faultChoice(kind: FaultKind): FaultChoice {
  const { strikes, lasts, doc } = FAULTS[kind];
  const text = doc.replace(/`(\w+)`/g, (name, inner: string) => ORDINARY_TEXTS[inner] ?? name);
  return { kind, strikes, text: lasts === 'none' || doc.includes('`for`') ? text : `${text}, for 5 s` };
}

const ORDINARY_TEXTS: Readonly<Record<string, string>> = {
  delay: '150 ms',
  share: '10 %',
  bytes: '4096 bytes',
  for: '5 s',
};

/** From the menu a fault has ordinary figures: who wants others writes a scenario. */
function specOf(kind: FaultKind, atMs: number, terminals: readonly number[] | null): FaultSpec {
  const { strikes, takes, lasts } = FAULTS[kind];
  return {
    kind,
    target: strikes === 'bank' ? 'bank' : terminals === null ? 'all' : placesTarget(terminals),
    atMs,
    forMs: lasts === 'none' ? null : LASTS_MS,
    params: {
      ...(takes.includes('delay') && { delayMs: 150 }),
      ...(takes.includes('share') && { sharePct: 10 }),
      ...(takes.includes('bytes') && { bytesPerSecond: 4096 }),
    },
  };
}

const LASTS_MS = 5_000;
const SHARE_MIN_PCT = 10;
const SHARE_MAX_PCT = 400;
