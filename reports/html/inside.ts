/**
 * The bank actor and the generator from inside: was there room to spare, and was it the bank that was measured?
 *
 * @module
 */
import {
  countTick,
  duration,
  durationTick,
  figureOf,
  grouped,
  msOfUs,
  NONE,
  plural,
  significant,
} from '../format.ts';
import type { Dist, Report } from '../report.ts';
import { latencyAxis, linearAxis } from './axis.ts';
import { type Html, html, type Section, table } from './markup.ts';
import { overTime } from './time-chart.ts';

const num = (head: string) => ({ head, num: true });

export function inside(report: Report): Section {
  const { bank, generator } = report;
  const rows: [string, Dist | null, (v: number | null) => string][] = [
    ['Mailbox, commands waiting', bank.mailbox, plain],
    ['Batch, decisions a commit', bank.batch, plain],
    ['fsync, ms', bank.fsyncUs, msOfUs],
    ['Event loop late, ms', bank.loopLagUs, msOfUs],
    ['Memory, MB', bank.rssMB, plain],
    ['CPU, % of a core', bank.cpuPct, plain],
  ];
  const own: typeof rows = [
    ['Event loop late, ms', generator.loopLagUs, msOfUs],
    ['CPU, % of a core', generator.cpuPct, plain],
  ];
  const isMeasured = generator.loopLagUs !== null || generator.cpuPct !== null;
  const verdict = !isMeasured
    ? html`<p>Whether it kept its schedule was not measured.</p>`
    : generator.saturated
      ? html`<p><span class="bad">✗ saturated</span> The generator could not keep its schedule: these latencies are its own as much as the bank’s.</p>`
      : html`<p><span class="ok">✓ kept its schedule</span>${generator.droppedSamples > 0 && html` ${plural(generator.droppedSamples, 'sample')} dropped.`}</p>`;
  const { autocannon } = generator;
  const posts =
    autocannon &&
    html`<p>autocannon made the load: ${plural(autocannon.posts, 'POST')}, ${grouped(autocannon.refused)} refused, ${plural(autocannon.errors, 'connection')} lost or failed; by its own clock p50 ${msOfUs(autocannon.latencyUs.p50)} ms, p99 ${msOfUs(autocannon.latencyUs.p99)} ms, handshakes included.</p>`;
  return {
    id: 'inside',
    title: 'Bank and generator',
    lede: 'Was there room to spare, and was it the bank that was measured?',
    body: html`<h3>Bank</h3>${bankOverTime(report)}${distTable('Bank', rows)}<h3>Generator</h3>${verdict}${posts}${distTable('Generator', own)}`,
  };
}

/** The actor's mailbox and what it makes of it, and what the disk takes; nothing of a bank that told neither. */
function bankOverTime(report: Report): Html | false {
  if (!report.series.columns.includes('batchMean')) return false;
  return html`${overTime(report, {
    id: 'mailbox-chart',
    title: 'Mailbox and batches',
    yLabel: 'commands',
    unit: '',
    columns: [
      ['mailbox', 'waiting', 'c0'],
      ['batchMean', 'a commit', 'c1'],
    ],
    y: (values) => linearAxis(Math.max(0, ...values), 4, countTick),
    format: significant,
  })}${overTime(report, {
    id: 'commit-chart',
    title: 'Commits',
    yLabel: 'from BEGIN until the disk has it (fsync); event loop late',
    unit: 'us',
    columns: [
      ['commitMeanUs', 'mean', 'c0'],
      ['commitMaxUs', 'longest', 'c1'],
      ['bankLagUs', 'loop late', 'muted'],
    ],
    y: (values) => latencyAxis(values, 4, durationTick),
    format: duration,
  })}`;
}

const plain = (v: number | null) => (v === null ? NONE : figureOf(v));

const distTable = (
  who: string,
  rows: readonly (readonly [string, Dist | null, (v: number | null) => string])[],
) =>
  table({
    id: `${who.toLowerCase()}-table`,
    caption: rows.some(([, d]) => d !== null)
      ? `${who}; ${NONE} means not measured, or too few samples`
      : `${who}: not measured`,
    columns: [{ head: 'Measure' }, ...['Samples', 'Min', 'Mean', 'p50', 'p95', 'p99', 'Max'].map(num)],
    rows: rows.map(([name, d, show]) => [
      name,
      d === null ? NONE : grouped(d.n),
      ...[d?.min, d?.mean, d?.p50, d?.p95, d?.p99, d?.max].map((v) => show(v ?? null)),
    ]),
  });
