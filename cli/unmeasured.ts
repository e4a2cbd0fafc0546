/**
 * The parts of a report that a command without a load has nothing to say in: empty, and null where something could have
 * been measured and was not.
 *
 * @module
 */
import type { Report } from '../reports/report.ts';

export const UNMEASURED: Pick<
  Report,
  'ops' | 'series' | 'states' | 'errors' | 'faults' | 'bank' | 'generator' | 'sessions'
> = {
  ops: {},
  series: { stepMs: 1000, t0: 0, columns: [], rows: [] },
  states: { perState: {}, series: null },
  errors: [],
  faults: [],
  bank: { mailbox: null, batch: null, fsyncUs: null, loopLagUs: null, rssMB: null, cpuPct: null },
  generator: { loopLagUs: null, cpuPct: null, saturated: false, droppedSamples: 0 },
  sessions: { total: 0, included: 0, selection: 'none: not recorded by this command', spans: [] },
};
