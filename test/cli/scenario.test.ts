import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import test from 'ava';
import { parse } from 'yaml';
import { cashpoint, Scratch, start } from '../helpers/cashpoint.ts';

const EXAMPLES = globSync('examples/*.{yaml,json}').sort();

const schema: object = JSON.parse(readFileSync('docs/scenario.schema.json', 'utf8'));
const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema);

test('there are at least eight examples, each with a header and a name, each valid by the published schema', (t) => {
  t.true(EXAMPLES.length >= 8);
  for (const path of EXAMPLES) {
    const text = readFileSync(path, 'utf8');
    t.regex(text, /^# [\s\S]+\n# {3}cashpoint run examples\//, path);
    t.true(validate(parse(text)), `${path}: ${JSON.stringify(validate.errors)}`);
    t.is(`examples/${parse(text).name}.yaml`, path);
  }
});

test('the published schema refuses what is not a scenario', (t) => {
  for (const wrong of [
    { nme: 'x' },
    { rate: '5' },
    { stages: [{ rate: '5/s' }] },
    { faults: [{ kind: 'x' }] },
  ]) {
    t.false(validate(wrong), JSON.stringify(wrong));
  }
});

for (const path of EXAMPLES) {
  test.serial(`${path} runs at a small size`, async (t) => {
    const scratch = new Scratch();
    const { code, report, last } = await scratch.run([
      path,
      '--terminals',
      '24',
      '--duration',
      '1500ms',
      '--quiet',
    ]);
    // So short a run is short of samples for a threshold: what counts is that it ran and that the books are right.
    t.true(code === 0 || code === 99, last);
    t.true(report.totals.ok > 0);
    t.is(`examples/${report.run.scenario}.yaml`, path);
    t.false(report.invariants.some(({ status }) => status === 'violated'));
    t.true(report.thresholds.length > 0);
    const isAttacked = parse(readFileSync(path, 'utf8')).adversary === true;
    t.is(report.adversary.filter(({ status }) => status === 'held').length > 0, isAttacked);
    scratch.remove();
  });

  test.serial(`${path} tells what it would do, and where each value comes from`, async (t) => {
    const { name, adversary } = parse(readFileSync(path, 'utf8'));
    const { code, stdout, stderr } = await cashpoint('run', path, '--explain', '--dry-run');
    t.is(code, 0, stderr);
    t.regex(stdout, new RegExp(`^name +${name} +${path}:\\d+$`, 'm'));
    t.regex(stdout, new RegExp(`^${name}, seed cashpoint: \\d+ terminals, `, 'm'));
    t.regex(stdout, /no new operations; up to \w+ to settle, then the checks/);
    t.is(/the adversary begins/.test(stdout), adversary === true);
  });
}

test('the examples have every transport, every generator, faults and an adversary', (t) => {
  const all = EXAMPLES.map((path) => parse(readFileSync(path, 'utf8')));
  t.true(all.some(({ transport }) => transport === 'http'));
  t.true(all.some(({ generator }) => generator === 'autocannon'));
  t.true(all.some(({ faults }) => faults?.length > 0));
  t.true(all.some(({ adversary }) => adversary === true));
});

const BAD = `nme: x
duration: 30sec
faults:
  - kind: bnk-kill
    at: 5s
`;

test.serial(
  'a scenario that is not valid is exit 104; each fault is named, and nothing is started',
  async (t) => {
    const scratch = new Scratch();
    const file = scratch.in('bad.yaml');
    writeFileSync(file, BAD);
    const { code, stdout, stderr } = await start(['run', file, '--out', scratch.in('out')]).ended;
    t.is(code, 104);
    t.is(stdout, '');
    t.regex(stderr, /bad\.yaml has 3 faults:/);
    t.regex(stderr, /bad\.yaml:1: nme: Unknown key 'nme'; the nearest is 'name'/);
    t.regex(stderr, /bad\.yaml:2: duration: Expected a duration .*, got "30sec"/);
    t.regex(stderr, /bad\.yaml:4: faults\[0\]\.kind: Unknown fault 'bnk-kill'; the nearest is 'bank-kill'/);
    t.false(existsSync(scratch.in('out')));
    t.is((await cashpoint('run', scratch.in('none.yaml'))).code, 2);
    scratch.remove();
  },
);

test.serial('flags that do not go together are exit 2', async (t) => {
  const both = await cashpoint('run', '--rate', '5/s', '--iterations', '3', '--dry-run');
  t.is(both.code, 2);
  t.regex(both.last, /takes no `iterations`/);
  t.is((await cashpoint('run', '--stage', '1s:5', '--stage', '1s:5/s', '--dry-run')).code, 2);
});

test.serial(
  '--explain tells where each value came from, --dry-run what would happen; neither starts anything',
  async (t) => {
    const scratch = new Scratch();
    const file = scratch.in('day.yaml');
    writeFileSync(file, 'seed: file\nterminals: 10\nworkers: 2\nrate: 50/s\n');
    process.env['CASHPOINT_WORKERS'] = '3';
    process.env['CASHPOINT_SEED'] = 'env';
    t.teardown(() => {
      delete process.env['CASHPOINT_WORKERS'];
      delete process.env['CASHPOINT_SEED'];
    });
    const words = ['run', file, '--out', scratch.in('out'), '--seed', 'flag', '--explain', '--dry-run'];
    const { code, stdout } = await cashpoint(...words);
    t.is(code, 0);
    t.regex(stdout, /^seed +flag +--seed$/m);
    t.regex(stdout, /^workers +3 +CASHPOINT_WORKERS$/m);
    t.regex(stdout, /^terminals +10 +.*day\.yaml:2$/m);
    t.regex(stdout, /^name +day +/m);
    t.regex(stdout, /^duration +30s +default$/m);
    t.regex(stdout, /^open: constant-arrival-rate, poisson arrivals, \d+ planned$/m);
    t.false(existsSync(scratch.in('out')));
    scratch.remove();
  },
);

test.serial('scenario.json of a run repeats it', async (t) => {
  const scratch = new Scratch();
  const words = ['--terminals', '4', '--iterations', '5', '--think', '0', '--mix', 'deposit=1', '--quiet'];
  const first = await scratch.run(words);
  t.is(first.code, 0);
  // A login and four deposits each, and no more.
  t.is(first.report.totals.requests, 20);
  t.is(first.report.ops['deposit']?.count, 16);
  const again = await scratch.run([join(first.directory, 'scenario.json'), '--quiet']);
  t.is(again.report.run.scenarioHash, first.report.run.scenarioHash);
  t.is(again.report.totals.requests, 20);
  scratch.remove();
});

test.serial(
  'a bank that stops for 5 s under an open load is seen in latency, not in the load: exit 99',
  async (t) => {
    const scratch = new Scratch();
    const { code, report } = await scratch.run([
      ...[
        '--terminals',
        '8',
        '--rate',
        '100/s',
        '--arrivals',
        'uniform',
        '--duration',
        '12s',
        '--workers',
        '2',
      ],
      ...['--mix', 'balance=1', '--expect', 'p99<500ms', '--fault', 'bank-stop at=1s for=5200ms', '--quiet'],
    ]);
    t.is(code, 99);
    t.is(report.verdict.status, 'fail');
    const latency = report.ops['balance']?.latencyUs;
    const service = report.ops['balance']?.uncorrectedUs;
    // A hundredth of the arrivals are twelve; thirty were due in the first 300 ms of the stop.
    t.true((latency?.p99 ?? 0) >= 4_900_000, `${latency?.p99}`);
    t.true((service?.p90 ?? Number.POSITIVE_INFINITY) < 1_000_000, `${service?.p90}`);
    t.is(report.totals.dropped, 0);
    t.true((report.totals.late ?? 0) > 300);
    t.false(report.generator.saturated);
    // Everybody who was to come did, and was served.
    t.is(report.totals.requests, 1_200);
    t.is(report.config.arrival, 'open');
    const offered = report.series.columns.indexOf('offeredRate');
    t.deepEqual(
      report.series.rows.slice(0, 12).map((row) => row[offered]),
      Array.from({ length: 12 }, () => 100),
    );
    const [stop] = report.faults;
    t.like(stop, { kind: 'bank-stop', source: 'plan' });
    t.true((stop?.endMs ?? 0) - (stop?.startMs ?? 0) >= 5_100);
    scratch.remove();
  },
);

test.serial('too few terminals for the rate: the load was not produced, exit 113', async (t) => {
  const scratch = new Scratch();
  const { code, report, last } = await scratch.run([
    ...['--terminals', '1', '--rate', '10000/s', '--duration', '2s', '--mix', 'balance=1', '--quiet'],
  ]);
  t.is(code, 113);
  t.is(report.verdict.status, 'invalid');
  t.true(report.generator.saturated);
  t.true((report.totals.dropped ?? 0) > 100);
  t.regex(last, /Too few terminals for the rate: \d+ of \d+ arrivals/);
  scratch.remove();
});

test.serial('a threshold that is to end the load does so once its grace is over: exit 99', async (t) => {
  const scratch = new Scratch();
  const file = scratch.in('abort.yaml');
  writeFileSync(
    file,
    `terminals: 8
think: 10ms
duration: 2m
thresholds:
  - { expect: p50<1us, abortOnFail: true, grace: 2s }
  - { expect: p50<10s, abortOnFail: true }
`,
  );
  const { code, report } = await scratch.run([file, '--quiet']);
  t.is(code, 99);
  t.true(report.run.durationMs >= 2_000 && report.run.durationMs < 60_000, `${report.run.durationMs}`);
  t.true(report.verdict.reasons.some((reason) => /^The load was ended after \d+ s: p50<1us/.test(reason)));
  t.false(report.invariants.some(({ status }) => status === 'violated'));
  scratch.remove();
});
