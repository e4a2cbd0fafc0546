import test from 'ava';
import fc from 'fast-check';
import { FAULT_KINDS, FAULTS } from '../../../sim/load/fault-spec.ts';
import { LOAD_DEFAULTS, type LoadOptions } from '../../../sim/load/options.ts';
import { readScenario, withProfile } from '../../../sim/load/scenario-file.ts';
import { type Layer, type OptionName, resolve } from '../../../sim/load/scenario-resolve.ts';
import { explainText, scenarioText, timelineText } from '../../../sim/load/scenario-text.ts';

/** What is wrong with a file, a line each: `line path: text`. */
const problemsOf = (text: string) => {
  const read = readScenario(text, 'x.yaml');
  return 'problems' in read
    ? read.problems.map(({ line, path, text: said }) => `${line} ${path}: ${said.split(' Known:')[0]}`)
    : [];
};

const optionsOf = (text: string, above: readonly Layer[] = []): LoadOptions => {
  const read = readScenario(text, 'x.yaml');
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  const { options, misfits } = resolve(withProfile(read.profile, [read.layer, ...above]), read.profile);
  if (misfits.length > 0) throw new Error(JSON.stringify(misfits));
  return options;
};
const flags = (values: Layer['values']): Layer => ({ values, origin: (name) => `--${name}` });

test('a file that would blow up is refused with a line that can be printed', (t) => {
  const refused: readonly (readonly [string, string])[] = [
    ['name: x\nmix: *b', '2 : The alias *b stands for nothing above it'],
    ['mix: &a { withdraw: *a }', '1 : The alias *a is part of what it stands for'],
    [
      'a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c]',
      '1 : Excessive alias count indicates a resource exhaustion attack',
    ],
    [`mix: ${'['.repeat(5000)}`, '1 : Nested too deeply'],
    [`${'- '.repeat(5000)}x`, '1 : Nested too deeply'],
    [`name: ${'x'.repeat(70_000)}`, '1 : A scenario has at most 65536 characters'],
  ];
  for (const [text, problem] of refused) t.deepEqual(problemsOf(text), [problem]);
  t.regex(problemsOf('"term\\e[2Jinals": 1').join(), /^1 term\\u\{1b\}\[2Jinals: Unknown key/);
});

test('every fault of a file is told at once, with its line, its path and the nearest name', (t) => {
  const text = `nme: x
terminals: 0
duration: 30sec
stages:
  - 10s:5
  - duration: 10s
    rat: 5/s
executor: constant-arival-rate
faults:
  - kind: dely
    at: 5s
  - { kind: bank-kill, at: 40s, foo: 1 }
  - 7
thresholds:
  - p99<250
  - expect: errors<0.1%
    abortOnFial: true
think: { distribution: exponentil, mean: 5s }
mix: { deposit: 1, widraw: 2 }
amounts: { withdraw: { min: 5.00, max: 1.00 }, overLimit: 200% }
adversary: maybe
tags: { a: 1, b: [] }
`;
  t.deepEqual(problemsOf(text), [
    "1 nme: Unknown key 'nme'; the nearest is 'name'.",
    '2 terminals: Expected a number of 1 to 15000 like 200 or 10k, got 0',
    '3 duration: Expected a duration above 0 like 500ms, 30s or 1h30m, got "30sec"',
    '6 stages[1]: Expected a stage with either `terminals` or `rate`',
    "7 stages[1].rat: Unknown key 'rat'; the nearest is 'rate'.",
    "8 executor: Unknown executor 'constant-arival-rate'; the nearest is 'constant-arrival-rate'.",
    "10 faults[0].kind: Unknown fault 'dely'; the nearest is 'delay'.",
    "12 faults[1].foo: Unknown key 'foo'; the nearest is 'at'.",
    '13 faults[2]: Expected a fault with `kind` and `at`, got 7',
    "15 thresholds[0]: Expected one of us, µs, ms, s after the limit of 'p99', got 'p99<250'",
    "17 thresholds[1].abortOnFial: Unknown key 'abortOnFial'; the nearest is 'abortOnFail'.",
    "18 think.distribution: Unknown distribution 'exponentil'; the nearest is 'exponential'.",
    "19 mix.widraw: Unknown key 'widraw'; the nearest is 'withdraw'.",
    '20 amounts.withdraw: Expected a max of at least 5.00, got 1.00',
    '20 amounts.overLimit: Expected a share like 15%, got "200%"',
    '21 adversary: Expected true or false, got "maybe"',
    '22 tags.b: Expected text of 1 to 200 characters in one line, got []',
  ]);
});

const refuses = test.macro({
  exec(t, text: string, expected: string[]) {
    t.deepEqual(problemsOf(text), expected);
  },
  title: (claim) => `refused: ${claim}`,
});

test('a file that is not YAML, with the line', refuses, 'name: x\nterminals: [1\n', [
  '3 : Flow sequence in block collection must be sufficiently indented and end with a ]',
]);
test('a key that stands twice', refuses, 'name: x\nname: y\n', ['2 : Map keys must be unique']);
test('an empty file', refuses, '', ['1 : Expected keys with values, got null']);
test('what does not go together, each where it stands', refuses, 'rate: 5/s\niterations: 3\naccounts: 1\n', [
  '2 iterations: The executor constant-arrival-rate takes no `iterations`',
  '3 accounts: Transfers need at least 2 accounts; leave them out of the mix',
]);
test(
  'a fault that is not before the end',
  refuses,
  'duration: 5s\nfaults:\n  - { kind: bank-kill, at: 5s }\n',
  ['2 faults: Fault 1, bank-kill, is not before the end of the load'],
);
test(
  'a fault that strikes none of the fleet',
  refuses,
  'terminals: 5\nfaults:\n  - { kind: delay, at: 1s, delay: 5ms, target: id:5-9 }\n',
  ['2 faults: Fault 1, delay, strikes none of the 5 terminals with id:5-9'],
);
test('more branches than terminals', refuses, 'terminals: 3\nbranches: 4\n', [
  '2 branches: Expected at most a branch for each terminal and each account, got 4',
]);

test('each kind of fault is read with what it takes; an instant takes no time', (t) => {
  const samples = { delay: '5ms', share: '10%', bytes: '4096' };
  for (const kind of FAULT_KINDS) {
    const { takes, lasts } = FAULTS[kind];
    const params = takes.map((name) => `, ${name}: ${samples[name]}`).join('');
    const fault = (more: string) => `faults: [ { kind: ${kind}, at: 1s${more}${params} } ]`;
    t.is(problemsOf(fault('')).length, lasts === 'needed' ? 1 : 0, kind);
    t.is(problemsOf(fault(', for: 2s')).length, lasts === 'none' ? 1 : 0, kind);
  }
});

test('YAML and JSON with tabs say the same, numbers in either form', (t) => {
  const yaml =
    'name: a\nseed: 7\nterminals: 2k\nthink: 0\nstages: [ 1s:50/s ]\namounts: { depositNotes: 3 }\n';
  const json = `{
\t"name": "a", "seed": "7", "terminals": 2000, "think": "0",
\t"stages": [{ "duration": "1s", "rate": "50/s" }],
\t"amounts": { "depositNotes": 3 }
}`;
  t.deepEqual(optionsOf(yaml), optionsOf(json));
  t.like(optionsOf(yaml), { scenario: 'a', seed: '7', terminals: 2_000, durationMs: 1_000 });
});

test('flags win over the environment, that over the scenario, that over the profile and the defaults', (t) => {
  const env = flags({ workers: 2, seed: 'env' });
  const cli = flags({ seed: 'cli' });
  const text = 'profile: tpca\nseed: file\nworkers: 4\nterminals: 30\ndrain: 5s\n';
  const options = optionsOf(text, [env, cli]);
  t.like(options, { seed: 'cli', workers: 2, terminals: 30, drainMs: 5_000, accounts: 60, branches: 3 });
  t.is(options.think.distribution, 'truncated-exponential');
  const read = readScenario(text, 'x.yaml');
  if ('problems' in read) return t.fail();
  const layers = withProfile('tpca', [read.layer, { ...env, origin: () => 'CASHPOINT_X' }, cli]);
  const { origins } = resolve(layers, 'tpca');
  t.like(origins, {
    seed: '--seed',
    workers: 'CASHPOINT_X',
    terminals: 'x.yaml:4',
    drainMs: 'x.yaml:5',
    think: 'profile tpca',
    accounts: 'two a terminal',
    transport: 'default',
  });
});

test('a duration above a timeline stretches stages and faults, terminals above stages resize them', (t) => {
  const text = 'stages: [ 10s:100, 10s:50 ]\nfaults: [ { kind: bank-kill, at: 5s } ]\n';
  t.like(optionsOf(text), { durationMs: 20_000, terminals: 100 });
  const small = optionsOf(text, [flags({ durationMs: 2_000, terminals: 10 })]);
  t.deepEqual(small.executor, {
    type: 'ramping-terminals',
    stages: [
      { durationMs: 1_000, terminals: 10 },
      { durationMs: 1_000, terminals: 5 },
    ],
  });
  t.is(small.faults[0]?.atMs, 500);
  // In one layer, the duration cuts or holds the stages instead.
  const cut = optionsOf(`${text}duration: 10s\nterminals: 300\n`);
  t.like(cut, { durationMs: 10_000, terminals: 300 });
  t.is(cut.faults[0]?.atMs, 5_000);
});

test('thresholds and faults of flags are added to those of the scenario', (t) => {
  const threshold = { id: 'p50<1s', metric: 'p50', condition: '<1s' };
  const options = optionsOf('thresholds: [ errors<1% ]\n', [flags({ thresholds: [threshold] })]);
  t.deepEqual(
    options.thresholds.map(({ id }) => id),
    ['errors<1%', 'p50<1s'],
  );
});

test('the effective scenario is a scenario file that means the same', (t) => {
  const texts = [
    '',
    'rate: 500/s\narrivals: uniform\ntags: { team: a }\n',
    'stages: [ 1s500ms:0.5/s, 2h:100/s ]\nstartRate: 90/m\nfaults: [ { kind: bank-stop, at: 1s, for: 2s } ]\n',
    'stages: [ 10s:100 ]\nthink: { distribution: constant, mean: 1s }\n',
    'iterations: 5\ncontention: zipf\ncustomersPerAccount: 3\nbranches: 2\nremote: 12.5%\n',
    "profile: tpca\nthresholds: [ { expect: 'p99(withdraw)<250ms', abortOnFail: true, grace: 10s } ]\n",
    'amounts: { withdraw: { min: 20, max: 40.00, step: 20 }, overLimit: 0% }\nmix: { withdraw: 1 }\n',
  ];
  for (const text of texts) {
    const options = optionsOf(`name: some\n${text}`);
    t.deepEqual(optionsOf(scenarioText(options)), options, text);
  }
});

test('any whole options survive being written and read', (t) => {
  const ms = fc.integer({ min: 1, max: 10_000_000 });
  fc.assert(
    fc.property(ms, ms, fc.integer({ min: 1, max: 15_000 }), (durationMs, drainMs, terminals) => {
      const options = { ...LOAD_DEFAULTS, durationMs, drainMs, terminals, accounts: 2 * terminals };
      t.deepEqual(optionsOf(scenarioText(options)), options);
    }),
    { numRuns: 30 },
  );
});

test('the timeline tells stages, faults, thresholds and the end in order', (t) => {
  const text = `name: day
terminals: 10
stages: [ 2s:50/s, 3s:50/s ]
arrivals: uniform
faults: [ { kind: bank-kill, at: 4s } ]
thresholds: [ { expect: errors<1%, abortOnFail: true, grace: 1s } ]
`;
  t.is(
    timelineText(optionsOf(text)),
    `day, seed cashpoint: 10 terminals, 20 accounts, 5s
open: ramping-arrival-rate, uniform arrivals, 200 planned
mix: login=8,balance=20,deposit=22,withdraw=28,history=8,transfer=14
   0  from 0/s to 50/s in 2s
  1s  from now on errors<1% ends the load when it is missed
  2s  hold 50/s in 3s
  4s  fault bank-kill on the bank
  5s  no new operations; up to 30s to settle, then the checks
thresholds: errors<1%`,
  );
});

test('each option is explained, on a line of its own', (t) => {
  const origins = Object.fromEntries(
    Object.keys(LOAD_DEFAULTS).map((name) => [name, `from ${name}`]),
  ) as Record<OptionName, string>;
  const lines = explainText(optionsOf('name: day\nrate: 5/s\nduration: 1m\n'), origins).split('\n');
  t.is(lines.length, Object.keys(LOAD_DEFAULTS).length);
  t.true(lines.some((line) => /^executor +constant-arrival-rate 5\/s +from executor$/.test(line)));
  t.true(lines.some((line) => /^duration +1m +from durationMs$/.test(line)));
});
