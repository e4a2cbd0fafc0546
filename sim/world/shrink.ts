/**
 * Makes a failing run small (docs/TESTING.md "Shrinking"): first its config, then the list of the faults that happened,
 * and both again until nothing more can be taken. A candidate counts only when its first violation is of the same
 * invariant. Pure over `run`, so the same failure shrinks the same way everywhere.
 *
 * @module
 */
import { invariant } from '../../protocol/invariant.ts';
import type { WorldConfig } from './config.ts';
import { ddmin } from './ddmin.ts';
import type { WorldOutcome } from './outcome.ts';
import { SITE_GROUPS, SITES, type Site } from './sites.ts';

export interface ShrinkOptions {
  readonly run: (config: WorldConfig) => WorldOutcome;
  /** @default 200 */
  readonly runsMax?: number;
  /** After each run. */
  readonly onProgress?: (progress: {
    readonly runs: number;
    readonly events: number;
    readonly faults: number;
  }) => void;
}

export interface Shrunk {
  readonly config: WorldConfig;
  /** Of the config's run. */
  readonly outcome: WorldOutcome;
  readonly runs: number;
}

/** @param failing a run with a violation */
export function shrinkFailure(failing: WorldOutcome, options: ShrinkOptions): Shrunk {
  const search = new Search(failing, options);
  shrinkSites(search);
  shrinkSizes(search);
  freeze(search);
  for (let before: WorldConfig | null = null; before !== search.config; ) {
    before = search.config;
    shrinkFaults(search);
    hurryFaults(search);
    shrinkSizes(search);
  }
  return { config: search.config, outcome: search.outcome, runs: search.runs };
}

const RUNS_MAX = 200;

/** The smallest failure so far, and what has been tried to make it smaller. */
class Search {
  outcome: WorldOutcome;
  runs = 0;
  readonly #options: ShrinkOptions;
  readonly #invariant: string;
  readonly #tried = new Set<string>();

  constructor(failing: WorldOutcome, options: ShrinkOptions) {
    const [first] = failing.violations;
    invariant(first !== undefined, 'only a run that failed is shrunk');
    this.outcome = failing;
    this.#invariant = first.invariant;
    this.#options = options;
    this.#tried.add(JSON.stringify(failing.config));
  }

  get config(): WorldConfig {
    return this.outcome.config;
  }

  /**
   * Whether the failure is still there with these changes; then they stay.
   * @param plainer the change makes the run easier to read rather than smaller: not at the price of more events
   */
  accepts(changes: Partial<WorldConfig>, { plainer = false } = {}): boolean {
    const { run, runsMax = RUNS_MAX, onProgress } = this.#options;
    const config = { ...this.config, ...changes };
    const key = JSON.stringify(config);
    if (this.runs >= runsMax || this.#tried.has(key)) return false;
    this.#tried.add(key);
    this.runs += 1;
    const outcome = run(config);
    const fails = outcome.violations[0]?.invariant === this.#invariant;
    const isAccepted = fails && !(plainer && outcome.events > this.outcome.events);
    if (isAccepted) this.outcome = outcome;
    onProgress?.({ runs: this.runs, events: this.outcome.events, faults: this.outcome.fired.length });
    return isAccepted;
  }
}

/** Sites off: those that never fired, then whole groups, then single ones. */
function shrinkSites(search: Search): void {
  const fired = new Set(search.outcome.fired.map(({ site }) => site));
  search.accepts({ chances: chancesOf(search, (name) => fired.has(name)) });
  for (const group of SITE_GROUPS)
    search.accepts({ chances: chancesOf(search, (name) => groupOf(name) !== group) });
  ddmin(Object.keys(search.config.chances), (names) =>
    search.accepts({ chances: chancesOf(search, (name) => names.includes(name)) }),
  );
}

const groupOf = (name: string): string | undefined => (SITES as Readonly<Record<string, Site>>)[name]?.group;

const chancesOf = ({ config }: Search, isKept: (name: string) => boolean): WorldConfig['chances'] =>
  Object.fromEntries(Object.entries(config.chances).filter(([name]) => isKept(name)));

function shrinkSizes(search: Search): void {
  for (const size of ['terminals', 'customers', 'operations'] as const)
    while (fewer(search.config[size]).some((value) => search.accepts({ [size]: value })));
  for (const [size, least] of TIMES)
    while (
      sooner(search.config[size], least).some((ms) => search.accepts({ [size]: ms }, { plainer: true }))
    );
  for (const changes of PLAINER) search.accepts(changes, { plainer: true });
  const [suite, ...others] = search.config.suites;
  if (suite !== undefined && others.length > 0) search.accepts({ suites: [suite] }, { plainer: true });
}

/** One, half of them, one less. */
const fewer = (count: number): readonly number[] =>
  count <= 1 ? [] : [1, Math.ceil(count / 2), count - 1].filter((value) => value < count);

/** With the least worth trying, ms. */
const TIMES = [
  ['faultsMs', 1_000],
  ['thinkMs', 0],
] as const;
/** Times are not told apart finer than this. */
const FINE_MS = 100;

/** The least, or half way to it. */
const sooner = (ms: number, leastMs: number): readonly number[] =>
  ms - leastMs < FINE_MS ? [] : [leastMs, Math.floor((ms + leastMs) / 2)];

/** Delays that do not vary, and a mailbox that never fills. */
const PLAINER: readonly Partial<WorldConfig>[] = [
  { net: { delayUsMin: 1_000, delayUsMean: 0 } },
  { disk: { commitUsMin: 1_000, commitUsMean: 0 } },
  { mailboxMax: 4_096 },
];

/** From here on exactly those faults happen that happened, whatever else changes. */
function freeze(search: Search): void {
  if (search.config.only === null) search.accepts({ only: search.outcome.fired.map(({ key }) => key) });
}

function shrinkFaults(search: Search): void {
  const { only } = search.config;
  if (only === null) return;
  // What is named and did not happen is not needed.
  const fired = new Set(search.outcome.fired.map(({ key }) => key));
  if (fired.size < only.length) search.accepts({ only: only.filter((key) => fired.has(key)) });
  ddmin(search.config.only ?? [], (keys) => search.accepts({ only: keys }));
  const sites = new Set(search.outcome.fired.map(({ site }) => site));
  search.accepts({ chances: chancesOf(search, (name) => sites.has(name)) });
}

/** The same faults, each earlier in the life of what it happens to. */
function hurryFaults(search: Search): void {
  for (const at of (search.config.only ?? []).keys())
    while (earlier(search.config.only ?? [], at).some((only) => search.accepts({ only }, { plainer: true })));
}

/** The first time, half as late, once before. @param at index of the fault in the list */
function earlier(only: readonly string[], at: number): readonly (readonly string[])[] {
  const [, about = '', times = '0'] = /^(.*)#(\d+)$/.exec(only[at] ?? '') ?? [];
  const n = Number(times);
  return [0, n >> 1, n - 1]
    .filter((less) => less >= 0 && less < n && !only.includes(`${about}#${less}`))
    .map((less) => only.with(at, `${about}#${less}`));
}
