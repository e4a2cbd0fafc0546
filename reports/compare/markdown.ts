/**
 * A comparison as Markdown, to be pasted into a pull request.
 *
 * @module
 */
import { grouped, measured, NONE, span } from '../format.ts';
import { table } from '../markdown.ts';
import type { BaselineResult, Delta, Report } from '../report.ts';
import { changeText, headline, intervalText, signed, worseOnes } from './apply.ts';

const MARK: Readonly<Record<Delta['verdict'], string>> = {
  worse: '**worse** ✗',
  better: 'better ✓',
  same: 'same',
  noise: 'noise',
};

export function renderComparison(baseline: BaselineResult, base: Report, now: Report): string {
  const worse = worseOnes(baseline);
  const parts = [
    `## Cashpoint: ${headline(baseline)}`,
    worse.length > 0 ? worse.map((delta) => `- ✗ ${changeText(delta)}`).join('\n') : '',
    baseline.comparable ? '' : unlikeText(baseline),
    table(['', 'run', 'commit', 'load', 'operations', 'verdict'], [runRow('base', base), runRow('new', now)]),
    table(
      ['metric', 'base', 'new', 'change', '95 % interval', 'verdict'],
      baseline.deltas.map((d) => [
        d.metric,
        measured(d.base, d.unit ?? ''),
        measured(d.now, d.unit ?? ''),
        `${signed(d.pct)}${d.unit === '%' ? ' pt' : ' %'}`,
        intervalText(d),
        MARK[d.verdict],
      ]),
    ),
    `All intervals hold together with 95 % confidence. *Worse*, *better*: a change of interest (${ofInterest(baseline)}), ` +
      'and its interval excludes zero; *same*: no change of interest is in the interval; *noise*: cannot tell.',
    `Again: \`${now.run.reproCommand}\``,
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

function ofInterest({ deltas }: BaselineResult): string {
  const least = (unit: Delta['unit']) => deltas.find((delta) => delta.unit === unit)?.minEffect;
  const known = [
    { least: least('us'), of: '% of a latency' },
    { least: least('/s'), of: '% of a rate' },
    { least: least('%'), of: 'points of the errors' },
  ];
  return known.flatMap(({ least: n, of }) => (n === undefined ? [] : [`${n} ${of}`])).join(', ');
}

const unlikeText = ({ reasons }: BaselineResult) =>
  `> **The runs are not alike**, and were compared all the same:\n${reasons.map((r) => `> - ${r}`).join('\n')}`;

function runRow(name: string, { run, source, totals, verdict }: Report): string[] {
  const commit =
    source.commit === null ? NONE : `${source.commit.slice(0, 8)}${source.dirty ? ' + changes' : ''}`;
  return [name, run.id, commit, span(run.durationMs), grouped(totals.requests), verdict.status];
}
