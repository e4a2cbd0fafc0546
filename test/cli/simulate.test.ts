import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { INVARIANTS } from '../../sim/check/invariants.ts';
import { PLANTS } from '../../sim/plants/index.ts';
import { cashpoint, Scratch, start } from '../helpers/cashpoint.ts';

const QUIET = ['--profile', 'quiet', '--workers', '1'];

/** Makes these seeds fail LIVE, and nothing else different. */
const failing = (...seeds: string[]) => [
  {
    file: 'sim/world/aftermath.ts',
    find: '    violations: sink.violations,',
    replace: `    violations: ${JSON.stringify(seeds)}.includes(config.seed)
      ? [{ invariant: 'LIVE', class: 'liveness', text: 'ATM-001 waits', atUs: 727_200, event: 13 }] : sink.violations,`,
  },
];

test.serial(
  'seeds that hold pass: a header first, the verdict and the command to repeat it last',
  async (t) => {
    const { code, stdout, stderr, last } = await cashpoint('simulate', '--seeds', '3', ...QUIET);
    t.is(code, 0, stderr);
    t.is(stdout, '');
    t.regex(stderr, /^simulate: seeds 1\.\.3 \(3\), profile quiet, (no )?commit/);
    t.regex(last, /^PASS \(exit 0\): .* Again: cashpoint simulate --seeds 1\.\.3 --profile quiet$/);
  },
);

test.serial('--json is the same for one worker and two, but for the wall', async (t) => {
  const words = ['simulate', '--seed', 'json', '--seeds', '4', '--profile', 'quiet', '--json', '--quiet'];
  const [one, two] = await Promise.all([
    cashpoint(...words, '--workers', '1'),
    cashpoint(...words, '--workers', '2'),
  ]);
  const [first, second] = [JSON.parse(one.stdout), JSON.parse(two.stdout)];
  t.is(first.simulation.wall.workers, 1);
  t.is(second.simulation.wall.workers, 2);
  delete first.simulation.wall;
  delete second.simulation.wall;
  t.deepEqual(second, first);
  t.is(first.simulation.seedsRun, 4);
  t.is(first.exit.code, 0);
  t.deepEqual(
    first.invariants.map(({ id }: { id: string }) => id),
    Object.keys(INVARIANTS),
  );
});

test.serial('a seed that fails is told as a story, and all others are run', async (t) => {
  const scratch = new Scratch();
  const words = ['simulate', '--seeds', '4', '--out', scratch.path, ...QUIET];
  const { code, stderr, last } = await start(words, failing('2', '4')).ended;
  t.is(code, 114, stderr);
  t.regex(
    stderr,
    /^FAIL LIVE {2}seed=2 {2}profile=quiet {2}commit=\S+ {2}t=727\.2ms {2}event 13\n {2}ATM-001 waits\n/m,
  );
  t.regex(stderr, /^ {2}shrunk [\d,]+ → [\d,]+ events?, \d terminals?, faults left: none /m);
  t.regex(stderr, /^ {2}replay: {2}cashpoint simulate --replay /m);
  t.regex(stderr, /^LIVE: 2 of 4 seeds failed: 2 4$/m);
  t.regex(last, /^FAIL \(exit 114\): LIVE violated .* Again: cashpoint simulate --seed 2 --profile quiet$/);
  const report = /^report: (.*)$/m.exec(stderr)?.[1] ?? '';
  t.true(existsSync(report), report);
  for (const file of ['shrunk.json', 'trace.jsonl', 'lamport.html'])
    t.true(existsSync(join(dirname(report), '2', file)), file);
  const replayed = await cashpoint(
    'simulate',
    '--replay',
    join(dirname(report), '2', 'shrunk.json'),
    ...QUIET,
  );
  t.is(replayed.code, 0, 'the bug is not there any more');
  t.regex(replayed.stderr, /^note: Not as the replay says: expected LIVE to fail, and nothing did/m);
  const again = await cashpoint('report', 'render', dirname(report));
  t.is(again.code, 0, again.stderr);
  t.is(again.stdout, `${report}\n`);
  scratch.remove();
});

test.serial('one seed: every drawn option first, with --trace its events, a line each', async (t) => {
  const { code, stdout, stderr } = await cashpoint('simulate', '--seed', '9f', '--trace', ...QUIET);
  t.is(code, 0, stderr);
  for (const option of ['kind', 'size', 'faults', 'network', 'disk', 'bank', 'suites']) {
    t.regex(stderr, new RegExp(`^  ${option} `, 'm'));
  }
  const lines = stdout.trimEnd().split('\n');
  t.true(lines.length > 100);
  for (const line of lines) t.regex(line, /^ *\d+\.\dms +\d+ {2}\S/);
});

test.serial('a check that fails a seed fails the run, though no table knows the check', async (t) => {
  const { code, stderr } = await cashpoint('simulate', '--plant', 'check-that-always-fails', '--seeds', '1');
  t.is(code, 110);
  t.regex(stderr, /CANARY violated in 1 of 1 check/);
});

test.serial('a planted bug is caught in a worker, at the first seed that fails', async (t) => {
  const { code, stderr, last } = await cashpoint(
    'simulate',
    '--plant',
    'self-transfer-loses-money',
    '--quiet',
  );
  t.is(code, 110, stderr);
  t.regex(stderr, /planted bug self-transfer-loses-money, which CONSERVE must catch/);
  t.regex(stderr, /^CONSERVE: 1 of \d+ seeds? failed/m);
  t.regex(last, /Again: cashpoint simulate --seed \d+ --profile swarm --plant self-transfer-loses-money$/);
});

test.serial('Ctrl-C ends the dealing and reports what is done: exit 105', async (t) => {
  const running = start(['simulate', '--seeds', '1000000', ...QUIET]);
  await running.says(/^t=\d+ seeds=[1-9]/m);
  running.child.kill('SIGINT');
  const { code, last } = await running.ended;
  t.is(code, 105);
  t.regex(last, /^INCOMPLETE \(exit 105\): Interrupted after \d+ of 1000000 seeds\. Again: /);
});

test.serial('a second Ctrl-C ends at once', async (t) => {
  const running = start(['simulate', '--seeds', '1000000', ...QUIET]);
  await running.says(/^simulate: /m);
  running.child.kill('SIGINT');
  await running.says(/interrupted/);
  running.child.kill('SIGINT');
  const { code, last } = await running.ended;
  t.is(code, 105);
  t.regex(last, /stopped at once/);
});

test('--list-plants names every planted bug, its invariant and what is wrong', async (t) => {
  const [text, json] = await Promise.all([
    cashpoint('simulate', '--list-plants'),
    cashpoint('simulate', '--list-plants', '--json'),
  ]);
  for (const { name, invariant, summary } of PLANTS) {
    t.true(
      text.stdout
        .split('\n')
        .some(
          (line) => line.startsWith(`${name} `) && line.includes(` ${invariant} `) && line.endsWith(summary),
        ),
      name,
    );
  }
  t.deepEqual(
    JSON.parse(json.stdout).map(({ name }: { name: string }) => name),
    PLANTS.map(({ name }) => name),
  );
});

const refused = test.macro<[readonly string[], RegExp]>({
  async exec(t, words, says) {
    const { code, stdout, last } = await cashpoint('simulate', ...words);
    t.is(code, 2);
    t.is(stdout, '');
    t.regex(last, says);
  },
  title: (claim, words) => `${claim ?? `simulate ${words.join(' ')}`} is refused: exit 2`,
});
const scratch = new Scratch();
const broken = scratch.in('broken.json');
writeFileSync(broken, '{"config": {"version": 1}}');
test.after.always(() => scratch.remove());
test(refused, ['--seeds', '0'], /Expected up to 1,000,000 seeds like 200, 10k or 201\.\.400, got "0"/);
test(refused, ['--seeds', '9..3'], /got "9\.\.3"/);
test(refused, ['--seeds', '1..2..3'], /got "1\.\.2\.\.3"/);
test(refused, ['--seed', ''], /a seed of 1\.\.200 characters/);
test(refused, ['--profile', 'loud'], /Allowed choices are swarm, quiet, all/);
test(refused, ['--workers', '0'], /1\.\.16 workers/);
test(refused, ['--plant', 'ack-befor-sync'], /the nearest is 'ack-before-sync'/);
test(refused, ['--trace'], /Only one seed can be traced/);
test(refused, ['--seeds', '2', '--trace'], /Only one seed can be traced/);
test(refused, ['--seed', '2', '--trace', '--json'], /choose one/);
test('a replay with a seed', refused, ['--replay', broken, '--seed', '1'], /A replay has its seed/);
test('a replay of nothing', refused, ['--replay', scratch.in('nothing.json')], /ENOENT/);
test('a replay of half a config', refused, ['--replay', broken], /broken\.json/);
test(refused, ['--wrokers', '2'], /Did you mean --workers/);
