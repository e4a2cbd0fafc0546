/**
 * Whether two runs may be compared: the same scenario, load and kind of machine, both complete. Every difference is
 * named, so that a reader can judge what forcing the comparison would be worth.
 *
 * @module
 */
import { grouped, NONE, span } from '../format.ts';
import type { Report } from '../report.ts';
import { blockCount, judgedCount } from './bootstrap.ts';

/** Fewer independent pieces than this say next to nothing about chance. */
const BLOCKS_MIN = 4;
/** Loads whose lengths differ by more were not the same load. */
const LENGTH_PCT_MAX = 10;

/** Why the runs cannot be compared even by force; null when they can. */
export function hopeless(base: Report, now: Report): string | null {
  for (const { run, simulation, windows } of [base, now]) {
    if (simulation !== undefined) return `${run.id} is a simulation: it has no speed of its own`;
    if (windows === undefined)
      return `${run.id} has no windows to judge chance by: run it again with this version`;
    const count = windows.requests.length;
    if (blockCount(judgedCount(count)) < BLOCKS_MIN) {
      const long = span(count * windows.stepMs);
      return `${run.id} is too short: ${long} of load in ${count} windows; run it for at least 10 s`;
    }
  }
  return null;
}

/** Empty: they are alike. Each is a clause, base first. */
export function differences(base: Report, now: Report): string[] {
  return [
    ...(base.run.scenarioHash === now.run.scenarioHash ? [] : scenario(base, now)),
    ...unlike('load', [load(base), load(now)]),
    ...unlike('machine class', [base.environment.machineClass, now.environment.machineClass]),
    ...unlike('Node', [major(base), major(now)]),
    ...settings(base, now),
    ...lengths(base, now),
    ...[base, now].flatMap(ownReasons),
  ];
}

function unlike(what: string, [a, b]: readonly [string, string]): string[] {
  return a === b ? [] : [`${what}: ${a} against ${b}`];
}

const load = ({ config }: Report) =>
  config.arrival === 'open' ? `open model, ${config.offeredRate ?? NONE}/s` : 'closed model';

const major = ({ environment }: Report) => environment.node.replace(/^v/, '').split('.')[0] ?? '';

/** What in the scenario is not the same, as far as a report tells. */
function scenario(base: Report, now: Report): string[] {
  const hashes = `scenario: ${base.run.scenarioHash.slice(0, 8)} against ${now.run.scenarioHash.slice(0, 8)}`;
  const [a, b] = [shapeOf(base), shapeOf(now)];
  return [
    hashes,
    ...unlike('seed', [base.run.seed, now.run.seed]),
    ...Object.keys(a).flatMap((name) => unlike(name, [a[name] ?? NONE, b[name] ?? NONE])),
  ];
}

/** By name, as people say it. */
function shapeOf({ config: c }: Report): Readonly<Record<string, string>> {
  const faults = c.faults.map(
    ({ id, startMs, durationMs }) =>
      `${id} at ${span(startMs)}${durationMs ? ` for ${span(durationMs)}` : ''}`,
  );
  return {
    terminals: grouped(c.terminals),
    accounts: grouped(c.accounts),
    mix: Object.entries(c.mix)
      .map(([op, weight]) => `${op} ${weight}`)
      .join(', '),
    'think time': `${c.thinkTime.distribution}, mean ${span(c.thinkTime.meanMs)}`,
    faults: faults.join(', ') || 'none',
  };
}

/** What shaped a run beside its scenario: workers, durability, whose bank. */
function settings(base: Report, now: Report): string[] {
  const [a, b] = [base.config.other ?? {}, now.config.other ?? {}];
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return names.flatMap((name) => unlike(name, [String(a[name] ?? NONE), String(b[name] ?? NONE)]));
}

function lengths(base: Report, now: Report): string[] {
  const [a, b] = [base.run.durationMs, now.run.durationMs];
  // There a slow bank makes a long run, which is what is to be found out.
  if (now.config.other?.['executor'] === 'per-terminal-iterations') return [];
  return 100 * Math.abs(a - b) <= LENGTH_PCT_MAX * Math.max(a, b)
    ? []
    : [`length of the load: ${span(a)} against ${span(b)}`];
}

function ownReasons({ run, verdict, faults }: Report): string[] {
  const byHand = faults.filter(({ source }) => source === 'operator').length;
  return [
    ...(verdict.status === 'invalid' || verdict.status === 'incomplete'
      ? [`${run.id} is ${verdict.status}: ${verdict.reasons[0] ?? run.exit.reason}`]
      : []),
    ...(byHand > 0 ? [`${run.id} had ${byHand} faults made by hand`] : []),
  ];
}
