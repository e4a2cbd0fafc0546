/**
 * The schedule of an open run, as a pure function of seed, rate and duration: when each arrival is due and which
 * terminal it is for. Every worker walks the whole schedule and takes what is for its own terminals, so that the plan is
 * the same for any number of them.
 *
 * Arrival n is due when the integral of the rate reaches n (uniform), or the sum of n exponential gaps of mean 1
 * (Poisson): a unit process on a stretched clock, exact on ramps too.
 *
 * @module
 */
import { Rng } from '../rng.ts';
import type { OpenExecutor } from './executor.ts';
import type { LoadOptions } from './options.ts';

export interface Arrival {
  /** Microseconds from the start of the load. */
  readonly atUs: number;
  /** Index in the fleet. Terminals take turns: the longest rest between two arrivals at one machine. */
  readonly terminal: number;
}

export interface ArrivalPlan {
  readonly seed: string;
  readonly executor: OpenExecutor;
  readonly arrivals: LoadOptions['arrivals'];
  readonly durationMs: number;
  readonly terminals: number;
}

/** In order of time. */
export function* planArrivals(plan: ArrivalPlan): Iterable<Arrival> {
  const rng = new Rng(plan.seed, 'arrivals');
  const gap = plan.arrivals === 'poisson' ? () => -Math.log((rng.u32() + 1) / 2 ** 32) : () => 1;
  let due = plan.arrivals === 'poisson' ? gap() : 0;
  let index = 0;
  let before = 0;
  for (const { fromS, seconds, from, to } of segments(plan)) {
    const area = ((from + to) / 2) * seconds;
    for (; due < before + area; due += gap(), index++) {
      const atS = fromS + timeAt(due - before, { from, slope: (to - from) / seconds });
      yield { atUs: Math.floor(atS * 1e6), terminal: index % plan.terminals };
    }
    before += area;
  }
}

/** Time at which `from·t + slope·t²/2` reaches `area`, in the form that is stable for a slope near 0. */
function timeAt(area: number, { from, slope }: { from: number; slope: number }): number {
  return area === 0 ? 0 : (2 * area) / (from + Math.sqrt(Math.max(0, from * from + 2 * slope * area)));
}

interface Segment {
  readonly fromS: number;
  readonly seconds: number;
  /** Arrivals a second at its start and end. */
  readonly from: number;
  readonly to: number;
}

/** Straight pieces of the rate, cut at the end of the load; the last rate is held. */
function segments({ executor, durationMs }: ArrivalPlan): Segment[] {
  const stages = executor.type === 'ramping-arrival-rate' ? executor.stages : [];
  let from = executor.type === 'ramping-arrival-rate' ? executor.startPerSecond : executor.perSecond;
  let fromMs = 0;
  const pieces: Segment[] = [];
  for (const { durationMs: ms, perSecond } of [
    ...stages,
    { durationMs, perSecond: stages.at(-1)?.perSecond ?? from },
  ]) {
    const cutMs = Math.min(ms, durationMs - fromMs);
    if (cutMs <= 0) break;
    const to = from + ((perSecond - from) * cutMs) / ms;
    pieces.push({ fromS: fromMs / 1000, seconds: cutMs / 1000, from, to });
    fromMs += cutMs;
    from = perSecond;
  }
  return pieces;
}
