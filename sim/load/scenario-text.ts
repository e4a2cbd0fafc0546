/**
 * Effective options as text: a scenario file that repeats the run, each value with its origin, and the timeline.
 *
 * @module
 */
import { planArrivals } from './arrivals.ts';
import { isOpen, rateAt, type Stage, stagesOf, stageText } from './executor.ts';
import { FAULT_PARAMS, FAULTS, type FaultSpec } from './fault-spec.ts';
import { struckPlaces } from './fault-target.ts';
import { type LoadOptions, mixText } from './options.ts';
import type { OptionName } from './scenario-resolve.ts';
import type { Think } from './think.ts';
import { durationText, rateText } from './units.ts';

/** A scenario file with nothing left out; the same text for the same options. */
export function scenarioText(options: LoadOptions): string {
  const { scenario, remotePct, executor, durationMs, think, mix, amounts, drainMs, ...rest } = options;
  const { faults, thresholds, ...same } = rest;
  const { overLimitPct, ...ranges } = amounts;
  const file = {
    name: scenario,
    ...same,
    remote: `${remotePct}%`,
    executor: executor.type,
    ...(executor.type === 'constant-arrival-rate' && { rate: rateText(executor.perSecond) }),
    ...(executor.type === 'ramping-arrival-rate' &&
      executor.startPerSecond > 0 && { startRate: rateText(executor.startPerSecond) }),
    ...(executor.type === 'per-terminal-iterations' && { iterations: executor.iterations }),
    ...('stages' in executor && { stages: executor.stages.map(stageText) }),
    duration: durationText(durationMs),
    drain: durationText(drainMs),
    think: thinkFile(think),
    mix: Object.fromEntries(Object.entries(mix).filter(([op]) => op !== 'logout')),
    amounts: { ...ranges, overLimit: `${overLimitPct}%` },
    faults: faults.map(faultFile),
    thresholds: thresholds.map(({ metric, condition, abortOnFail, graceMs }) => ({
      expect: `${metric}${condition}`,
      ...(abortOnFail !== undefined && { abortOnFail }),
      ...(graceMs !== undefined && { grace: durationText(graceMs) }),
    })),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

const thinkFile = ({ distribution, meanMs, maxMs }: Think) => ({
  distribution,
  ...(meanMs > 0 && { mean: durationText(meanMs) }),
  ...(maxMs !== null && { max: durationText(maxMs) }),
});

function faultFile({ kind, target, atMs, forMs, params }: FaultSpec): Record<string, string> {
  return {
    kind,
    target,
    at: durationText(atMs),
    ...(forMs !== null && { for: durationText(forMs) }),
    ...paramTexts({ kind, params }),
  };
}

function paramTexts({ kind, params }: Pick<FaultSpec, 'kind' | 'params'>): Record<string, string> {
  return Object.fromEntries(
    FAULTS[kind].takes.map((name) => {
      const { name: key, text } = FAULT_PARAMS[name];
      return [name, text(params[key] ?? 0)];
    }),
  );
}

const NAMES: Partial<Record<OptionName, string>> = {
  scenario: 'name',
  durationMs: 'duration',
  drainMs: 'drain',
  remotePct: 'remote',
};

/** One line an option: name, value, where it came from. */
export function explainText(options: LoadOptions, origins: Readonly<Record<OptionName, string>>): string {
  const rows = (Object.keys(options) as OptionName[]).map((name) => [
    NAMES[name] ?? name,
    valueText(name, options),
    origins[name],
  ]);
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const [names, values] = [width(0), Math.min(width(1), 60)];
  return rows
    .map(
      ([name = '', value = '', origin = '']) => `${name.padEnd(names)}  ${value.padEnd(values)}  ${origin}`,
    )
    .join('\n');
}

function valueText(name: OptionName, options: LoadOptions): string {
  const { executor, think, amounts } = options;
  switch (name) {
    case 'executor':
      return [executor.type, shapeText(options)].filter(Boolean).join(' ');
    case 'durationMs':
    case 'drainMs':
      return durationText(options[name]);
    case 'remotePct':
      return `${options[name]}%`;
    case 'think':
      return thinkText(think);
    case 'mix':
      return mixText(options.mix);
    case 'amounts': {
      const { withdraw: w, transfer: t, depositNotes, overLimitPct } = amounts;
      const ranges = `withdraw ${w.min}..${w.max}/${w.step} transfer ${t.min}..${t.max}/${t.step}`;
      return `${ranges} notes 1..${depositNotes} over the limit ${overLimitPct}%`;
    }
    case 'faults':
      return options.faults.map(({ kind, atMs }) => `${kind}@${durationText(atMs)}`).join(' ') || 'none';
    case 'thresholds':
      return options.thresholds.map(({ id }) => id).join(' ') || 'none';
    case 'tags':
      return (
        Object.entries(options.tags)
          .map((pair) => pair.join('='))
          .join(' ') || 'none'
      );
    default:
      return String(options[name]);
  }
}

const thinkText = ({ distribution, meanMs, maxMs }: Think): string =>
  [distribution, meanMs > 0 && `mean ${durationText(meanMs)}`, maxMs !== null && `max ${durationText(maxMs)}`]
    .filter(Boolean)
    .join(' ');

function shapeText({ executor }: Pick<LoadOptions, 'executor'>): string {
  if (executor.type === 'constant-arrival-rate') return rateText(executor.perSecond);
  if (executor.type === 'per-terminal-iterations') return `${executor.iterations} a terminal`;
  return stagesOf(executor).map(stageText).join(' ');
}

/** What would happen when, without doing it. */
export function timelineText(options: LoadOptions): string {
  const { scenario, seed, terminals, accounts, executor, durationMs, drainMs, thresholds } = options;
  const events = [
    ...stageEvents(options),
    ...(options.adversary
      ? [{ atMs: 0, text: 'the adversary begins; what it has not begun at the end is not checked' }]
      : []),
    ...options.faults.map((fault) => ({ atMs: fault.atMs, text: `fault ${faultText(fault, terminals)}` })),
    ...thresholds.flatMap(({ id, abortOnFail, graceMs = 0 }) =>
      abortOnFail ? [{ atMs: graceMs, text: `from now on ${id} ends the load when it is missed` }] : [],
    ),
    {
      atMs: durationMs,
      text: `no new operations; up to ${durationText(drainMs)} to settle, then the checks`,
    },
  ].sort((a, b) => a.atMs - b.atMs);
  const width = Math.max(...events.map(({ atMs }) => durationText(atMs).length));
  const model = isOpen(executor)
    ? `open: ${executor.type}, ${options.arrivals} arrivals, ${plannedArrivals(options)} planned`
    : `closed: ${executor.type}, think ${thinkText(options.think)}`;
  return [
    `${scenario}, seed ${seed}: ${terminals} terminals, ${accounts} accounts, ${durationText(durationMs)}`,
    model,
    `mix: ${mixText(options.mix)}`,
    ...events.map(({ atMs, text }) => `  ${durationText(atMs).padStart(width)}  ${text}`),
    ...(thresholds.length > 0
      ? [`thresholds: ${thresholds.map(({ id }) => id).join(', ')}`]
      : ['no thresholds']),
  ].join('\n');
}

function stageEvents({ executor, terminals }: LoadOptions): { atMs: number; text: string }[] {
  const rate = rateAt(executor, 0);
  const target = (stage: Stage) =>
    'perSecond' in stage ? rateText(stage.perSecond) : `${stage.terminals} terminals`;
  const first = rate === null ? `${'stages' in executor ? 0 : terminals} terminals` : rateText(rate);
  let atMs = 0;
  let from = first;
  const events = stagesOf(executor).map((stage) => {
    const to = target(stage);
    const text = `${from === to ? `hold ${to}` : `from ${from} to ${to}`} in ${durationText(stage.durationMs)}`;
    const event = { atMs, text };
    atMs += stage.durationMs;
    from = to;
    return event;
  });
  return events.length > 0 ? events : [{ atMs: 0, text: `the load begins: ${first}` }];
}

/** One line for people. @param terminals the size of the fleet */
export function faultText(fault: FaultSpec, terminals: number): string {
  const { kind, target, forMs } = fault;
  const whom = target === 'bank' ? 'the bank' : `${struckPlaces(target, terminals).length} terminals`;
  const params = Object.entries(paramTexts(fault)).map((pair) => pair.join(' '));
  return [`${kind} on ${whom}`, ...params, ...(forMs === null ? [] : [`for ${durationText(forMs)}`])].join(
    ', ',
  );
}

function plannedArrivals({ seed, executor, arrivals, durationMs, terminals }: LoadOptions): number {
  let count = 0;
  if (!isOpen(executor)) return count;
  for (const _ of planArrivals({ seed, executor, arrivals, durationMs, terminals })) count++;
  return count;
}
