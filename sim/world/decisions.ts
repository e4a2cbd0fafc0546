/**
 * Keyed decisions: whether a fault happens is a hash of (seed, site, entity, n), n counting how often that site asked
 * about that entity. So a fault that is taken out while shrinking does not move the others, and a run may be told to
 * let happen only the faults of a list. Chances are ratios of integers.
 *
 * @module
 */
import { invariant } from '../../protocol/invariant.ts';

/** Numerator and denominator; null for never. */
export type Chance = readonly [number, number];

/** A fault that happens, with the numbers that say how. Each draw is fixed by the key, the order of draws and nothing else. */
export interface Fault {
  /** `site/entity#n`. */
  readonly key: string;
  /** Uniform integer 0..n−1. @param n 1..2^32 */
  below(n: number): number;
  /** Uniform integer from..to, both inclusive. */
  between(from: number, to: number): number;
  pick<T>(items: readonly T[]): T;
}

export interface FiredFault {
  readonly key: string;
  readonly site: string;
  readonly entity: string;
  readonly atUs: number;
}

export interface DecisionsOptions {
  readonly seed: string;
  /** Chance of each site; a site that is missing never fires. */
  readonly chances: Readonly<Record<string, Chance>>;
  /** Keys of the only faults that may happen; null for no restriction. */
  readonly only: ReadonlySet<string> | null;
  readonly nowUs: () => number;
  readonly onFired: (fault: FiredFault) => void;
}

export class Decisions {
  /** Set at the end of the fault phase: nothing happens any more. */
  healed = false;
  readonly fired: FiredFault[] = [];
  readonly #options: DecisionsOptions;
  readonly #seed: number;
  /** By site, then entity: most questions are asked often and answered no, so they must be cheap. */
  readonly #counters = new Map<string, Map<string, Counter>>();

  constructor(options: DecisionsOptions) {
    this.#options = options;
    this.#seed = hash(0x9e3779b9, options.seed);
  }

  /** Whether the fault of `site` happens to `entity` now. @param boost multiplies the chance */
  decide(site: string, entity: string, boost = 1): Fault | null {
    const { chances, only, nowUs, onFired } = this.#options;
    const chance = chances[site];
    if (chance === undefined || chance[0] === 0 || this.healed) return null;
    const counter = this.#counterOf(site, entity);
    const n = counter.asked++;
    const draw = stream(mix(counter.hash ^ Math.imul(n + 1, 0x9e3779b1)));
    const [numerator, denominator] = chance;
    // The draw is spent in either case, so that a fault is the same when it is named in a list.
    const isDrawn = below(draw, denominator) < numerator * boost;
    if (only === null && !isDrawn) return null;
    const key = `${site}/${entity}#${n}`;
    if (only !== null && !only.has(key)) return null;
    const fired = { key, site, entity, atUs: nowUs() };
    this.fired.push(fired);
    onFired(fired);
    return {
      key,
      below: (m) => below(draw, m),
      between: (from, to) => from + below(draw, to - from + 1),
      pick: (items) => {
        const item = items[below(draw, items.length)];
        invariant(item !== undefined, 'there is something to pick from');
        return item;
      },
    };
  }

  #counterOf(site: string, entity: string): Counter {
    let entities = this.#counters.get(site);
    if (!entities) {
      entities = new Map();
      this.#counters.set(site, entities);
    }
    let counter = entities.get(entity);
    if (!counter) {
      counter = { hash: hash(this.#seed, `${site}/${entity}`), asked: 0 };
      entities.set(entity, counter);
    }
    return counter;
  }
}

interface Counter {
  /** Of seed, site and entity. */
  readonly hash: number;
  asked: number;
}

/** FNV-1a over the text, then the finaliser of MurmurHash3: 32 well-mixed bits. */
function hash(seed: number, text: string): number {
  let h = seed ^ 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mix(h);
}

function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** SplitMix32: one 32-bit state, a new number a call. */
function stream(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    return mix(state);
  };
}

function below(draw: () => number, n: number): number {
  invariant(Number.isInteger(n) && n >= 1 && n <= 2 ** 32, 'the bound is a whole number of 1..2^32');
  const limit = 2 ** 32 - (2 ** 32 % n);
  let value = draw();
  while (value >= limit) value = draw();
  return value % n;
}
