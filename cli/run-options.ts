/**
 * What `cashpoint run` is to do: the flags of its load, each also a `CASHPOINT_*` variable, over the scenario, over the
 * defaults; with what `--explain` needs to tell where each value came from.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { type Command, Option } from 'commander';
import type { Threshold } from '../reports/report.ts';
import { type Executor, executorOf, type Stage } from '../sim/load/executor.ts';
import type { FaultSpec } from '../sim/load/fault-spec.ts';
import {
  ARRIVALS,
  GENERATORS,
  LOAD_DEFAULTS,
  type LoadOptions,
  MIX_DEFAULT,
  mixText,
  PROFILES,
  TERMINALS_MAX,
  TRANSPORTS,
  WORKERS_MAX,
} from '../sim/load/options.ts';
import { readScenario, type Scenario, withProfile } from '../sim/load/scenario-file.ts';
import { type Layer, needsEmbeddedBank, type OptionName, resolve } from '../sim/load/scenario-resolve.ts';
import { exponentialThink } from '../sim/load/think.ts';
import { CommandError } from './fail.ts';
import {
  count,
  duration,
  expectation,
  faults,
  mix,
  moments,
  rate,
  seed,
  stages,
  terminals,
  workers,
} from './flags.ts';

/** All but the first are absent when not given. */
interface LoadFlags {
  readonly profile?: (typeof PROFILES)[number];
  readonly terminals?: number;
  readonly accounts?: number;
  readonly duration?: number;
  readonly stage?: readonly Stage[];
  readonly rate?: number;
  readonly arrivals?: LoadOptions['arrivals'];
  readonly iterations?: number;
  readonly workers?: number;
  readonly seed?: string;
  readonly think?: number;
  readonly mix?: LoadOptions['mix'];
  readonly transport?: LoadOptions['transport'];
  readonly generator?: LoadOptions['generator'];
  readonly expect?: readonly Threshold[];
  readonly killBankAt?: readonly number[];
  readonly fault?: readonly FaultSpec[];
  readonly drain?: number;
  readonly adversary?: boolean;
}
type FlagName = keyof LoadFlags;

/** Where an option comes from; those of the executor are several flags. */
const FLAGS_OF: Readonly<Partial<Record<OptionName, readonly FlagName[]>>> = {
  executor: ['stage', 'rate', 'iterations'],
  durationMs: ['duration'],
  drainMs: ['drain'],
  thresholds: ['expect'],
  faults: ['killBankAt', 'fault'],
};

/** Adds the flags; `--name` is also `CASHPOINT_NAME`. */
export function addLoadOptions(command: Command): Command {
  const d = LOAD_DEFAULTS;
  const flag = (flags: string, text: string) => {
    const option = new Option(flags, text);
    return option.env(envOf(option.attributeName()));
  };
  const all = [
    flag('--profile <name>', 'defaults of a known kind of load').choices(PROFILES),
    flag(
      '--terminals <n>',
      `terminals, 1..${TERMINALS_MAX} (default: ${d.terminals}, or the largest stage)`,
    ).argParser(terminals),
    flag('--accounts <n>', 'customer accounts (default: two a terminal)').argParser(count('accounts')),
    flag(
      '--duration <time>',
      'how long new operations begin; stretches a scenario (default: 30s, or its stages)',
    ).argParser(duration),
    flag(
      '--stage <time:n>',
      'ramp to n terminals, or with n/s to a rate, in that time; repeatable',
    ).argParser(stages),
    flag('--rate <n/s>', 'open model: so many operations begin a second, whatever the bank does').argParser(
      rate,
    ),
    flag('--arrivals <kind>', 'gaps between the arrivals of an open model (default: poisson)').choices(
      ARRIVALS,
    ),
    flag('--iterations <n>', 'operations of each terminal, instead of a duration').argParser(
      count('iterations'),
    ),
    flag('--workers <n>', `generator threads, 1..${WORKERS_MAX} (default: ${d.workers})`).argParser(workers),
    flag('--seed <text>', `what customers do, and when, is drawn from it (default: ${d.seed})`).argParser(
      seed,
    ),
    flag('--think <time>', 'mean think time before an operation, 0 for none (default: 200ms)').argParser(
      duration,
    ),
    flag('--mix <op=n,…>', `weights of operations (default: ${mixText(MIX_DEFAULT)})`).argParser(mix),
    flag('--transport <name>', 'how terminals reach the bank (default: tcp)').choices(TRANSPORTS),
    flag(
      '--generator <name>',
      'who makes the load: terminals, or autocannon over HTTP (default: terminals)',
    ).choices(GENERATORS),
    flag('--expect <threshold>', "e.g. 'p99(withdraw)<250ms' or 'errors<0.1%'; repeatable").argParser<
      Threshold[]
    >(expectation),
    flag('--kill-bank-at <time>', 'SIGKILL the bank then and start it again; repeatable').argParser<number[]>(
      moments,
    ),
    flag(
      '--fault <fault>',
      "e.g. 'bank-stop at=5s for=2s' or 'delay at=5s for=10s delay=80ms target=25%'; repeatable",
    ).argParser<FaultSpec[]>(faults),
    flag('--adversary', 'play attacks beside the load, on terminals of their own'),
    flag('--drain <time>', 'how long open operations may take to settle at the end (default: 30s)').argParser(
      duration,
    ),
  ];
  for (const option of all) command.addOption(option);
  return command;
}

const envOf = (name: string) => `CASHPOINT_${name.replaceAll(/[A-Z]/g, '_$&').toUpperCase()}`;
const flagOf = (name: string) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

export interface Effective {
  readonly options: LoadOptions;
  readonly origins: Readonly<Record<OptionName, string>>;
}

/** Throws {@link CommandError}: exit 104 for a scenario that is not valid, 2 for flags that do not go together. */
export function effectiveOptions(
  command: Command,
  file: string | undefined,
  { foreign }: { foreign: boolean },
): Effective {
  const scenario = file === undefined ? null : scenarioOf(file);
  const flags = command.opts<LoadFlags>();
  const own = [layerOf(command, 'env', envOf), layerOf(command, 'cli', flagOf)];
  const profile = flags.profile ?? scenario?.profile ?? null;
  const layers = withProfile(profile, [...(scenario ? [scenario.layer] : []), ...own]);
  const { options, origins, misfits } = resolve(layers, profile);
  const [misfit] = misfits;
  if (misfit) throw new CommandError('usage', misfit.problem);
  if (foreign && needsEmbeddedBank(options)) {
    throw new CommandError('usage', 'Only an embedded bank can suffer faults of the bank; leave out --bank');
  }
  if (foreign && options.adversary) {
    throw new CommandError(
      'usage',
      'Attacks beside a load need an embedded bank; use cashpoint attack --bank',
    );
  }
  return { options, origins };
}

function scenarioOf(file: string): Scenario {
  const read = readScenario(readFileSync(file, 'utf8'), file);
  if (!('problems' in read)) {
    const name = basename(file, extname(file));
    return { ...read, layer: { ...read.layer, values: { scenario: name, ...read.layer.values } } };
  }
  const { problems } = read;
  const lines = problems.map(
    ({ line, path, text }) => `${file}:${line}: ${path === '' ? '' : `${path}: `}${text}`,
  );
  const faults = problems.length === 1 ? 'a fault' : `${problems.length} faults`;
  throw new CommandError('scenario', [`${file} has ${faults}:`, ...lines].join('\n'));
}

/** The flags that were given in one way. */
function layerOf(command: Command, source: 'env' | 'cli', nameOf: (flag: string) => string): Layer {
  const flags = command.opts<LoadFlags>();
  const given = (name: FlagName) => command.getOptionValueSource(name) === source;
  const value = <N extends FlagName>(name: N) => (given(name) ? flags[name] : undefined);
  const executor = executorFrom({
    stages: value('stage'),
    rate: value('rate'),
    iterations: value('iterations'),
  });
  const think = value('think');
  const values = {
    terminals: value('terminals'),
    accounts: value('accounts'),
    durationMs: value('duration'),
    drainMs: value('drain'),
    executor,
    arrivals: value('arrivals'),
    workers: value('workers'),
    seed: value('seed'),
    think: think === undefined ? undefined : exponentialThink(think),
    mix: value('mix'),
    transport: value('transport'),
    generator: value('generator'),
    thresholds: value('expect'),
    adversary: value('adversary'),
    faults: faultsFrom(value('killBankAt'), value('fault')),
  };
  return {
    values: Object.fromEntries(Object.entries(values).filter(([, each]) => each !== undefined)),
    origin: (name) => {
      const names = FLAGS_OF[name] ?? [name as FlagName];
      return nameOf(names.find(given) ?? name);
    },
  };
}

function faultsFrom(
  kills: readonly number[] | undefined,
  others: readonly FaultSpec[] | undefined,
): readonly FaultSpec[] | undefined {
  if (kills === undefined) return others;
  const kill = { kind: 'bank-kill' as const, target: 'bank', forMs: null, params: {} };
  return [...kills.map((atMs) => ({ ...kill, atMs })), ...(others ?? [])];
}

function executorFrom(words: Parameters<typeof executorOf>[0]): Executor | undefined {
  const executor = executorOf(words);
  if (executor === null || !('problem' in executor)) return executor ?? undefined;
  throw new CommandError('usage', executor.problem);
}
