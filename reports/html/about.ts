/**
 * The foot of the report: the machine, the source, the effective configuration, how the figures were made.
 *
 * @module
 */
import { bytes, grouped, NONE, percent, readable, span } from '../format.ts';
import type { ConfigInfo, Report } from '../report.ts';
import { type Content, code, facts, type Html, html, type Section, spaced, table, words } from './markup.ts';

export const aboutSections = (report: Report): readonly Section[] => [
  environment(report),
  configuration(report),
  method(report),
];

export function environment({ environment: e, source: s, run }: Report): Section {
  return {
    id: 'environment',
    title: 'Environment',
    lede: 'On what, and of which source?',
    body: facts([
      ['Run', code(run.id)],
      ['Started', run.startedAt],
      ['Ended', run.endedAt],
      ['Command', words(['cashpoint', ...run.argv].join(' '))],
      ...Object.entries(run.tags).map(([name, value]) => [`Tag ${name}`, value] as const),
      ['Scenario hash', code(short(run.scenarioHash))],
      ['Commit', s.commit === null ? NONE : html`${code(short(s.commit))}${s.dirty && ' with changes'}`],
      ...(s.branch === undefined ? [] : [['Branch', s.branch] as const]),
      ['Lockfile', s.lockfileSha256 === null ? NONE : code(short(s.lockfileSha256))],
      ['Protocol', s.protocolVersion],
      ['Suite', s.suite],
      ['Machine class', e.machineClass],
      ['CPU', `${e.host.cpuModel}, ${e.host.cores} cores`],
      ['Memory', `${grouped(e.host.memMB)} MB`],
      ['Kernel', e.host.kernel],
      ...(e.host.container === undefined ? [] : [['Container', e.host.container] as const]),
      ['Node', e.node],
      ['OpenSSL', e.openssl],
    ]),
  };
}

const short = (hash: string) => hash.slice(0, 12);

function configuration({ config: c, totals, artifacts }: Report): Section {
  return {
    id: 'configuration',
    title: 'Configuration',
    lede: 'What was in force, after defaults, scenario, environment and flags.',
    body: html`${facts([...loadFacts(c), ...bag(c.timeouts, 'Timeout'), ...bag(c.retry, 'Retry'), ...bag(c.other ?? {}, '')])}
${c.faults.length > 0 && html`<h3>Planned faults</h3><ul>${c.faults.map((f) => html`<li>${f.id}: ${f.kind} on ${f.target}, ${when(f)}</li>`)}</ul>`}
${c.thresholds.length > 0 && html`<h3>Thresholds</h3><ul>${c.thresholds.map((t) => html`<li>${t.metric} ${readable(t.condition)}${t.abortOnFail && `, ends the run when missed${t.graceMs ? ` after ${span(t.graceMs)}` : ''}`}</li>`)}</ul>`}
<h3>Totals</h3>${facts([
      ['Sessions', grouped(totals.sessions)],
      ['Operations', grouped(totals.requests)],
      ['Carried out', grouped(totals.ok)],
      ['Retries', grouped(totals.retries)],
      ['Shed by the bank', grouped(totals.shed)],
      ['Arrivals dropped', totals.dropped === undefined ? NONE : grouped(totals.dropped)],
      ['Sent', bytes(totals.bytesTx)],
      ['Received', bytes(totals.bytesRx)],
    ])}${files(artifacts)}`,
  };
}

function when({ startMs, durationMs }: ConfigInfo['faults'][number]): string {
  if (durationMs === 0) return `at ${span(startMs)}`;
  return `from ${span(startMs)} ${durationMs === null ? 'to the end' : `for ${span(durationMs)}`}`;
}

function loadFacts(c: ConfigInfo): [string, Content][] {
  const weights = Object.values(c.mix).reduce((a, b) => a + b, 0);
  const mix = Object.entries(c.mix)
    .filter(([, weight]) => weight > 0)
    .map(([op, weight]) => `${op} ${percent(weight / weights)}`);
  return [
    ['Terminals', grouped(c.terminals)],
    ['Accounts', grouped(c.accounts)],
    ['Arrivals', c.arrival === 'open' ? 'open model' : 'closed model'],
    ['Offered', c.offeredRate === null ? NONE : `${grouped(c.offeredRate)}/s`],
    ['Mix', mix.join(', ')],
    ['Think time', thinkText(c.thinkTime)],
  ];
}

const thinkText = ({ distribution, meanMs }: ConfigInfo['thinkTime']): string =>
  meanMs === 0 ? distribution : `${distribution}, mean ${span(meanMs)}`;

const bag = (
  values: Readonly<Record<string, string | number | boolean>>,
  kind: string,
): [string, Content][] =>
  Object.entries(values).map(([name, value]) => [
    `${kind} ${spaced(name.replace(/Ms$/, ''))}`.trim(),
    typeof value === 'number' && name.endsWith('Ms') ? span(value) : String(value),
  ]);

/** The rendered files are left out: this page cannot state its own hash. */
export function files(artifacts: Report['artifacts']): Html | false {
  const rows = artifacts.filter((a) => !['html', 'junit', 'markdown'].includes(a.kind));
  return (
    rows.length > 0 &&
    html`<h3>Files</h3>${table({
      id: 'files-table',
      caption: 'Beside this page; SHA-256 of each',
      columns: [{ head: 'File' }, { head: 'Size', num: true }, { head: 'SHA-256' }],
      rows: rows.map((a) => [a.path, bytes(a.bytes), code(a.sha256)]),
    })}`
  );
}

const method = ({ schema, config }: Report): Section => ({
  id: 'method',
  title: 'How this was measured',
  lede: 'What the figures mean, and what they do not.',
  body: html`<ul>
<li>Latency runs from the moment an operation was due${config.arrival === 'open' ? ' by the schedule' : ' after the customer’s think time'}, not from when it was sent. A bank that stalls makes later customers wait, and their waiting counts. Service p99 is from sending.</li>
<li>Latencies are whole microseconds in HdrHistograms with three significant digits. Workers’ histograms are added up; percentiles are never averaged.</li>
<li>A percentile is given only if at least ten samples lie beyond it: p99 needs 1,000 samples, p99.9 needs 10,000. Otherwise it is ${NONE}.</li>
<li>${NONE} and gaps in lines mean that there was no data. Nothing unknown is shown as zero.</li>
<li>An operation that timed out has an unknown outcome until the bank says; it counts as neither done nor failed in the books.</li>
<li>Money is counted in whole minor units, never in floating point.</li>
<li>What did not run is shown as ○ and is never green. A run without any check is invalid.</li>
<li>This page is made from ${code('report.json')} alone (schema ${schema.version}): ${code('cashpoint report render')} makes it again.</li>
</ul>`,
});
