/**
 * The top of the report: what came out, the four lights, the figures people ask for first, how to repeat it.
 *
 * @module
 */
import { headline as compared } from '../compare/apply.ts';
import { EXIT } from '../exit-codes.ts';
import { duration, grouped, NONE, percent, plural, significant, span } from '../format.ts';
import { decodeHistogram, mergeHistograms } from '../histogram.ts';
import { latencyOf } from '../latency.ts';
import { type Light, lights } from '../lights.ts';
import type { Latency, Report, SimulationResult, VerdictStatus } from '../report.ts';
import { code, type Html, html, words } from './markup.ts';

const SAYS: Readonly<Record<VerdictStatus, string>> = {
  pass: 'Every check passed',
  fail: 'The run failed its checks',
  invalid: 'The run proves nothing',
  incomplete: 'The run was cut short',
};

export function verdictPart(report: Report): Html {
  const { verdict, run, baseline } = report;
  return html`${who(report)}
<div class="banner ${verdict.status}">
<div class="status">${verdict.status.toUpperCase()}</div>
<h1>${headline(report)}</h1>
${verdict.reasons.length > 0 && html`<ul>${verdict.reasons.map((r) => html`<li>${r}</li>`)}</ul>`}
</div>
<ul class="lights" aria-label="Lights">${lights(report).map(light)}</ul>
${report.simulation ? simulationFigures(report.simulation) : figures(report)}
${
  baseline !== undefined &&
  html`<p class="note">Compared with ${baseline.runId}: <a href="#comparison">${compared(baseline)}</a>.</p>`
}
${
  verdict.warnings.length > 0 &&
  html`<p class="note"><span class="warn">Note</span> ${verdict.warnings.map((w) => w.message).join('; ')}.</p>`
}
<div class="repeat"><p>Repeat this run (seed ${run.seed}, exit code ${run.exit.code})</p><pre>${words(run.reproCommand)}</pre></div>`;
}

function headline(report: Report): string {
  const { verdict, run } = report;
  if (verdict.status === 'pass' && lights(report).some((l) => l.state === 'not-run')) {
    return 'Every check that ran passed';
  }
  const why = Object.values(EXIT).find(({ code: exit }) => exit === run.exit.code);
  return verdict.status === 'fail' && why !== undefined ? why.doc : SAYS[verdict.status];
}

const who = ({ run, source, config, simulation }: Report) => html`<p class="who">
<strong>${run.scenario}</strong>
<span>${run.startedAt.slice(0, 16).replace('T', ' ')} UTC</span>
<span>${simulation ? `profile ${simulation.profile}` : `${plural(config.terminals, 'terminal')}, ${plural(config.accounts, 'account')}`}</span>
<span>${span(run.durationMs)}</span>
${source.commit !== null && html`<span>commit ${code(source.commit.slice(0, 8))}${source.dirty && ' with changes'}</span>`}
</p>`;

const GLYPH = { ok: '✓', bad: '✗', 'not-run': '○' } as const;
const light = ({ name, state, text }: Light) =>
  html`<li class="state-${state}"><strong><span class="glyph ${state === 'not-run' ? 'quiet' : state}" aria-hidden="true">${GLYPH[state]}</span>${name}</strong>${text}</li>`;

function figures(report: Report): Html {
  const { totals, config } = report;
  const latency = latencyOfAll(report);
  const rate = Object.values(report.ops).reduce((n, op) => n + op.rate, 0);
  const share = totals.requests > 0 ? percent(totals.unexpectedErrors / totals.requests) : NONE;
  const offered =
    config.offeredRate === null ? 'closed model' : `of ${grouped(config.offeredRate)}/s offered`;
  return html`<dl class="figures">
${figure('Throughput', `${significant(rate)}/s`, offered)}
${figure('Latency p99', duration(latency.p99), `median ${duration(latency.p50)}, max ${duration(latency.max)}`)}
${figure('Unexpected errors', share, `${grouped(totals.unexpectedErrors)} of ${grouped(totals.requests)}`)}
${figure('Operations', grouped(totals.requests), `${plural(totals.retries, 'retry').replace('retrys', 'retries')}, ${grouped(totals.shed)} shed`)}
</dl>`;
}

function simulationFigures(s: SimulationResult): Html {
  const faults = Object.values(s.faults).reduce((a, b) => a + b, 0);
  return html`<dl class="figures">
${figure('Seeds', grouped(s.seedsRun), `of ${grouped(s.seedsPlanned)}, ${significant(s.wall.seedsPerSecond)}/s`)}
${figure('Violations', grouped(s.failures.length), `${plural(faults, 'fault')} happened`)}
${figure('Virtual time', span(s.virtualMs), `${grouped(Math.round(s.wall.speed))} times real time`)}
${figure('Operations', grouped(s.operations.ok + s.operations.fail + s.operations.unknown), `${grouped(s.operations.fail)} refused, ${grouped(s.operations.unknown)} unknown`)}
</dl>`;
}

const figure = (name: string, value: string, more: string) =>
  html`<div><dt>${name}</dt><dd>${value}<small>${parts(more)}</small></dd></div>`;

/** Breaks between the parts of a list, not within one. */
const parts = (list: string) =>
  list.split(/(?<=,) /).map((part, i) => html`${i > 0 && ' '}<span class="keep">${part}</span>`);

/** Of all operations together; percentiles come from the merged histogram. */
export const latencyOfAll = ({ ops }: Report): Latency =>
  latencyOf(
    mergeHistograms(Object.values(ops).flatMap(({ hdr }) => (hdr === '' ? [] : [decodeHistogram(hdr)]))),
  );
