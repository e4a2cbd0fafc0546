/**
 * From layers to options: defaults < profile < scenario < environment < flags. Says of each value where it came from,
 * and of what does not fit together why.
 *
 * A duration that stands above a timeline stretches it, and a number of terminals above stages of terminals resizes
 * them: so any scenario can be run small.
 *
 * @module
 */
import { largestStage, resized, stagedMs, stretched } from './executor.ts';
import { FAULTS, type FaultSpec } from './fault-spec.ts';
import { struckPlaces } from './fault-target.ts';
import {
  type Amounts,
  CANNON_OPS,
  LOAD_DEFAULTS,
  type LoadOptions,
  MIX_OPS,
  type PROFILES,
  TERMINALS_MAX,
} from './options.ts';
import { exponentialThink } from './think.ts';

export type OptionName = keyof LoadOptions;

export interface Layer {
  readonly values: Partial<Omit<LoadOptions, 'amounts'>> & { readonly amounts?: Partial<Amounts> };
  /** Where the value of that name came from, e.g. `--rate`. */
  origin(name: OptionName): string;
}

/** Something that does not fit, to be looked for at `name`, which `layer` gave (−1: a default). */
export interface Misfit {
  readonly name: OptionName;
  readonly layer: number;
  readonly problem: string;
}

export interface Resolved {
  readonly options: LoadOptions;
  readonly origins: Readonly<Record<OptionName, string>>;
  readonly misfits: readonly Misfit[];
}

/** What `profile: tpca` stands for, below the scenario. */
export const PROFILE_LAYERS: Readonly<Record<(typeof PROFILES)[number], Layer['values']>> = {
  tpca: {
    executor: { type: 'constant-terminals' },
    think: { distribution: 'truncated-exponential', meanMs: 10_000, maxMs: 100_000 },
    mix: { ...LOAD_DEFAULTS.mix, login: 20, balance: 0, deposit: 40, withdraw: 40, history: 0, transfer: 0 },
    remotePct: 15,
  },
};

/** What autocannon can do, below all that was given. */
const CANNON_LAYER: Layer = {
  values: {
    transport: 'http',
    think: exponentialThink(0),
    mix: { ...LOAD_DEFAULTS.mix, login: 0, balance: 50, deposit: 50, withdraw: 0, history: 0, transfer: 0 },
  },
  origin: () => 'generator autocannon',
};

const TPCA_TERMINALS_A_BRANCH = 10;
/** Enough for any number of operations that a run with iterations is asked for, when nobody says how long. */
const ITERATIONS_MS = 600_000;

/** @param layers lowest first; the defaults are below them all. */
export function resolve(asked: readonly Layer[], profile: (typeof PROFILES)[number] | null): Resolved {
  const isCannon = topmost(asked, 'generator').value === 'autocannon';
  const layers = isCannon ? [CANNON_LAYER, ...asked] : asked;
  const given = <N extends OptionName>(name: N) => topmost(layers, name);
  const executor = given('executor');
  const duration = given('durationMs');
  const size = given('terminals');
  const isAbove = (one: { layer: number }, other: { layer: number }) => one.layer > other.layer;

  const largest = largestStage(executor.value);
  const isResized = largest !== null && isAbove(size, executor);
  const terminals =
    largest === null || isResized ? size.value : size.layer < 0 ? largest : Math.max(largest, size.value);
  let shape = isResized ? resized(executor.value, terminals) : executor.value;
  const staged = stagedMs(executor.value);
  const planned =
    duration.layer >= 0
      ? duration.value
      : staged || (shape.type === 'per-terminal-iterations' ? ITERATIONS_MS : duration.value);
  if (staged > 0 && isAbove(duration, executor)) shape = stretched(shape, planned / staged);

  const options: LoadOptions = {
    ...LOAD_DEFAULTS,
    ...Object.assign({}, ...layers.map(({ values }) => values)),
    terminals,
    accounts: given('accounts').layer < 0 ? 2 * terminals : given('accounts').value,
    branches: branchesOf(given('branches'), terminals, profile),
    executor: shape,
    durationMs: planned,
    workers: Math.min(given('workers').value, terminals),
    amounts: Object.assign({}, LOAD_DEFAULTS.amounts, ...layers.map(({ values }) => values.amounts)),
    faults: faultsOf(layers),
    thresholds: layers.flatMap(({ values }) => values.thresholds ?? []),
    tags: Object.assign({}, ...layers.map(({ values }) => values.tags)),
  };
  return {
    options,
    origins: originsOf(layers, options),
    misfits: misfitsOf(options, (name) => given(name).layer - (isCannon ? 1 : 0)),
  };
}

function topmost<N extends OptionName>(layers: readonly Layer[], name: N) {
  const layer = layers.findLastIndex(({ values }) => values[name] !== undefined);
  const value = layers[layer]?.values[name] ?? LOAD_DEFAULTS[name];
  return { layer, value: value as LoadOptions[N] };
}

const branchesOf = (given: { layer: number; value: number }, terminals: number, profile: string | null) =>
  given.layer >= 0 || profile !== 'tpca'
    ? given.value
    : Math.max(1, Math.ceil(terminals / TPCA_TERMINALS_A_BRANCH));

/** Those of all layers; a duration of a higher layer moves and stretches them with the rest of the timeline. */
function faultsOf(layers: readonly Layer[]): FaultSpec[] {
  return layers.flatMap(({ values }, layer) => {
    const above = layers.slice(layer + 1).findLast((each) => each.values.durationMs !== undefined);
    const factor = (above?.values.durationMs ?? 0) / durationUpTo(layers, layer);
    const at = (ms: number) => (above === undefined ? ms : Math.round(ms * factor));
    return (values.faults ?? []).map((fault) => ({
      ...fault,
      atMs: at(fault.atMs),
      forMs: fault.forMs === null ? null : Math.max(1, at(fault.forMs)),
    }));
  });
}

function durationUpTo(layers: readonly Layer[], layer: number): number {
  const below = layers.slice(0, layer + 1);
  const { layer: found, value } = topmost(below, 'durationMs');
  return found >= 0 ? value : stagedMs(topmost(below, 'executor').value) || value;
}

function originsOf(layers: readonly Layer[], options: LoadOptions): Record<OptionName, string> {
  const lists: readonly OptionName[] = ['faults', 'thresholds', 'tags'];
  const derived: Partial<Record<OptionName, string>> = {
    accounts: 'two a terminal',
    ...(largestStage(options.executor) !== null && { terminals: 'the largest stage' }),
    ...(stagedMs(options.executor) > 0 && { durationMs: 'the sum of the stages' }),
    ...(options.branches > 1 && { branches: 'ten terminals a branch' }),
  };
  const entries = (Object.keys(LOAD_DEFAULTS) as OptionName[]).map((name) => {
    const from = layers.filter(({ values }) => values[name] !== undefined).map((layer) => layer.origin(name));
    const all = lists.includes(name) ? from.join(', ') : from.at(-1);
    return [name, all || (derived[name] ?? 'default')];
  });
  return Object.fromEntries(entries) as Record<OptionName, string>;
}

function misfitsOf(options: LoadOptions, layerOf: (name: OptionName) => number): Misfit[] {
  const misfits: Misfit[] = [];
  const say = (name: OptionName, problem: string) => misfits.push({ name, layer: layerOf(name), problem });
  const { terminals, accounts, branches, mix, faults, durationMs } = options;
  if (terminals > TERMINALS_MAX)
    say('executor', `Expected at most ${TERMINALS_MAX} terminals, got ${terminals}`);
  if (accounts * options.customersPerAccount > CUSTOMERS_MAX) {
    say('customersPerAccount', `Expected at most ${CUSTOMERS_MAX} customers in all`);
  }
  if (accounts === 1 && mix.transfer > 0) {
    say('accounts', 'Transfers need at least 2 accounts; leave them out of the mix');
  }
  if (branches > terminals || branches > accounts) {
    say('branches', `Expected at most a branch for each terminal and each account, got ${branches}`);
  }
  for (const [i, { kind, target, atMs }] of faults.entries()) {
    if (FAULTS[kind].strikes === 'terminals' && struckPlaces(target, terminals).length === 0)
      say('faults', `Fault ${i + 1}, ${kind}, strikes none of the ${terminals} terminals with ${target}`);
    if (atMs >= durationMs) say('faults', `Fault ${i + 1}, ${kind}, is not before the end of the load`);
  }
  if (options.adversary && faults.length > 0) {
    say(
      'adversary',
      'Attacks judge what an undisturbed bank answers; leave out the faults, or the adversary',
    );
  }
  if (options.generator === 'autocannon') cannonMisfits(options, say);
  return misfits;
}

/** autocannon's rate mode measures wrongly, its connections come back without a pause, and it has no devices. */
function cannonMisfits(
  { transport, executor, think, mix, faults }: LoadOptions,
  say: (name: OptionName, problem: string) => void,
): void {
  const others = MIX_OPS.filter((op) => mix[op] > 0 && !(CANNON_OPS as readonly string[]).includes(op));
  if (transport !== 'http') say('transport', `autocannon speaks http, not ${transport}`);
  if (executor.type !== 'constant-terminals') {
    say('executor', `autocannon makes a closed loop of constant-terminals, not ${executor.type}`);
  }
  if (think.distribution !== 'none') say('think', 'autocannon does not think; leave out the think time');
  if (others.length > 0)
    say('mix', `autocannon has no machine for ${others.join(', ')}: ${CANNON_OPS.join(', ')}`);
  if (faults.length > 0)
    say('faults', 'Faults are for our own terminals; leave out the generator autocannon');
}

const CUSTOMERS_MAX = 1_000_000;

/** Faults that only an embedded bank can suffer. */
export const needsEmbeddedBank = ({ faults }: LoadOptions): boolean =>
  faults.some(({ kind }) => FAULTS[kind].strikes === 'bank');
