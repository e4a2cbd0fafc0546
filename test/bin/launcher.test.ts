import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';

/** A stand-in for the command line: does what its arguments say. */
const MAIN = `
const [what, code] = process.argv.slice(2);
if (what === 'exit') process.exitCode = Number(code);
if (what === 'wait') {
  process.on('SIGINT', () => process.exit(105));
  setInterval(() => {}, 1000);
}
process.stdout.write(process.versions.node + ' ' + process.argv.slice(2).join(','));
`;
/** Makes the launcher believe that it runs under an older Node; the one it starts is the real one. */
const OLD = [
  '--import',
  `data:text/javascript,Object.defineProperty(process,'versions',{value:{node:'20.19.0'}})`,
];

function launch(nodeArgs: readonly string[], args: readonly string[]) {
  const root = mkdtempSync(join(tmpdir(), 'cashpoint-launcher-'));
  for (const folder of ['bin', 'cli']) mkdirSync(join(root, folder));
  copyFileSync('bin/cashpoint.js', join(root, 'bin/cashpoint.js'));
  writeFileSync(join(root, 'cli/main.ts'), MAIN);
  writeFileSync(join(root, 'package.json'), '{"type": "module"}');
  symlinkSync(join(process.cwd(), 'node_modules'), join(root, 'node_modules'));
  const child = spawn(process.execPath, [...nodeArgs, join(root, 'bin/cashpoint.js'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  const ended = new Promise<{ code: number | null; signal: string | null; output: string }>((resolve) => {
    child.on('close', (code, signal) => {
      rmSync(root, { recursive: true });
      resolve({ code, signal, output });
    });
  });
  return { child, ended };
}

const speaks = (child: ChildProcess) => new Promise((resolve) => child.stdout?.once('data', resolve));

for (const [name, nodeArgs] of [
  ['Node 24', []],
  ['an older Node', OLD],
] as const) {
  test(`under ${name} the command line gets its arguments and its exit code comes back`, async (t) => {
    const { code, output } = await launch(nodeArgs, ['exit', '110']).ended;
    t.is(output, `${process.versions.node} exit,110`);
    t.is(code, 110);
  });

  test(`under ${name} an interrupt reaches the command line`, async (t) => {
    const { child, ended } = launch(nodeArgs, ['wait']);
    await speaks(child);
    child.kill('SIGINT');
    t.is((await ended).code, 105);
  });

  test(`under ${name} a termination that nobody handles ends the launcher by the same signal`, async (t) => {
    const { child, ended } = launch(nodeArgs, ['wait']);
    await speaks(child);
    child.kill('SIGTERM');
    t.is((await ended).signal, 'SIGTERM');
  });
}
