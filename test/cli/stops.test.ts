import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import type { Patch } from '../../sim/plants/index.ts';
import { cashpoint, type Running, Scratch } from '../helpers/cashpoint.ts';

/** Set-up and drain of so small a run are over at once: they are held open for a moment. */
const HELD: Readonly<Partial<Record<Phase, Patch>>> = {
  setup: { file: 'sim/load/worker.ts', find: '    dial();\n', replace: '    setTimeout(dial, 1_200);\n' },
  drain: {
    file: 'sim/load/worker.ts',
    find: '    this.#driver?.stop();\n',
    replace: '    this.#driver?.stop();\n    await new Promise((resolve) => setTimeout(resolve, 1_200));\n',
  },
};
const PHASES = {
  setup: /connecting 8 terminals/,
  ramp: /^t=0 state=run/m,
  steady: /^t=1 state=run/m,
  drain: /! state=drain/,
} as const;
type Phase = keyof typeof PHASES;

const SCENARIO = `name: stops
terminals: 8
think: 10ms
stages: [ 1s:8, 1s:8 ]
`;

/** Of no samples at all it is missed, but for a run that was stopped before there could be any. */
const HOLDS = 'thresholds: [ p50<10s ]\n';

interface Case {
  /** What happens in the phase, beside what the patches do. */
  act?(running: Running): void;
  patches?(phase: Phase): readonly Patch[];
  /** Of the scenario, beside those of all; {@link HOLDS} when left out. */
  readonly keys?: (phase: Phase) => string;
  /** @default all */
  readonly phases?: readonly Phase[];
  readonly code: number;
  readonly status: 'pass' | 'fail' | 'invalid' | 'incomplete';
  readonly reason: RegExp;
  /** There is none until it is rendered. */
  readonly isKilled?: true;
}

/** Where in its life a worker dies. */
const DEATHS: Readonly<Record<Phase, Patch>> = {
  setup: {
    file: 'sim/load/worker.ts',
    find: '    const atOnce = ',
    replace: '    setTimeout(() => process.exit(3), 300);\n    const atOnce = ',
  },
  ramp: {
    file: 'sim/load/worker.ts',
    find: '    this.recorder.begin(originNs);\n',
    replace: '    this.recorder.begin(originNs);\n    setTimeout(() => process.exit(3), 400);\n',
  },
  steady: {
    file: 'sim/load/worker.ts',
    find: '    this.recorder.begin(originNs);\n',
    replace: '    this.recorder.begin(originNs);\n    setTimeout(() => process.exit(3), 1_500);\n',
  },
  drain: {
    file: 'sim/load/worker.ts',
    find: '    const deadlineMs = this.#clock.now() + withinMs;\n',
    replace:
      '    const deadlineMs = this.#clock.now() + withinMs;\n    setTimeout(() => process.exit(3), 300);\n',
  },
};

const bankOf = (pid: number | undefined) =>
  Number(execFileSync('pgrep', ['-P', String(pid), '-f', 'bank-process']).toString());

const INTERRUPTED = {
  code: 105,
  status: 'incomplete',
  reason: /^Interrupted before its planned end/,
} as const;

const CASES: Readonly<Record<string, Case>> = {
  'Ctrl-C': { ...INTERRUPTED, act: ({ child }) => child.kill('SIGINT') },
  SIGTERM: { ...INTERRUPTED, act: ({ child }) => child.kill('SIGTERM') },
  'Ctrl-C twice': {
    ...INTERRUPTED,
    reason: /nothing was checked/,
    isKilled: true,
    act: ({ child, says }) => {
      child.kill('SIGINT');
      void says(/interrupted; draining/).then(() => child.kill('SIGINT'));
    },
  },
  'Ctrl-C beside an adversary': {
    ...INTERRUPTED,
    phases: ['setup', 'drain'],
    keys: () => `adversary: true\n${HOLDS}`,
    act: ({ child }) => child.kill('SIGINT'),
  },
  // What a run that was cut short did not come to prove is no fault of its own.
  'Ctrl-C beside an adversary that proves nothing': {
    ...INTERRUPTED,
    phases: ['steady'],
    patches: () => [
      { file: 'sim/attack/play.ts', find: 'isIn && base !== null', replace: 'isIn && base === null' },
    ],
    keys: () => `adversary: true\n${HOLDS}`,
    act: ({ child }) => child.kill('SIGINT'),
  },
  // It ends the load while there is one, and is missed at the end in any case.
  'a threshold that ends the load': {
    keys: (phase) =>
      `thresholds: [ { expect: p50<1us, abortOnFail: true, grace: ${phase === 'drain' ? '1m' : phase === 'steady' ? '1s' : '0s'} } ]\n`,
    code: 99,
    status: 'fail',
    reason: /p50/,
  },
  'a worker that dies': {
    patches: (phase) => [DEATHS[phase]],
    code: 113,
    status: 'invalid',
    reason: /^A worker failed: worker exited with code: 3/,
  },
  'a bank that is killed': {
    act: ({ child }) => process.kill(bankOf(child.pid), 'SIGKILL'),
    code: 0,
    status: 'pass',
    reason: /^Everything asked for was done/,
  },
};

const ROWS = Object.entries(CASES).flatMap(([name, each]) =>
  (each.phases ?? (Object.keys(PHASES) as Phase[])).map((phase) => ({
    title: `${name}, in ${phase}`,
    phase,
    ...each,
  })),
);

async function stopped(row: (typeof ROWS)[number]): Promise<string[]> {
  const scratch = new Scratch();
  const file = scratch.in('stops.yaml');
  writeFileSync(file, `${SCENARIO}${row.keys?.(row.phase) ?? HOLDS}`);
  const held = HELD[row.phase];
  const patches = [...(held ? [held] : []), ...(row.patches?.(row.phase) ?? [])];
  const running = scratch.start([file, '--drain', '10s'], patches);
  if (row.act) {
    await running.says(PHASES[row.phase]);
    if (row.phase === 'ramp') await sleep(200);
    row.act(running);
  }
  const ended = await running.ended;
  const wrong: string[] = [];
  const expect = (what: string, isSo: boolean) => {
    if (!isSo) wrong.push(`${row.title}: expected ${what}\n${ended.stderr}`);
  };
  expect(`exit ${row.code}, got ${ended.code}`, ended.code === row.code);
  if (row.isKilled) {
    const [run = ''] = readdirSync(scratch.in('out'));
    const directory = join(scratch.in('out'), run);
    expect('no report before it is rendered', !readdirSync(directory).includes('report.json'));
    const { code } = await cashpoint('report', 'render', directory);
    expect(`exit ${row.code} of the rendering, got ${code}`, code === row.code);
  }
  const { report } = scratch.finished(ended);
  expect(`a report that says ${row.code}`, report.run.exit.code === row.code);
  expect(`${row.status}, got ${report.verdict.status}`, report.verdict.status === row.status);
  expect(`the reason ${row.reason}, got ${report.run.exit.reason}`, row.reason.test(report.run.exit.reason));
  expect(
    'no invariant violated',
    report.invariants.every(({ status }) => status !== 'violated'),
  );
  expect('a last line that says it', new RegExp(`\\(exit ${row.code}\\)`).test(ended.last));
  scratch.remove();
  return wrong;
}

test('however and whenever a run is stopped: exit code and report as promised', async (t) => {
  t.timeout(400_000);
  const rows = [...ROWS];
  const wrong: string[] = [];
  const work = async () => {
    for (let row = rows.shift(); row !== undefined; row = rows.shift()) wrong.push(...(await stopped(row)));
  };
  await Promise.all([work(), work()]);
  t.deepEqual(wrong, []);
});
