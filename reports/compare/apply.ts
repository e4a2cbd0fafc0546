/**
 * A comparison put into the newer run's report: the baseline, the baseline's figures beside the thresholds, and a
 * verdict that says so when it got worse. An earlier comparison is taken out first.
 *
 * @module
 */
import { EXIT, WORST_FIRST } from '../exit-codes.ts';
import { grouped, measured, NONE, plural } from '../format.ts';
import type { BaselineResult, Delta, Report, ThresholdResult } from '../report.ts';

const MARK = 'Worse than';

export const worseOnes = ({ deltas }: Pick<BaselineResult, 'deltas'>): readonly Delta[] =>
  deltas.filter(({ verdict }) => verdict === 'worse');

/** What came out, in a line. */
export function headline({ deltas }: Pick<BaselineResult, 'deltas'>): string {
  const count = (wanted: Delta['verdict']) => deltas.filter(({ verdict }) => verdict === wanted).length;
  const of = `of ${plural(deltas.length, 'metric')}`;
  if (count('worse') > 0) return `worse in ${count('worse')} ${of}`;
  if (count('better') > 0) return `better in ${count('better')} ${of}, worse in none`;
  return `no change in any ${of} that is more than noise`;
}

export function withBaseline(report: Report, baseline: BaselineResult, base: Report): Report {
  const clean = withoutBaseline(report);
  const worse = worseOnes(baseline);
  const thresholds = clean.thresholds.map((t): ThresholdResult => {
    const then = base.thresholds.find(({ metric }) => metric === t.metric)?.actual ?? null;
    return then === null ? t : { ...t, baseline: then };
  });
  const told = { ...clean, thresholds, baseline };
  if (worse.length === 0) return told;
  const reason = `${MARK} ${baseline.runId}: ${worse.map(changeText).join(', ')}`;
  const { exit } = clean.run;
  const isWorst = rank(exit.code) > rank(EXIT.regression.code);
  return {
    ...told,
    run: { ...clean.run, exit: isWorst ? { code: EXIT.regression.code, reason } : exit },
    verdict: {
      ...clean.verdict,
      status: clean.verdict.status === 'pass' ? 'fail' : clean.verdict.status,
      reasons: [...clean.verdict.reasons, reason],
    },
  };
}

/** `p99 4.61 ms → 6.02 ms (+30.6 %)` */
export const changeText = ({ metric, unit = '', base, now, pct }: Delta): string =>
  `${metric} ${measured(base, unit)} → ${measured(now, unit)} (${signed(pct)} ${unit === '%' ? 'points' : '%'})`;

/** `+18.2 … +22.4`, in the unit of the change. */
export const intervalText = ({ ci95 }: Delta): string =>
  ci95 === undefined ? NONE : `${signed(ci95[0])} … ${signed(ci95[1])}`;

/** With a sign, and no more digits than are known: `+20.3`, `−0.45`, `0`. */
export function signed(pct: number): string {
  const size = Math.abs(pct);
  const shown = Number(size.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2));
  return shown === 0 ? '0' : `${pct > 0 ? '+' : '\u2212'}${grouped(shown)}`;
}

/** The run's own verdict again. */
function withoutBaseline({ baseline, ...report }: Report): Report {
  if (baseline === undefined) return report;
  const reasons = report.verdict.reasons.filter((reason) => !reason.startsWith(`${MARK} ${baseline.runId}`));
  const thresholds = report.thresholds.map(({ baseline: _, ...t }) => t);
  const clean = { ...report, thresholds, verdict: { ...report.verdict, reasons } };
  if (report.run.exit.code !== EXIT.regression.code) return clean;
  // Of what a run may be beside worse, only one thing is less than that.
  const own = reasons.length > 0 ? EXIT.interrupted : EXIT.pass;
  return {
    ...clean,
    run: { ...report.run, exit: { code: own.code, reason: reasons[0] ?? own.doc } },
    verdict: { ...clean.verdict, status: reasons.length > 0 ? 'incomplete' : 'pass' },
  };
}

const rank = (code: number): number => WORST_FIRST.findIndex((name) => EXIT[name].code === code);
