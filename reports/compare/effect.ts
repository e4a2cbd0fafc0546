/**
 * How far down a change of no interest goes.
 *
 * @module
 */
import type { Delta } from '../report.ts';

/** Ten per cent more is undone by nine per cent less: a ratio is as far below as above. Points are symmetric. */
export const leastChange = ({ unit, minEffect = 0 }: Pick<Delta, 'unit' | 'minEffect'>): number =>
  unit === '%' ? -minEffect : (-100 * minEffect) / (100 + minEffect);
