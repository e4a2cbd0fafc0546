/**
 * A report on one page of Markdown, for a pull request or a terminal.
 *
 * @module
 */
import { headline } from './compare/apply.ts';
import {
  duration,
  grouped,
  measured,
  money,
  NONE,
  percent,
  plural,
  readable,
  significant,
  span,
} from './format.ts';
import { lights } from './lights.ts';
import type { Report } from './report.ts';

const MARK = { ok: '✓', bad: '✗', 'not-run': '○' } as const;

export function renderMarkdown(report: Report): string {
  const { run, verdict } = report;
  const parts = [
    `# ${verdict.status.toUpperCase()}: ${run.scenario}`,
    `${what(report)}, exit ${run.exit.code}`,
    lights(report)
      .map((l) => `${MARK[l.state]} ${l.name}: ${l.text}`)
      .join(' · '),
    list(verdict.reasons),
    opsTable(report),
    thresholdTable(report),
    errorsLine(report),
    moneyLine(report),
    baselineLine(report),
    `Repeat: \`${run.reproCommand}\``,
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

function what({ run, config, simulation: s }: Report): string {
  if (s) {
    const virtual = `${span(s.virtualMs)} of virtual time in ${span(s.wall.ms)}`;
    return `${plural(s.seedsRun, 'seed')} (${s.seeds}), profile ${s.profile}, ${virtual}`;
  }
  const load = config.offeredRate === null ? 'closed model' : `${grouped(config.offeredRate)}/s offered`;
  return `${plural(config.terminals, 'terminal')}, ${load}, ${span(run.durationMs)}, seed ${run.seed}`;
}

const list = (items: readonly string[]) => items.map((i) => `- ${i}`).join('\n');

/** Columns are padded, so that it reads well where Markdown is not rendered. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const lines = [head, ...rows].map((cells) => cells.map((text) => text.replaceAll('|', '\\|')));
  const widths = head.map((_, i) => Math.max(3, ...lines.map((cells) => cells[i]?.length ?? 0)));
  const [first = '', ...others] = lines.map((cells) => row(cells.map((text, i) => padded(text, widths, i))));
  const rule = row(widths.map((w, i) => (i === 0 ? '-'.repeat(w) : `${'-'.repeat(w - 1)}:`)));
  return [first, rule, ...others].join('\n');
}

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
const padded = (text: string, widths: readonly number[], i: number) =>
  i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0);

const opsTable = ({ ops }: Report) =>
  table(
    ['operation', 'count', 'rate', 'p50', 'p95', 'p99', 'p99.9', 'max'],
    Object.entries(ops).map(([name, { count, rate, latencyUs: l }]) => [
      name,
      grouped(count),
      `${significant(rate)}/s`,
      ...[l.p50, l.p95, l.p99, l.p999, l.max].map(duration),
    ]),
  );

const thresholdTable = ({ thresholds }: Report) =>
  table(
    ['threshold', 'measured', 'result'],
    thresholds.map((t) => [
      `${t.metric} ${readable(t.condition)}`,
      measured(t.actual, t.unit),
      t.ok === null ? NONE : t.ok ? 'met' : `missed${t.note ? ` (${t.note})` : ''}`,
    ]),
  );

function errorsLine({ totals }: Report): string {
  const { requests, expectedErrors, unexpectedErrors } = totals;
  const share = requests > 0 ? ` (${percent(unexpectedErrors / requests)})` : '';
  return `Errors: ${grouped(unexpectedErrors)} unexpected${share}, ${grouped(expectedErrors)} expected.`;
}

const moneyLine = ({ money: m }: Report) =>
  m === null
    ? ''
    : `Money: ${money(m.initial)} in cash at the start, difference at the end ${money(m.delta)}.`;

const baselineLine = ({ baseline }: Report) =>
  baseline === undefined ? '' : `Compared with ${baseline.runId}: ${headline(baseline)}.`;
