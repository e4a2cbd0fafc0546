/**
 * `cashpoint simulate`: whole banks and fleets under virtual time, one a seed, with faults drawn from it; every seed is
 * checked, a failing one is made small and can be repeated to the byte.
 *
 * @module
 */
import { availableParallelism } from 'node:os';
import { Command, Option } from 'commander';
import { PROFILES } from '../sim/world/config.ts';
import { seed, seeds, workers } from './flags.ts';
import { SEEDS_DEFAULT, type SimulateFlags } from './simulate-plan.ts';
import { runSimulation } from './simulate-run.ts';

const WORKERS_MAX = 16;

export function simulateCommand(): Command {
  return new Command('simulate')
    .summary('run seeds under virtual time, with faults, and check every one')
    .description(
      'Runs banks and fleets under virtual time, one a seed, with faults and attacks drawn from the seed, and checks each.',
    )
    .option('--seed <text>', 'one seed, any text; with --seeds what all seeds begin with', seed)
    .option('--seeds <n|a..b>', `so many seeds, or a range (default: ${SEEDS_DEFAULT} of the commit)`, seeds)
    .addOption(new Option('--profile <name>', 'what is drawn (default: swarm)').choices(PROFILES))
    .addOption(
      new Option('--workers <n>', 'threads, 1..16; no result depends on it')
        .argParser(workers)
        .default(Math.min(WORKERS_MAX, availableParallelism()), 'the cores'),
    )
    .option(
      '--plant <name>',
      'plant a bug, which its invariant must catch; stops at the first seed that fails',
    )
    .option('--list-plants', 'the bugs that can be planted')
    .option('--replay <file>', 'run the config of a shrunk.json')
    .option('--trace', 'print every event of one seed or replay')
    .option('--coverage', 'print which transitions of the machines were seen')
    .option('--fail-fast', 'stop at the first seed that fails')
    .option('--out <dir>', 'write a report into a directory of its own there; failures go there, else to out')
    .option('--json', 'print the result on stdout: the same for the same seeds, but for simulation.wall')
    .option('--quiet', 'no progress')
    .addHelpText('after', HELP)
    .action(async (flags: SimulateFlags) => {
      process.exitCode = await runSimulation(flags);
    });
}

const HELP = `
Examples:
  cashpoint simulate                                   ${SEEDS_DEFAULT} seeds that only this commit has
  cashpoint simulate --seeds 10k --workers 4
  cashpoint simulate --seed 42 --trace                 one seed, every event
  cashpoint simulate --seed $(git rev-parse HEAD) --seeds 1..500
  cashpoint simulate --plant ack-before-sync           proves that a check can fail
  cashpoint simulate --replay out/…/shrunk.json --trace

Exit: 0 pass, 105 interrupted, 110 invariant violated, 112 an attack got through, 113 nothing was checked,
      114 did not come to rest, 115 nondeterminism, 116 audit trail does not verify; see docs/CLI.md.`;
