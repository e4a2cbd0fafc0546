import test, { type ExecutionContext } from 'ava';
import { drawConfig } from '../../../sim/world/draw.ts';
import { SeedPool, type WorkerSettings } from '../../../sim/world/pool.ts';
import type { SeedRange } from '../../../sim/world/seed-range.ts';
import type { SeedResult } from '../../../sim/world/seed-worker.ts';

const TEN: SeedRange = { base: 'pool', from: 1, to: 10 };
const dealing = { runs: TEN, profile: 'quiet', allTwice: false, coverage: false, failFast: false } as const;

/** Makes these seeds fail, and nothing else different. */
const failing = (...seeds: string[]) => ({
  patches: [
    {
      file: 'sim/world/aftermath.ts',
      find: '    violations: sink.violations,',
      replace: `    violations: ${JSON.stringify(seeds)}.includes(config.seed)
        ? [{ invariant: 'DURABLE', class: 'safety', text: 'planted', atUs: 7, event: 3 }] : sink.violations,`,
    },
  ],
});

function pool(t: ExecutionContext, settings: WorkerSettings): SeedPool {
  const made = new SeedPool(settings);
  t.teardown(() => made.destroy());
  return made;
}

test('one worker and two come to the same summary, to the digest', async (t) => {
  const one = await pool(t, { workers: 1 }).deal(dealing, () => {});
  const arrived: SeedResult[] = [];
  const two = await pool(t, { workers: 2 }).deal(dealing, (results) => arrived.push(...results));
  t.is(one.seeds, 10);
  t.deepEqual(two, one);
  t.is(two.digest(), one.digest());
  t.regex(one.digest(), /^[0-9a-f]{64}$/);
  t.is(arrived.length, 10);
  t.is(new Set(arrived.map(({ digest }) => digest)).size, 10, 'each seed is a run of its own');
  t.deepEqual(one.failures, []);
  t.true((one.checks.get('CONSERVE') ?? 0) > 0);
});

test('all seeds are run whatever fails; failures stand in the order of the seeds', async (t) => {
  const settings = { workers: 2, ...failing('pool/9', 'pool/2') };
  const { seeds, failures } = await pool(t, settings).deal(dealing, () => {});
  t.is(seeds, 10);
  t.deepEqual(
    failures.map(({ seed, invariant }) => `${seed} ${invariant}`),
    ['pool/2 DURABLE', 'pool/9 DURABLE'],
  );
});

test('fail-fast counts up to the first seed that fails and no further', async (t) => {
  const settings = { workers: 2, ...failing('pool/3', 'pool/4', 'pool/8') };
  const { seeds, failures } = await pool(t, settings).deal({ ...dealing, failFast: true }, () => {});
  t.is(seeds, 3);
  t.deepEqual(
    failures.map(({ seed }) => seed),
    ['pool/3'],
  );
});

test('a pool that is stopped deals no more and keeps what it has', async (t) => {
  const stopped = pool(t, { workers: 1 });
  const many = { ...dealing, runs: { base: null, from: 1, to: 100_000 } };
  const { seeds, failures } = await stopped.deal(many, () => stopped.stop());
  t.true(seeds > 0 && seeds < 100);
  t.deepEqual(failures, []);
});

test('what a run leaves behind in the process shows when all are run twice: nondeterminism', async (t) => {
  const settings = {
    workers: 1,
    patches: [
      {
        file: 'sim/world/aftermath.ts',
        find: 'digest: trace.digest(),',
        replace: 'digest: trace.digest() + counter++,',
      },
      {
        file: 'sim/world/aftermath.ts',
        find: 'export function atEnd',
        replace: 'let counter = 0;\nexport function atEnd',
      },
    ],
  };
  const { seedsTwice, failures } = await pool(t, settings).deal(
    { ...dealing, runs: { only: 'one' }, allTwice: true },
    () => {},
  );
  t.is(seedsTwice, 1);
  t.deepEqual(
    failures.map(({ invariant, class: kind }) => [invariant, kind]),
    [['NONDET', 'nondeterminism']],
  );
});

test('a worker that dies is told of, and no more is dealt', async (t) => {
  const settings = {
    workers: 1,
    patches: [{ file: 'sim/world/aftermath.ts', find: 'nowhere in the file', replace: '' }],
  };
  const { seeds, lost } = await pool(t, settings).deal(dealing, () => {});
  t.is(seeds, 0);
  t.regex(lost[0] ?? '', /Expected to find "nowhere in the file" once/);
});

test('a trace is the same events again, and has the digest of the run', async (t) => {
  const tracing = pool(t, { workers: 1 });
  const arrived: SeedResult[] = [];
  await tracing.deal({ ...dealing, runs: { only: 'traced' } }, (results) => arrived.push(...results));
  const outcome = await tracing.trace(drawConfig('traced', 'quiet'));
  t.is(outcome.digest, arrived[0]?.digest ?? '');
  t.true(outcome.trace.length > 100);
});
