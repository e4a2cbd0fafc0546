/**
 * `npm run compare-check [-- pairs]`: whether a comparison can be believed. Ten pairs of equal runs must be told apart
 * at most once, and ten whose second has a fifth more latency every time. Real runs over real sockets, on a line that is
 * given a delay so that there is a latency to add to and other work on the machine weighs little; a quarter of an hour.
 *
 * @module
 */
import { loadavg } from 'node:os';
import { signed, worseOnes } from '../../reports/compare/apply.ts';
import { differences } from '../../reports/compare/comparable.ts';
import { compareRuns } from '../../reports/compare/compare.ts';
import { duration } from '../../reports/format.ts';
import { decodeHistogram, mergeHistograms } from '../../reports/histogram.ts';
import { latencyOf } from '../../reports/latency.ts';
import type { Report } from '../../reports/report.ts';
import type { Patch } from '../../sim/plants/index.ts';
import { Scratch } from '../helpers/cashpoint.ts';

const PAIRS = Number(process.argv[2] ?? 10);
const LINE_MS = 300;
const SLOWER = 0.2;
const LOAD = ['--quiet', '--terminals', '64', '--rate', '40/s', '--duration', '20s', '--drain', '10s'];

/** Answers reach terminals so much later. */
const late = (ms: number): readonly Patch[] => [
  {
    file: 'actors/node/tcp.ts',
    find: 'handlers.onData(readArea.subarray(0, bytes));',
    replace: `const late = Buffer.from(readArea.subarray(0, bytes)); setTimeout(() => handlers.onData(late), ${ms});`,
  },
];

const scratch = new Scratch();
let flagged = 0;
let found = 0;
try {
  const first = await run(LINE_MS);
  const moreMs = Math.round((SLOWER * medianUs(first)) / 1000);
  say(`median ${duration(medianUs(first))} on a line of ${LINE_MS} ms; ${moreMs} ms more are a fifth of it`);
  for (let pair = 1; pair <= PAIRS; pair++) {
    const base = await run(LINE_MS);
    const equal = await run(LINE_MS);
    const slower = await run(LINE_MS + moreMs);
    if (told('equal ', pair, base, equal)) flagged++;
    if (told('slower', pair, base, slower)) found++;
  }
} finally {
  scratch.remove();
}
say(
  `${flagged} of ${PAIRS} equal pairs told apart (at most 1), ${found} of ${PAIRS} slower ones found (all)`,
);
process.exitCode = PAIRS > 0 && flagged <= 1 && found === PAIRS ? 0 : 1;

async function run(delayMs: number): Promise<Report> {
  const { report } = await scratch.run(LOAD, late(delayMs));
  return report;
}

function medianUs({ ops }: Report): number {
  const all = Object.values(ops).map(({ hdr }) => decodeHistogram(hdr));
  return latencyOf(mergeHistograms(all)).p50 ?? 0;
}

/** True when any metric of an equal pair is better or worse; when a slower one is worse. */
function told(kind: 'equal ' | 'slower', pair: number, base: Report, now: Report): boolean {
  const unlike = differences(base, now);
  const { deltas } = compareRuns(base, now);
  const p50 = deltas.find(({ metric }) => metric === 'p50');
  const [low = 0, high = 0] = p50?.ci95 ?? [];
  const changed = deltas.filter(({ verdict }) => verdict === 'worse' || verdict === 'better');
  const says = changed.map(({ metric, verdict, pct }) => `${metric} ${verdict} ${signed(pct)}`).join(', ');
  say(
    `${kind} ${String(pair).padStart(2)}  p50 ${duration(p50?.base ?? null)} → ${duration(p50?.now ?? null)}, ` +
      `${signed(p50?.pct ?? 0)} % (${signed(low)} … ${signed(high)})  load ${loadavg()[0]?.toFixed(1)}  ` +
      `${says || 'nothing'}${unlike.length > 0 ? `  NOT ALIKE: ${unlike.join('; ')}` : ''}`,
  );
  return kind === 'slower' ? worseOnes({ deltas }).length > 0 : changed.length > 0;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
