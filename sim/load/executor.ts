/**
 * How load is brought about. Closed: so many terminals, each going on when it has its answer. Open: so many operations a
 * second, whether or not the bank keeps up.
 *
 * @module
 */
import { unreachable } from '../../protocol/invariant.ts';
import { durationText, parseCount, parseDuration, parseRate, rateText } from './units.ts';

/** Active terminals at its end; in between they grow or shrink linearly. */
export interface TerminalStage {
  readonly durationMs: number;
  readonly terminals: number;
}
/** Arrivals a second at its end; in between the rate grows or shrinks linearly. */
export interface RateStage {
  readonly durationMs: number;
  readonly perSecond: number;
}
export type Stage = TerminalStage | RateStage;

export type Executor =
  | { readonly type: 'constant-terminals' }
  | { readonly type: 'ramping-terminals'; readonly stages: readonly TerminalStage[] }
  /** Each terminal carries out so many operations. */
  | { readonly type: 'per-terminal-iterations'; readonly iterations: number }
  | { readonly type: 'constant-arrival-rate'; readonly perSecond: number }
  | {
      readonly type: 'ramping-arrival-rate';
      readonly startPerSecond: number;
      readonly stages: readonly RateStage[];
    };
export type ExecutorType = Executor['type'];

export const EXECUTORS: readonly ExecutorType[] = [
  'constant-terminals',
  'ramping-terminals',
  'per-terminal-iterations',
  'constant-arrival-rate',
  'ramping-arrival-rate',
];

export type OpenExecutor = Extract<Executor, { type: `${string}-arrival-rate` }>;

export const isOpen = (executor: Executor): executor is OpenExecutor =>
  executor.type === 'constant-arrival-rate' || executor.type === 'ramping-arrival-rate';

const isRate = (stage: Stage): stage is RateStage => 'perSecond' in stage;
const isTerminals = (stage: Stage): stage is TerminalStage => 'terminals' in stage;

/** What a scenario or the flags say of it; any may be left out. */
export interface ExecutorWords {
  readonly executor?: ExecutorType | undefined;
  readonly rate?: number | undefined;
  readonly startRate?: number | undefined;
  readonly stages?: readonly Stage[] | undefined;
  readonly iterations?: number | undefined;
}

/** Null: nothing was said. `problem` says which words do not go together, under the key to look at. */
export function executorOf(
  words: ExecutorWords,
): Executor | null | { readonly key: keyof ExecutorWords; readonly problem: string } {
  const { rate, startRate, stages, iterations } = words;
  const type = words.executor ?? inferred(words);
  if (type === null) {
    return startRate === undefined
      ? null
      : { key: 'startRate', problem: 'A start rate needs stages with rates' };
  }
  const takes = TAKES[type];
  const key = (['rate', 'startRate', 'stages', 'iterations'] as const).find(
    (each) => words[each] !== undefined && !takes.includes(each),
  );
  if (key !== undefined) return { key, problem: `The executor ${type} takes no \`${key}\`` };
  const needs = takes[0];
  if (needs !== undefined && words[needs] === undefined) {
    return { key: 'executor', problem: `The executor ${type} needs \`${needs}\`` };
  }
  switch (type) {
    case 'constant-terminals':
      return { type };
    case 'ramping-terminals':
      return (stages ?? []).every(isTerminals) ? { type, stages: (stages ?? []).filter(isTerminals) } : MIXED;
    case 'per-terminal-iterations':
      return { type, iterations: iterations ?? 1 };
    case 'constant-arrival-rate':
      return { type, perSecond: rate ?? 0 };
    case 'ramping-arrival-rate':
      return (stages ?? []).every(isRate)
        ? { type, startPerSecond: startRate ?? 0, stages: (stages ?? []).filter(isRate) }
        : MIXED;
    default:
      return unreachable(type);
  }
}

/** The first is needed, the others may be there. */
const TAKES: Readonly<Record<ExecutorType, readonly (keyof ExecutorWords)[]>> = {
  'constant-terminals': [],
  'ramping-terminals': ['stages'],
  'per-terminal-iterations': ['iterations'],
  'constant-arrival-rate': ['rate'],
  'ramping-arrival-rate': ['stages', 'startRate'],
};
const MIXED = {
  key: 'stages',
  problem: 'Expected stages of one kind, all of terminals or all of rates, and of the kind of the executor',
} as const;

function inferred({ rate, stages, iterations }: ExecutorWords): ExecutorType | null {
  if (stages !== undefined) return stages.some(isRate) ? 'ramping-arrival-rate' : 'ramping-terminals';
  if (rate !== undefined) return 'constant-arrival-rate';
  return iterations === undefined ? null : 'per-terminal-iterations';
}

/** `30s:500` or `30s:500/s` → a stage; null for anything else. */
export function parseStage(text: string): Stage | null {
  const [duration, target = '', rest] = text.split(':');
  const durationMs = parseDuration(duration ?? '');
  if (rest !== undefined || durationMs === null || durationMs === 0) return null;
  const perSecond = parseRate(target);
  if (perSecond !== null) return { durationMs, perSecond };
  const terminals = parseCount(target);
  return terminals === null ? null : { durationMs, terminals };
}

export const stageText = (stage: Stage): string =>
  `${durationText(stage.durationMs)}:${isRate(stage) ? rateText(stage.perSecond) : stage.terminals}`;

export const stagesOf = (executor: Executor): readonly Stage[] =>
  'stages' in executor ? executor.stages : [];

/** Sum of the stages; 0 for an executor without. */
export const stagedMs = (executor: Executor): number =>
  stagesOf(executor).reduce((sum, { durationMs }) => sum + durationMs, 0);

/** Most terminals that are ever active; null when no stage says so. */
export const largestStage = (executor: Executor): number | null =>
  executor.type === 'ramping-terminals' ? Math.max(...executor.stages.map((s) => s.terminals)) : null;

/** Active terminals at a moment of the load: the last stage's target once all are over. */
export function activeAt(executor: Executor, terminals: number, elapsedMs: number): number {
  if (executor.type !== 'ramping-terminals') return terminals;
  const ramp = executor.stages.map((stage) => ({ durationMs: stage.durationMs, target: stage.terminals }));
  return Math.round(valueAt(0, ramp, elapsedMs));
}

/** Planned arrivals a second at a moment of the load; null for a closed executor. */
export function rateAt(executor: Executor, elapsedMs: number): number | null {
  if (executor.type === 'constant-arrival-rate') return executor.perSecond;
  if (executor.type !== 'ramping-arrival-rate') return null;
  const ramp = executor.stages.map((stage) => ({ durationMs: stage.durationMs, target: stage.perSecond }));
  return valueAt(executor.startPerSecond, ramp, elapsedMs);
}

function valueAt(
  start: number,
  ramp: readonly { readonly durationMs: number; readonly target: number }[],
  elapsedMs: number,
): number {
  let fromMs = 0;
  let from = start;
  for (const { durationMs, target } of ramp) {
    if (elapsedMs < fromMs + durationMs) return from + ((target - from) * (elapsedMs - fromMs)) / durationMs;
    fromMs += durationMs;
    from = target;
  }
  return from;
}

/** The same executor with every stage longer or shorter by a factor. */
export function stretched(executor: Executor, factor: number): Executor {
  const longer = <S extends Stage>(stage: S): S => ({
    ...stage,
    durationMs: Math.max(1, Math.round(stage.durationMs * factor)),
  });
  if (executor.type === 'ramping-terminals') return { ...executor, stages: executor.stages.map(longer) };
  if (executor.type === 'ramping-arrival-rate') return { ...executor, stages: executor.stages.map(longer) };
  return executor;
}

/** The same executor with its largest stage at `terminals`, the others in proportion. */
export function resized(executor: Executor, terminals: number): Executor {
  if (executor.type !== 'ramping-terminals') return executor;
  const factor = terminals / (largestStage(executor) ?? terminals);
  const stages = executor.stages.map((stage) => ({
    ...stage,
    terminals: Math.min(terminals, Math.max(1, Math.round(stage.terminals * factor))),
  }));
  return { ...executor, stages };
}
