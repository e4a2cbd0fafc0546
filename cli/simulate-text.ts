/**
 * What `cashpoint simulate` says, as text: its header, the story of a failure, a trace, the planted bugs.
 *
 * @module
 */
import { grouped, plural, significant } from '../reports/format.ts';
import type { SourceInfo } from '../reports/report.ts';
import type { Coverage } from '../sim/check/coverage.ts';
import { ROWS } from '../sim/check/refine.ts';
import type { Plant } from '../sim/plants/index.ts';
import type { WorldConfig } from '../sim/world/config.ts';
import type { TraceEvent } from '../sim/world/outcome.ts';
import type { Summary } from '../sim/world/summary.ts';
import type { SimulationPlan } from './simulate-plan.ts';
import type { Story } from './simulate-stories.ts';

/** First of all: what will be run, enough to run it again. */
export function headerOf(plan: SimulationPlan, { commit, dirty }: SourceInfo): string {
  const { seeds, seedsPlanned, only, plant, workers } = plan;
  const from = commit === null ? 'no commit' : `commit ${commit.slice(0, 12)}${dirty ? ' with changes' : ''}`;
  const what = only === null ? `seeds ${seeds} (${grouped(seedsPlanned)})` : `seed ${seeds}`;
  const planted = plant === null ? [] : [`planted bug ${plant.name}, which ${plant.invariant} must catch`];
  const parts = [what, `profile ${plan.profile}`, from, plural(workers, 'worker'), ...planted];
  return [`simulate: ${parts.join(', ')}`, ...(only === null ? [] : optionsOf(only))].join('\n');
}

/** Every drawn option, a line for each kind. */
function optionsOf(config: WorldConfig): string[] {
  const { kind, terminals, customers, operations, thinkMs, faultsMs, suites, net, disk, mailboxMax } = config;
  const chances = Object.entries(config.chances).map(([site, [n, of]]) => `${site} ${n}/${of}`);
  const rows: readonly (readonly [string, string])[] = [
    ['kind', kind],
    [
      'size',
      `${terminals} terminals, ${customers} customers, ${operations} operations each, think ${thinkMs} ms`,
    ],
    ['faults', `for at most ${faultsMs} ms: ${chances.join(', ') || 'none'}`],
    ...(config.only === null ? [] : [['only', config.only.join(', ') || 'no fault at all'] as const]),
    ['network', `${net.delayUsMin} µs + exponential ${net.delayUsMean} µs`],
    ['disk', `${disk.commitUsMin} µs + exponential ${disk.commitUsMean} µs`],
    ['bank', `mailbox ${mailboxMax}`],
    ['suites', suites.map((suite) => `0x${suite.toString(16).padStart(4, '0')}`).join(', ')],
  ];
  return rows.map(([name, text]) => `  ${name.padEnd(8)} ${text}`);
}

/** ```FAIL DURABLE  seed=…``` and what is to be known of it. */
export function storyText(
  { failure, shrunk, replay }: Story,
  plan: SimulationPlan,
  { commit }: SourceInfo,
): string {
  const { invariant, seed, text, atUs, event } = failure;
  const head = [
    `FAIL ${invariant}`,
    `seed=${seed}`,
    `profile=${plan.profile}`,
    `commit=${commit?.slice(0, 7) ?? '-'}`,
    `t=${milliseconds(atUs)}`,
    `event ${event}`,
  ].join('  ');
  const lines = text.split('\n').map((line) => `  ${line}`);
  const smaller = shrunk === null ? [] : [`  ${shrunkText(shrunk)}`];
  return [head, ...lines, ...smaller, `  replay:  ${replay}`].join('\n');
}

function shrunkText({ original, shrunk, seconds }: NonNullable<Story['shrunk']>): string {
  const { config, outcome, runs } = shrunk;
  const sites = new Map<string, number>();
  for (const { site } of outcome.fired) sites.set(site, (sites.get(site) ?? 0) + 1);
  const left = [...sites].map(([site, n]) => (n === 1 ? site : `${site}×${n}`)).join(', ') || 'none';
  return (
    `shrunk ${grouped(original.events)} → ${plural(outcome.events, 'event')}, ${plural(config.terminals, 'terminal')}, ` +
    `faults left: ${left}   (${plural(runs, 'run')}, ${significant(seconds)} s)`
  );
}

const SEEDS_SHOWN = 8;

/** A line an invariant: how many seeds failed it, and the first of them. */
export function failuresText({ failures, seeds }: Summary): string[] {
  const byInvariant = new Map<string, string[]>();
  for (const { invariant, seed } of failures) {
    byInvariant.set(invariant, [...(byInvariant.get(invariant) ?? []), seed]);
  }
  return [...byInvariant].map(([invariant, failed]) => {
    const shown = failed.slice(0, SEEDS_SHOWN).join(' ');
    const more = failed.length > SEEDS_SHOWN ? ' …' : '';
    return `${invariant}: ${grouped(failed.length)} of ${plural(seeds, 'seed')} failed: ${shown}${more}`;
  });
}

/** One line an event, in columns. */
export function* traceText(events: readonly TraceEvent[]): Iterable<string> {
  const widthOf = (of: (event: TraceEvent) => string) => Math.max(0, ...events.map((e) => of(e).length));
  const [lanes, whats] = [widthOf((e) => e.lane), widthOf((e) => e.what)];
  for (const { atUs, event, lane, what, text, peer, id } of events) {
    const to = peer === undefined ? '' : `${what === 'send' ? '→' : '←'} ${peer} ${id ?? ''} `;
    yield `${milliseconds(atUs).padStart(14)} ${String(event).padStart(6)}  ${lane.padEnd(lanes)}  ${what.padEnd(whats)}  ${to}${text}`.trimEnd();
  }
}

const milliseconds = (us: number): string => `${(us / 1000).toFixed(1)}ms`;

export function plantsText(plants: readonly Plant[]): string {
  const widthOf = (of: (plant: Plant) => string) => Math.max(0, ...plants.map((p) => of(p).length));
  const [names, invariants] = [widthOf((p) => p.name), widthOf((p) => p.invariant)];
  return plants
    .map((p) => `${p.name.padEnd(names)}  ${p.invariant.padEnd(invariants)}  ${p.summary}`)
    .join('\n');
}

/** Every transition and how often it was seen; then which are missing, and which were seen and held impossible. */
export function coverageText(coverage: Coverage): string {
  const counts = Object.entries(coverage.counts());
  const [missing, contradicted] = [coverage.missing(), coverage.contradicted()];
  return [
    ...counts.map(([row, n]) => `${String(n).padStart(9)}  ${row}`),
    ...missing.map((row) => `  missing  ${row}`),
    ...contradicted.map((row) => `   not so  ${row}`),
    `${grouped(counts.length)} of ${grouped(ROWS.size)} transitions seen, ${grouped(missing.length)} missing`,
  ].join('\n');
}
