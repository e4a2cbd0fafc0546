/**
 * What every simulated process is given: its clock, its randomness, and the ears of the checks.
 *
 * @module
 */
import type { TerminalId } from '../../protocol/ids.ts';
import type { Entropy } from '../../protocol/ports.ts';
import type { Observation } from '../check/observation.ts';
import { Rng } from '../rng.ts';
import type { Decisions } from './decisions.ts';
import type { Kernel, Life } from './kernel.ts';
import type { SimNet } from './network.ts';
import type { Trace } from './trace.ts';

export interface Surroundings {
  readonly seed: string;
  readonly kernel: Kernel;
  readonly decisions: Decisions;
  readonly trace: Trace;
  readonly net: SimNet;
  readonly observe: (observation: Observation) => void;
  readonly onMark: (mark: string) => void;
  /** A promise of our own code is broken. */
  readonly onInternal: (who: string, error: unknown) => void;
}

/** A stream a life: what a process drew before it died is never drawn again. */
export function entropyOf(
  { seed, observe }: Pick<Surroundings, 'seed' | 'observe'>,
  life: Life,
  terminal: TerminalId | null,
): Entropy {
  const rng = new Rng(seed, `entropy of ${life.name}`);
  return {
    bytes: (n, label) => {
      const bytes = rng.bytes(n);
      observe({ type: 'entropy', life: life.name, terminal, label, bytes });
      return bytes;
    },
  };
}
