/**
 * Bugs planted where a run must not depend on its surroundings, and in the harness itself.
 *
 * @module
 */
import type { Plant } from './plant.ts';

export const DETERMINISM_PLANTS: readonly Plant[] = [
  {
    name: 'wall-clock-in-core',
    summary: 'A back-off depends on the time of day',
    invariant: 'NONDET',
    budget: 20,
    patches: [
      {
        file: 'actors/terminal-link.machine.ts',
        find: 'return Math.round(ceiling / 2 + (ceiling / 2) * jitter());',
        replace: 'return Math.round(ceiling / 2 + (ceiling / 2) * jitter()) + (Date.now() % 97);',
      },
    ],
  },
  {
    name: 'state-outlives-the-run',
    summary: 'A count is kept for the whole process instead of for one terminal',
    invariant: 'NONDET',
    budget: 20,
    patches: [
      {
        file: 'actors/terminal-link.machine.ts',
        find: 'return Math.round(ceiling / 2 + (ceiling / 2) * jitter());',
        replace: `dials += 1;
  return Math.round(ceiling / 2 + (ceiling / 2) * jitter()) + (dials % 1009);`,
      },
      {
        file: 'actors/terminal-link.machine.ts',
        find: 'function backOffMs(',
        replace: 'let dials = 0;\nfunction backOffMs(',
      },
    ],
  },
  {
    name: 'check-that-always-fails',
    summary: 'A check finds fault with everything, to see that what a check finds is told',
    invariant: 'CANARY',
    budget: 1,
    patches: [
      {
        file: 'sim/world/population.ts',
        find: 'new Durable(sink.report),',
        replace: `new Durable(sink.report),
    { id: 'CANARY', checks: 1, see: () => sink.first ?? sink.report('CANARY', 'nothing is ever right') },`,
      },
    ],
  },
];
