import test from 'ava';
import fc from 'fast-check';
import type { Batch, LedgerStore } from '../../../bank/store.ts';
import { type Chance, Decisions } from '../../../sim/world/decisions.ts';
import { DISK_MARKS, SimDisk } from '../../../sim/world/disk.ts';
import { Kernel, Life } from '../../../sim/world/kernel.ts';
import type { SiteName } from '../../../sim/world/sites.ts';
import { Trace } from '../../../sim/world/trace.ts';
import {
  accountRow,
  auditRow,
  batchOf,
  entryRow,
  storeConformance,
  txnRow,
} from '../../conformance/store.ts';

type Chances = Partial<Record<SiteName, Chance>>;
const ALWAYS: Chance = [1, 1];

class Rig {
  readonly kernel: Kernel;
  readonly decisions: Decisions;
  readonly trace: Trace;
  readonly disk: SimDisk;
  readonly marks = new Set<string>();
  life = new Life('none');
  #lives = 0;

  constructor(seed: string, chances: Chances = {}) {
    this.kernel = new Kernel(seed);
    this.trace = new Trace(this.kernel, { isKept: true });
    this.decisions = new Decisions({
      ...{ seed, chances, only: null, nowUs: () => this.kernel.nowUs },
      onFired: () => {},
    });
    const { kernel, decisions, trace } = this;
    const onMark = (mark: string) => this.marks.add(mark);
    this.disk = new SimDisk(
      { seed, kernel, decisions, trace, onMark },
      { commitUsMin: 1_000, commitUsMean: 4_000 },
    );
  }

  open(): LedgerStore {
    const life = new Life(`bank ${++this.#lives}`);
    this.life = life;
    return this.disk.open(life, () => life.end());
  }

  /** The next event; false, a minute later, when there is none. */
  step(): boolean {
    return this.kernel.step(this.kernel.nowUs + 60_000_000);
  }

  /** Lets time pass until nothing more happens. */
  rest(): void {
    while (this.step());
  }

  /** Commits and waits. `silent` when the process died before it was told. */
  commit(store: LedgerStore, batch: Batch): 'acknowledged' | 'failed' | 'silent' {
    let heard: Error | null | undefined;
    store.commit(batch, (error) => {
      heard = error;
    });
    while (this.life.alive && heard === undefined && this.step());
    return heard === undefined ? 'silent' : heard === null ? 'acknowledged' : 'failed';
  }
}

/** The n-th commit of a run: a row in each of four tables. */
const nth = (n: number): Batch =>
  batchOf({
    accounts: [accountRow(1, BigInt(n), 0n, n)],
    entries: [entryRow(n)],
    txns: [txnRow(n)],
    audit: [auditRow(n)],
  });

const numbers = (rows: Iterable<{ readonly seq: number }>): number[] => [...rows].map(({ seq }) => seq);

storeConformance(test, 'simulated disk', () => {
  const rig = new Rig('conformance');
  const open = (): LedgerStore => {
    const store = rig.open();
    const commit = store.commit.bind(store);
    // Virtual time passes only when it is told to.
    store.commit = (batch, done) => {
      commit(batch, done);
      queueMicrotask(() => rig.rest());
    };
    return store;
  };
  const store = open();
  const reopen = () => {
    store.close();
    return open();
  };
  return { store, reopen };
});

const SOME: Chances = {
  'disk.slow': [1, 8],
  'disk.crash': [1, 8],
  'disk.full': [1, 20],
  'disk.error': [1, 20],
  'disk.syncFails': [1, 10],
};

/** A bank that commits, dies of whatever fails and is opened again; each life says what it was told and what it finds. */
function* lives(rig: Rig, commits: number) {
  const acknowledged: number[] = [];
  const refused: number[] = [];
  let store = rig.open();
  for (let n = 1; n <= commits; n++) {
    const answer = rig.commit(store, nth(n));
    if (answer === 'acknowledged') acknowledged.push(n);
    if (answer === 'acknowledged' && n < commits) continue;
    if (/no space|write failed/.test(rig.trace.events.at(-1)?.text ?? '')) refused.push(n);
    rig.life.end();
    store = rig.open();
    yield { acknowledged, refused, store };
  }
}

test('whatever fails or crashes: what was acknowledged is there, what was refused is not, nothing is there by half', (t) => {
  const marks = new Set<string>();
  const law = (seed: string) => {
    const rig = new Rig(seed, SOME);
    for (const { acknowledged, refused, store } of lives(rig, 30)) {
      const found = numbers(store.txns());
      t.deepEqual(
        acknowledged.filter((n) => !found.includes(n)),
        [],
      );
      t.deepEqual(
        refused.filter((n) => found.includes(n)),
        [],
      );
      t.deepEqual(numbers(store.entries()), found);
      t.deepEqual(numbers(store.audit(1)), found);
      t.is(store.load().accounts[0]?.version ?? 0, found.at(-1) ?? 0);
    }
    for (const mark of rig.marks) marks.add(mark);
  };
  fc.assert(fc.property(fc.string(), law));
  t.deepEqual([...marks].sort(), Object.keys(DISK_MARKS).sort());
});

test('a run is the same whenever its seed is', (t) => {
  const digestOf = (seed: string) => {
    const rig = new Rig(seed, SOME);
    for (const _life of lives(rig, 30));
    return rig.trace.digest();
  };
  t.is(digestOf('one'), digestOf('one'));
  t.not(digestOf('one'), digestOf('two'));
});

const neverAcknowledged = test.macro({
  title: (_given, site: SiteName) =>
    `a commit that meets ${site} is not acknowledged, and none may follow it`,
  exec(t, site: SiteName) {
    const rig = new Rig('error', { [site]: ALWAYS });
    const store = rig.open();
    let heard: unknown = null;
    store.commit(nth(1), (error) => {
      heard = error;
    });
    rig.rest();
    t.true(rig.disk.isFault(heard));
    t.deepEqual(numbers(store.txns()), []);
    t.throws(() => store.commit(nth(1), () => t.fail()), { message: /none follows a failed one/ });
  },
});
for (const site of ['disk.full', 'disk.error', 'disk.syncFails'] as const) test(neverAcknowledged, site);

test('rows are read from the instant at which their commit is durable, which is that of the answer', (t) => {
  const rig = new Rig('visible');
  const store = rig.open();
  let answers = 0;
  store.commit(nth(1), () => {
    answers += 1;
    t.is(rig.disk.log.durable, 1);
    t.deepEqual(numbers(store.txns()), [1]);
  });
  while (rig.step()) t.is(numbers(store.txns()).length, answers);
  t.is(answers, 1);
  t.true(rig.kernel.nowUs >= 1_000);
});

test('a slow commit takes longer, up to 2.5 s', (t) => {
  const took = Array.from({ length: 40 }, (_, i) => {
    const rig = new Rig(`slow ${i}`, { 'disk.slow': ALWAYS });
    t.is(rig.commit(rig.open(), nth(1)), 'acknowledged');
    return rig.kernel.nowUs;
  });
  t.true(Math.max(...took) > 1_500_000 && Math.max(...took) <= 2_500_000);
});

test('a crash of the disk comes while a commit is under way, at any instant of it, and nobody is told', (t) => {
  const at = Array.from({ length: 20 }, (_, i) => {
    const rig = new Rig(`crash ${i}`, { 'disk.crash': ALWAYS });
    t.is(rig.commit(rig.open(), nth(1)), 'silent');
    return rig.kernel.nowUs;
  });
  t.true(new Set(at).size > 10);
});

const sameRemains = test.macro({
  title: (_given, site: SiteName) =>
    `what is left after ${site} is decided by that fault, whichever life it ends`,
  exec(t, site: SiteName) {
    const remains = new Set<string>();
    for (let i = 0; i < 40; i++) {
      const [first, later] = [0, 1].map((livesBefore) => {
        const rig = new Rig(`remains ${i}`, { [site]: ALWAYS });
        for (let n = 0; n < livesBefore; n++) rig.open().close();
        rig.commit(rig.open(), nth(1));
        rig.life.end();
        return rig.trace.events.at(-1)?.text ?? '';
      });
      t.is(first, later);
      remains.add(`${first}`);
    }
    t.is(remains.size, 3);
  },
});
for (const site of ['disk.crash', 'disk.syncFails'] as const) test(sameRemains, site);

test('one process at a time has the disk open, one commit at a time is under way', (t) => {
  const rig = new Rig('one');
  const store = rig.open();
  t.throws(() => rig.open(), { message: /one process at a time/ });
  store.commit(nth(1), () => {});
  t.throws(() => store.commit(nth(2), () => {}), { message: /one commit is under way/ });
  t.throws(() => store.close(), { message: /no commit is under way/ });
  rig.rest();
  store.close();
  t.deepEqual(numbers(rig.open().txns()), [1]);
});
