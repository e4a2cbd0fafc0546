/**
 * Faults as a scenario plans them: one table of kinds, each with what it strikes and what it takes. Data only; nothing
 * here carries one out.
 *
 * @module
 */
import { Rng } from '../rng.ts';
import { isTerminals, struckPlaces } from './fault-target.ts';
import { durationText, parseDuration, parsePercent } from './units.ts';

export type FaultKind =
  | 'delay'
  | 'jitter'
  | 'reset'
  | 'half-open'
  | 'corrupt'
  | 'bandwidth'
  | 'partition'
  | 'loss'
  | 'bank-stop'
  | 'bank-kill'
  | 'bank-restart'
  | 'slow-disk';

/** A parameter's values: `delay` → ms, `share` → percent, `bytes` → bytes a second. */
export type FaultParam = 'delay' | 'share' | 'bytes';

export interface FaultSpec {
  readonly kind: FaultKind;
  /** See `fault-target.ts`. */
  readonly target: string;
  /** From the start of the load. */
  readonly atMs: number;
  /** Null: an instant, or to the end of the load. */
  readonly forMs: number | null;
  /** `delayMs`, `sharePct`, `bytesPerSecond`, as the kind has them. */
  readonly params: FaultParams;
}

export interface FaultParams {
  readonly delayMs?: number;
  /** Of chunks (`corrupt`) or of connections (`reset`, `half-open`, `loss`). */
  readonly sharePct?: number;
  readonly bytesPerSecond?: number;
}

export interface FaultInfo {
  readonly strikes: 'bank' | 'terminals';
  readonly takes: readonly FaultParam[];
  /** `needed`: it needs `for`; `open`: without `for` it lasts to the end of the load; `none`: it is an instant. */
  readonly lasts: 'needed' | 'open' | 'none';
  readonly doc: string;
}

const onBank = (lasts: FaultInfo['lasts'], doc: string, takes: readonly FaultParam[] = []): FaultInfo => ({
  strikes: 'bank',
  takes,
  lasts,
  doc,
});
const onLines = (lasts: FaultInfo['lasts'], doc: string, takes: readonly FaultParam[] = []): FaultInfo => ({
  strikes: 'terminals',
  takes,
  lasts,
  doc,
});

export const FAULTS: Readonly<Record<FaultKind, FaultInfo>> = {
  delay: onLines('open', 'every chunk takes `delay` longer, each way', ['delay']),
  jitter: onLines('open', 'every chunk takes up to `delay` longer, in order', ['delay']),
  reset: onLines('none', '`share` of the connections are reset, once', ['share']),
  'half-open': onLines('needed', '`share` of the connections go silent; nobody is told', ['share']),
  corrupt: onLines('open', 'one bit of `share` of the chunks is flipped', ['share']),
  bandwidth: onLines('open', 'a connection carries `bytes` a second, each way', ['bytes']),
  partition: onLines('needed', 'no byte passes between these terminals and the bank'),
  loss: onLines('none', '`share` of the connections end, once', ['share']),
  'bank-stop': onBank('needed', 'the bank is stopped (SIGSTOP) and goes on after `for`'),
  'bank-kill': onBank('none', 'the bank is killed (SIGKILL) and started again on its data'),
  'bank-restart': onBank('none', 'the bank is stopped in order and started again'),
  'slow-disk': onBank('open', 'every commit takes `delay` longer', ['delay']),
};
export const FAULT_KINDS = Object.keys(FAULTS) as readonly FaultKind[];

/** What a parameter is called in a spec, what it looks like in a file, and how it is read. */
export const FAULT_PARAMS = {
  delay: {
    name: 'delayMs',
    expected: 'a duration like 50ms',
    parse: parseDuration,
    text: durationText,
  },
  share: {
    name: 'sharePct',
    expected: 'a share like 10%',
    parse: parsePercent,
    text: (percent: number) => `${percent}%`,
  },
  bytes: {
    name: 'bytesPerSecond',
    expected: 'bytes a second like 4096',
    parse: (text: string) => (/^[1-9][0-9]{0,8}$/.test(text) ? Number(text) : null),
    text: String,
  },
} as const satisfies Record<FaultParam, unknown>;

/** Whether `text` names something that faults of this kind can strike. */
export function isTarget(kind: FaultKind, text: string): boolean {
  return FAULTS[kind].strikes === 'bank' ? text === 'bank' : isTerminals(text);
}

/** Kinds whose `share` is of connections; that of others is of chunks. */
const OF_CONNECTIONS: readonly FaultKind[] = ['reset', 'half-open', 'loss'];

/** Numbers in the fleet of the terminals whose connections are struck; a share is drawn from the seed, at least one. */
export function struckNumbers(
  { kind, target, params }: FaultSpec,
  { seed, id, terminals }: { seed: string; id: string; terminals: number },
): number[] {
  const group = struckPlaces(target, terminals);
  if (!OF_CONNECTIONS.includes(kind)) return group;
  const rng = new Rng(seed, id);
  const share = Math.max(1, Math.round((group.length * (params.sharePct ?? 100)) / 100));
  const size = Math.min(group.length, share);
  return Array.from({ length: size }, () => group.splice(rng.below(group.length), 1)[0] ?? 0);
}
