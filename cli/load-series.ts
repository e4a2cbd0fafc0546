/**
 * The parts of a load run's report that run over time: seconds of operations and bank, windows, terminals by state, and
 * a few terminals stay by stay.
 *
 * @module
 */
import type { Report, Series, SessionsResult, States } from '../reports/report.ts';
import type { LoadOutcome } from '../sim/load/load-outcome.ts';
import { STATES } from '../sim/load/second-marks.ts';
import { sampleEvery } from '../sim/load/spans.ts';
import { STATE_CODES } from '../terminals/dashboard/model.ts';

const ARRIVAL_COLUMNS = ['offeredRate', 'begunRate', 'lateRate', 'droppedRate'];
const BANK_COLUMNS = ['mailbox', 'batchMean', 'commitMeanUs', 'commitMaxUs', 'bankLagUs'];

export function seriesOf({ collector, loadMs }: LoadOutcome): Series {
  // The last second is not a whole one, and what the drain settles is not load.
  return collector.seconds.timeline.series(
    [
      // Of an open model; a history alone does not tell them.
      ...(collector.arrivals === null ? [] : ARRIVAL_COLUMNS),
      ...['achievedRate', 'errorRate', 'p50Us', 'p95Us', 'p99Us', 'maxUs', 'inFlight'],
      ...BANK_COLUMNS,
    ],
    loadMs,
  );
}

export function windowsOf({ collector, loadMs }: LoadOutcome): Pick<Report, 'windows'> {
  const windows = collector.windows.whole(loadMs);
  return windows === null ? {} : { windows };
}

export function statesOf({ workers, collector, loadMs }: LoadOutcome): States {
  const total = workers.flatMap(({ stateMs }) => Object.values(stateMs)).reduce((sum, ms) => sum + ms, 0);
  const perState: Record<string, States['perState'][string]> = {};
  // Of a run of which only its history is left nobody knows.
  if (total === 0) return { perState, series: null };
  for (const [state, code] of Object.entries(STATE_CODES)) {
    const totalMs = workers.reduce((sum, { stateMs }) => sum + (stateMs[code] ?? 0), 0);
    perState[state] = {
      totalMs,
      share: Math.round((totalMs / total) * 1e6) / 1e6,
      entries: null,
    };
  }
  const series = collector.seconds.timeline.series(STATES, loadMs);
  const isSampled = series.rows.some((row) => row.some((count) => count !== null));
  return { perState, series: isSampled ? series : null };
}

export function sessionsOf({ workers, options }: LoadOutcome): SessionsResult {
  const spans = workers
    .flatMap((worker) => worker.spans)
    .toSorted((a, b) => a.terminal.localeCompare(b.terminal, 'en') || a.startMs - b.startMs);
  return {
    total: workers.reduce((sum, { sessions }) => sum + sessions, 0),
    included: new Set(spans.map(({ terminal, session }) => `${terminal} ${session}`)).size,
    selection: `every ${ordinal(sampleEvery(options.terminals))} terminal; stays that lie close together are one`,
    spans,
  };
}

/** `1` → `single`, so that it reads after "every". */
function ordinal(n: number): string {
  if (n === 1) return 'single';
  const ending = n % 100 > 10 && n % 100 < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${ending}`;
}
