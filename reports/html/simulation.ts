/**
 * What a simulation was: its seeds, what failed and how to repeat it, the faults that happened, the marks it reached.
 *
 * @module
 */
import { grouped, NONE, significant, span } from '../format.ts';
import type { Report, SimulationResult } from '../report.ts';
import { environment, files } from './about.ts';
import { invariants } from './checks.ts';
import { code, facts, type Html, html, type Section, table, words } from './markup.ts';

/** A simulation has no clock of its own, no load and no books that outlive a seed: those parts are left out. */
export const simulationSections = (report: Report): readonly Section[] => {
  const { simulation: result } = report;
  return result === undefined
    ? []
    : [invariants(report), failures(result), simulation(result, report), environment(report)];
};

const SHOWN_MAX = 50;

function failures({ failures: all, seedsRun }: SimulationResult): Section {
  const more = all.length - SHOWN_MAX;
  return {
    id: 'failures',
    title: 'Failing seeds',
    lede: 'Which seeds broke a promise, and the command that repeats each?',
    body:
      all.length === 0
        ? html`<p>None of ${grouped(seedsRun)}.</p>`
        : html`${table({
            id: 'failures-table',
            caption: `In the order of the seeds${more > 0 ? `; ${grouped(more)} more in report.json` : ''}`,
            columns: [
              { head: 'Seed' },
              { head: 'Promise' },
              { head: 'What', wrap: true },
              { head: 'At', num: true },
              { head: 'Again', wrap: true },
            ],
            rows: all
              .slice(0, SHOWN_MAX)
              .map((f) => [
                f.seed,
                f.invariant,
                f.text,
                span(Math.round(f.atUs / 1000)),
                words(f.reproCommand),
              ]),
          })}`,
  };
}

function simulation(s: SimulationResult, { artifacts }: Report): Section {
  return {
    id: 'simulation',
    title: 'Simulation',
    lede: 'The same code under virtual time: equal seeds give equal digests.',
    body: html`${facts([
      ['Seeds', s.seeds],
      ['Profile', s.profile],
      ...(s.plant === null ? [] : [['Planted bug', s.plant] as const]),
      ['Run', `${grouped(s.seedsRun)} of ${grouped(s.seedsPlanned)}`],
      ['Run twice', grouped(s.seedsTwice)],
      ['Kinds', counted(s.kinds)],
      ['Events', grouped(s.events)],
      ['Virtual time', span(s.virtualMs)],
      ['Real time', span(s.wall.ms)],
      ['Seeds a second', significant(s.wall.seedsPerSecond)],
      ['Workers', grouped(s.wall.workers)],
      ['Longest way to rest', span(s.settleMsMax)],
      ['Digest', code(s.digest)],
    ])}${plants(s)}${frequencies('faults', 'Faults that happened', s.faults)}${frequencies('marks', 'Marked branches, and how often each was reached', s.marks)}${files(artifacts)}`,
  };
}

const counted = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, n]) => `${grouped(n)} ${name}`)
    .join(', ') || NONE;

function plants({ plants: caught = {} }: SimulationResult): Html | false {
  const rows = Object.entries(caught);
  return (
    rows.length > 0 &&
    table({
      id: 'plants-table',
      caption: 'Planted bugs: each must be caught, or a checker cannot fail',
      columns: [{ head: 'Plant' }, { head: 'Caught' }],
      rows: rows.map(([name, isCaught]) => [
        name,
        isCaught ? html`<span class="ok">✓ yes</span>` : html`<span class="bad">✗ no</span>`,
      ]),
    })
  );
}

const frequencies = (name: string, caption: string, counts: Readonly<Record<string, number>>): Html =>
  table({
    id: `${name}-table`,
    caption,
    columns: [{ head: name === 'marks' ? 'Mark' : 'Fault' }, { head: 'Times', num: true }],
    rows: Object.entries(counts).map(([id, n]) => [id, grouped(n)]),
  });
