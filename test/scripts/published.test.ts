/** The package as somebody has it who installed it: built, below a `node_modules`. */
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test from 'ava';

const scratch = mkdtempSync(join(tmpdir(), 'cashpoint-published-'));
const root = join(scratch, 'node_modules/cashpoint');

test.before('the package is built', (t) => {
  t.timeout(180_000);
  mkdirSync(root, { recursive: true });
  const { files } = JSON.parse(readFileSync('package.json', 'utf8')) as { files: readonly string[] };
  for (const file of ['package.json', ...files.filter((one) => one !== 'dist')]) {
    cpSync(file, join(root, file), { recursive: true });
  }
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
  execFileSync(process.execPath, ['scripts/build.ts', join(root, 'dist')], {
    stdio: 'inherit',
    env: { ...process.env, PATH: `${resolve('node_modules/.bin')}:${process.env['PATH']}` },
  });
  t.pass();
});

test.after.always('it is removed', () => rmSync(scratch, { recursive: true, force: true }));

function cashpoint(...words: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [join(root, 'bin/cashpoint.js'), ...words], { cwd: scratch });
  let output = '';
  const hear = (chunk: Buffer) => {
    output += chunk;
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  return new Promise((done) => child.once('close', (code) => done({ code, output })));
}

test.serial('it says its version and lists its attacks', async (t) => {
  t.is((await cashpoint('--version')).code, 0);
  const { code, output } = await cashpoint('attack', '--list');
  t.is(code, 0, output);
  t.is(output.trimEnd().split('\n').length, 41);
});

test.serial('attacks hold, also those at a bank whose sources are changed', async (t) => {
  const { code, output } = await cashpoint('attack', '--only', '4', '--only', '24', '--only', '35');
  t.is(code, 0, output);
  t.notRegex(output, /ExperimentalWarning/);
});

test.serial('seed mode, rules turned off and planted bugs are caught', async (t) => {
  for (const words of [
    ['attack', '--target', 'seed', '--only', 'replay'],
    ['attack', '--rule-off', 'R4', '--only', 'replay'],
    ['attack', '--plant', 'any-token-pays', '--only', 'dispense-token'],
  ]) {
    const { code, output } = await cashpoint(...words);
    t.is(code, 112, output);
  }
  const { code, output } = await cashpoint('simulate', '--plant', 'ack-before-sync', '--seeds', '10');
  t.is(code, 110, output);
  t.regex(output, /FAIL DURABLE/);
});

test.serial('it simulates and runs', async (t) => {
  const simulated = await cashpoint('simulate', '--seeds', '5');
  t.is(simulated.code, 0, simulated.output);
  const { code, output } = await cashpoint('run', '--no-tui', '--terminals', '4', '--duration', '2s');
  t.is(code, 0, output);
});
