/**
 * `npm run check`: what CI runs, one step each, stopping at the first that fails (`--keep-going` runs them all).
 * Ends with the tests' own counts as a lone line, `N passed, N failed`, when the tests ran.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { type Tally, tally } from './tally.ts';

interface Step {
  readonly name: string;
  readonly command: string;
  readonly timeoutMs: number;
}

const step = (name: string, command: string, timeoutMs = 120_000): Step => ({ name, command, timeoutMs });
const COVERAGE = 'c8 report --reporter text-summary --check-coverage --all';

const STEPS: readonly Step[] = [
  step('format', 'biome format .'),
  step('lint', 'biome lint --error-on-warnings .'),
  step('types', 'tsc -p .'),
  step(
    'import rules',
    'depcruise --config .dependency-cruiser.cjs protocol bank terminals actors sim reports cli scripts test bin',
  ),
  step('dead code', 'knip --treat-config-hints-as-errors'),
  step('tests', 'npm run coverage -- --tap', 900_000),
  step('coverage of protocol', `${COVERAGE} --include 'protocol/**' --lines 95 --branches 70`),
  step('coverage of bank', `${COVERAGE} --include 'bank/**' --lines 90 --branches 70`),
];

const keepGoing = process.argv.includes('--keep-going');
let counts: Tally | null = null;
const failed: string[] = [];
for (const one of STEPS) {
  const startedMs = performance.now();
  const { ok, output } = await run(one);
  if (one.name === 'tests') counts = tally(output);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.error(`${ok ? 'ok    ' : 'FAILED'} ${one.name} (${seconds} s)`);
  if (ok) continue;
  failed.push(one.name);
  if (!keepGoing) break;
}
console.error(failed.length === 0 ? 'check passed' : `check failed: ${failed.join(', ')}`);
if (counts) console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = failed.length > 0 || counts === null || counts.failed > 0 ? 1 : 0;

/** Runs a step in a shell; shows what it says, of the tests only what is not a pass. */
function run({ name, command, timeoutMs }: Step): Promise<{ ok: boolean; output: string }> {
  const child = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'inherit'], timeout: timeoutMs });
  let output = '';
  let line = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
    const lines = (line + chunk).split('\n');
    line = lines.pop() ?? '';
    for (const text of lines)
      if (name !== 'tests' || !/^(ok |# (?!pass|fail))/.test(text)) console.error(text);
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      if (line !== '') console.error(line);
      resolve({ ok: code === 0, output });
    });
  });
}
