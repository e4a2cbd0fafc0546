import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { type FeedCommand, serveFeed } from '../../actors/node/feed.ts';
import { fixtureModel } from '../helpers/dashboard-fixture.ts';

const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

interface Viewer {
  readonly child: ChildProcess;
  readonly lines: () => readonly string[];
  readonly errors: () => string;
  readonly exited: Promise<number | null>;
}

function attach(path: string): Viewer {
  const child = spawn(process.execPath, [MAIN, 'top', '--attach', path, '--plain'], { stdio: 'pipe' });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const exited = new Promise<number | null>((resolve) => {
    child.once('close', (code) => resolve(code));
  });
  return { child, lines: () => out.split('\n').filter((line) => line !== ''), errors: () => err, exited };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}

test('several viewers look on; one that dies or leaves is not noticed by the run or the others', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'cashpoint-attach-'));
  const commands: FeedCommand[] = [];
  const feed = await serveFeed((command) => commands.push(command));
  symlinkSync(feed.path, join(directory, 'feed'));
  let elapsedMs = 1000;
  const show = () => {
    elapsedMs += 1000;
    feed.publish(fixtureModel(20, elapsedMs));
  };
  show();
  const [one, other] = [attach(directory), attach(feed.path)];
  await until(() => one.lines().length > 0 && other.lines().length > 0);
  one.child.kill('SIGKILL');
  await one.exited;
  show();
  await until(() => other.lines().length > 1);
  await feed.close();
  t.is(await other.exited, 0);
  t.deepEqual(commands, []);
  rmSync(directory, { recursive: true });
});

test('a place without a run is told in one line, exit 2', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'cashpoint-attach-'));
  const viewer = attach(directory);
  t.is(await viewer.exited, 2);
  t.regex(viewer.errors(), /No run goes on at/);
  rmSync(directory, { recursive: true });
});
