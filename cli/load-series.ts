/**
 * The parts of a load run's report that run over time: seconds of operations and bank, windows, terminals by state, and
 * a few terminals stay by stay.
 *
 * @module
 */
import type { Report, Series, SessionsResult, States } from '../reports/report.ts';
import { noArrivals } from '../sim/load/arrival-counts.ts';
import { isOpen } from '../sim/load/executor.ts';
import type { LoadOutcome } from '../sim/load/load-outcome.ts';
import { type BankSecond, STATES } from '../sim/load/second-marks.ts';
import { sampleEvery } from '../sim/load/spans.ts';
import { STATE_CODES } from '../terminals/dashboard/model.ts';

const ARRIVAL_COLUMNS = ['offeredRate', 'begunRate', 'lateRate', 'droppedRate'];
const BANK_COLUMNS = ['mailbox', 'batchMean', 'commitMeanUs', 'commitMaxUs', 'bankLagUs'];

export function seriesOf({ options, collector, loadMs }: LoadOutcome): Series {
  const open = isOpen(options.executor);
  return {
    stepMs: 1000,
    t0: 0,
    columns: [
      ...(open ? ARRIVAL_COLUMNS : []),
      ...['achievedRate', 'errorRate', 'p50Us', 'p95Us', 'p99Us', 'maxUs', 'inFlight'],
      ...BANK_COLUMNS,
    ],
    // The last second is not a whole one, and what the drain settles is not load.
    rows: collector.seconds.slice(0, wholeSeconds(loadMs)).map((second, i) => {
      const { arrivals, ok, notOk, inFlight, mailbox } = second;
      const { p50, p95, p99, max } = collector.statsOf(second);
      const { planned, begun, late, droppedHere, droppedThere } = arrivals ?? noArrivals();
      const arrived = open ? [planned, begun, late, droppedHere + droppedThere] : [];
      return [
        ...arrived,
        ok,
        notOk,
        p50,
        p95,
        p99,
        max,
        inFlight,
        mailbox,
        ...bankColumns(collector.marks.bank[i]),
      ];
    }),
  };
}

const wholeSeconds = (loadMs: number): number => Math.floor(loadMs / 1000);

/** As {@link BANK_COLUMNS}, without the mailbox. */
function bankColumns(second: BankSecond | undefined): (number | null)[] {
  if (second === undefined) return [null, null, null, null];
  const { commits, commands, commitUs, commitMaxUs, loopLagUs } = second;
  if (commits === 0) return [null, null, null, loopLagUs];
  return [Math.round((10 * commands) / commits) / 10, Math.round(commitUs / commits), commitMaxUs, loopLagUs];
}

export function windowsOf({ collector, loadMs }: LoadOutcome): Pick<Report, 'windows'> {
  const windows = collector.windows.whole(loadMs);
  return windows === null ? {} : { windows };
}

export function statesOf({ workers, collector, loadMs }: LoadOutcome): States {
  const total = workers.flatMap(({ stateMs }) => Object.values(stateMs)).reduce((sum, ms) => sum + ms, 0);
  const perState: Record<string, States['perState'][string]> = {};
  for (const [state, code] of Object.entries(STATE_CODES)) {
    const totalMs = workers.reduce((sum, { stateMs }) => sum + (stateMs[code] ?? 0), 0);
    perState[state] = {
      totalMs,
      share: total === 0 ? 0 : Math.round((totalMs / total) * 1e6) / 1e6,
      entries: null,
    };
  }
  const { states } = collector.marks;
  const seconds = Math.min(wholeSeconds(loadMs), states.length);
  if (seconds === 0) return { perState, series: null };
  const rows = Array.from({ length: seconds }, (_, i) => [...(states[i] ?? STATES.map(() => null))]);
  return { perState, series: { stepMs: 1000, t0: 0, columns: [...STATES], rows } };
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
