import test from 'ava';
import fc from 'fast-check';
import type { WorldConfig } from '../../../sim/world/config.ts';
import { ddmin } from '../../../sim/world/ddmin.ts';
import { drawConfig } from '../../../sim/world/draw.ts';
import type { WorldOutcome } from '../../../sim/world/outcome.ts';
import { shrinkFailure } from '../../../sim/world/shrink.ts';
import { SITES } from '../../../sim/world/sites.ts';

/** Each site fires so many times about each terminal. */
const TIMES = 2;

/** A world of arithmetic: what happens is told by the config alone, as in the real one. */
const worldWhere =
  (fails: (config: WorldConfig, keys: readonly string[]) => string | null) =>
  (config: WorldConfig): WorldOutcome => {
    const fired = Object.keys(config.chances).flatMap((site) =>
      Array.from({ length: config.terminals * TIMES }, (_, i) => {
        const entity = `ATM-${Math.floor(i / TIMES) + 1}`;
        return { key: `${site}/${entity}#${i % TIMES}`, site, entity, atUs: i };
      }).filter(({ key }) => config.only === null || config.only.includes(key)),
    );
    const invariant = fails(
      config,
      fired.map(({ key }) => key),
    );
    return {
      config,
      violations:
        invariant === null ? [] : [{ invariant, class: 'safety', text: 'made up', atUs: 7, event: 3 }],
      digest: '',
      events: config.terminals * config.operations * 10 + fired.length,
      virtualMs: 1,
      settleMs: null,
      fired,
      marks: {},
      checks: {},
      operations: { ok: 0, fail: 0, unknown: 0 },
      transitions: {},
      trace: [],
    };
  };

const START: WorldConfig = {
  ...drawConfig('7', 'all'),
  terminals: 5,
  customers: 4,
  operations: 11,
  thinkMs: 2_000,
};

const needed = fc.record({
  keys: fc.uniqueArray(
    fc
      .tuple(
        fc.constantFrom(...Object.keys(START.chances)),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(TIMES - 1),
      )
      .map(([site, terminal, n]) => `${site}/ATM-${terminal}#${n}`),
    { maxLength: 4 },
  ),
  terminals: fc.integer({ min: 1, max: 5 }),
  customers: fc.integer({ min: 1, max: 4 }),
  operations: fc.integer({ min: 1, max: 11 }),
});
type Needed = typeof needed extends fc.Arbitrary<infer T> ? T : never;

/** Fails DURABLE when all that is needed is there; with too much of everything else too, another way. */
const failingWith = ({ keys, ...sizes }: Needed) =>
  worldWhere((config, fired) => {
    const isBig =
      config.terminals >= sizes.terminals &&
      config.customers >= sizes.customers &&
      config.operations >= sizes.operations;
    if (isBig && keys.every((key) => fired.includes(key))) return 'DURABLE';
    return config.operations % 3 === 1 ? 'ONCE' : null;
  });

test('what is left fails the same invariant, at the least sizes, with exactly the faults it needs', (t) => {
  fc.assert(
    fc.property(needed, (wanted) => {
      const run = failingWith(wanted);
      const { config, outcome, runs } = shrinkFailure(run(START), { run, runsMax: 2_000 });
      t.is(outcome.violations[0]?.invariant, 'DURABLE');
      t.deepEqual(outcome, run(config));
      t.deepEqual([...(config.only ?? [])].sort(), [...wanted.keys].sort());
      const terminals = Math.max(
        wanted.terminals,
        ...wanted.keys.map((key) => Number(/ATM-(\d)/.exec(key)?.[1])),
      );
      t.is(config.terminals, terminals);
      t.is(config.customers, wanted.customers);
      t.is(config.operations, wanted.operations);
      t.is(config.thinkMs, 0);
      t.is(config.faultsMs, 1_000);
      t.true(runs < 400, `${runs} runs`);
    }),
  );
});

test('no fault that is left can be taken out, whatever the failure depends on', (t) => {
  const anyConfig = fc.tuple(needed, fc.integer({ min: 1, max: 9 }));
  fc.assert(
    fc.property(anyConfig, ([wanted, most]) => {
      // Not monotone: fails with all that is needed, or with an odd lot of other faults.
      const run = worldWhere((_, fired) =>
        wanted.keys.every((key) => fired.includes(key)) || (fired.length % 2 === 1 && fired.length > most)
          ? 'AUDIT'
          : null,
      );
      const { config } = shrinkFailure(run(START), { run, runsMax: 5_000 });
      for (const key of config.only ?? []) {
        const less = run({ ...config, only: (config.only ?? []).filter((one) => one !== key) });
        t.deepEqual(less.violations, []);
      }
    }),
  );
});

test('it takes no more runs than it may, and what it then has still fails', (t) => {
  fc.assert(
    fc.property(needed, fc.nat(60), (wanted, runsMax) => {
      const run = failingWith(wanted);
      let calls = 0;
      const counted = (config: WorldConfig) => {
        calls += 1;
        return run(config);
      };
      const seen: number[] = [];
      const shrunk = shrinkFailure(run(START), {
        run: counted,
        runsMax,
        onProgress: ({ runs }) => seen.push(runs),
      });
      t.true(shrunk.runs <= runsMax);
      t.is(shrunk.runs, calls);
      t.deepEqual(
        seen,
        Array.from({ length: calls }, (_, i) => i + 1),
      );
      t.is(run(shrunk.config).violations[0]?.invariant, 'DURABLE');
    }),
  );
});

test('it comes to the same each time, and runs no config twice', (t) => {
  fc.assert(
    fc.property(needed, (wanted) => {
      const run = failingWith(wanted);
      const asked: string[] = [];
      const noted = (config: WorldConfig) => {
        asked.push(JSON.stringify(config));
        return run(config);
      };
      const one = shrinkFailure(run(START), { run: noted });
      t.is(new Set(asked).size, asked.length);
      t.deepEqual(shrinkFailure(run(START), { run }), one);
    }),
  );
});

test('a run that takes more events is not the plainer one', (t) => {
  const run = worldWhere(() => 'LIVE');
  const slow = (config: WorldConfig) => {
    const outcome = run(config);
    return config.net.delayUsMean === 0 || config.thinkMs === 0
      ? { ...outcome, events: outcome.events + 1_000_000 }
      : outcome;
  };
  const { config } = shrinkFailure(slow(START), { run: slow });
  t.deepEqual(config.net, START.net);
  t.true(config.thinkMs > 0 && config.thinkMs < 200);
  t.deepEqual(config.disk, { commitUsMin: 1_000, commitUsMean: 0 });
  t.is(config.suites.length, 1);
});

test('sites are switched off that have no part in it', (t) => {
  const run = worldWhere((_, fired) => (fired.includes('disk.crash/ATM-1#0') ? 'DURABLE' : null));
  const { config } = shrinkFailure(run(START), { run });
  t.true(Object.keys(START.chances).length > 30);
  t.deepEqual(config.chances, { 'disk.crash': SITES['disk.crash'].weak });
});

test('with the faults frozen the sizes shrink again, and then the faults', (t) => {
  const run = worldWhere(({ only, terminals }, fired) => {
    // The second fault is needed as long as there is a third terminal.
    const isThere =
      fired.includes('disk.crash/ATM-1#0') && (terminals < 3 || fired.includes('disk.slow/ATM-2#1'));
    if (only === null && terminals < 4) return null;
    return isThere ? 'DURABLE' : null;
  });
  const { config } = shrinkFailure(run(START), { run });
  t.is(config.terminals, 1);
  t.deepEqual(config.only, ['disk.crash/ATM-1#0']);
});

test('a fault that is left happens as early as it can, and never twice in one place', (t) => {
  const run = worldWhere(({ only }, fired) => {
    const crashes = (only ?? fired).filter((key) => key.startsWith('disk.crash/ATM-1#'));
    return crashes.length >= 2 ? 'DURABLE' : null;
  });
  const late = { ...START, only: ['disk.crash/ATM-1#40', 'disk.crash/ATM-1#90'] };
  t.deepEqual(shrinkFailure(run(late), { run }).config.only, ['disk.crash/ATM-1#0', 'disk.crash/ATM-1#1']);
});

test('a run that held cannot be shrunk', (t) => {
  const run = worldWhere(() => null);
  t.throws(() => shrinkFailure(run(START), { run }), { message: /only a run that failed/ });
});

test('ddmin finds the one pair of a hundred in few runs', (t) => {
  let runs = 0;
  const found = ddmin(
    Array.from({ length: 100 }, (_, i) => i),
    (part) => {
      runs += 1;
      return part.includes(13) && part.includes(77);
    },
  );
  t.deepEqual(found, [13, 77]);
  t.true(runs < 80, `${runs} runs`);
});
