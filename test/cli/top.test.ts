import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { hasTmux, startTmux, type Tmux } from '../helpers/tmux.ts';

const parent = fileURLToPath(new URL('../helpers/dashboard-parent.ts', import.meta.url));
const NORMAL_SCREEN = '0 1';
const DASHBOARD = '1 0';

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 25));
}

interface Session {
  readonly tmux: Tmux;
  readonly pid: number;
}

/** Runs `play` with a dashboard on the screen of a real terminal, then checks what is left of the terminal. */
const restores = test.macro({
  title: (name) => `the terminal is given back after ${name}`,
  async exec(t: ExecutionContext, expected: RegExp, play: (session: Session) => void | Promise<void>) {
    if (!hasTmux()) {
      t.log('tmux absent: terminal restore not tested');
      process.stderr.write('tmux absent: terminal restore not tested\n');
      t.pass();
      return;
    }
    const dir = mkdtempSync(join(tmpdir(), 'cashpoint-tmux-'));
    const pidFile = join(dir, 'pid');
    const name = `cashpoint-${t.title.replace(/\W+/g, '-').slice(-30)}`;
    const run = `${process.execPath} ${parent} ${pidFile}`;
    const tmux = startTmux(name, `clear; ${run}; stty -a | grep -ow -e -icanon -e icanon; echo over`);
    try {
      await until(() => tmux.flags() === DASHBOARD && /MONEY ● OK/.test(tmux.screen()));
      await play({ tmux, pid: Number(readFileSync(pidFile, 'utf8')) });
      await until(() => /^over$/m.test(tmux.screen()));
      t.is(tmux.flags(), NORMAL_SCREEN);
      t.is(tmux.mouse(), '0 0');
      t.regex(tmux.screen(), expected);
      t.regex(tmux.screen(), /^icanon$/m);
    } finally {
      tmux.kill();
      rmSync(dir, { recursive: true });
    }
  },
});

test('q, answered with y', restores, /child ended 0 commands stop/, ({ tmux }) => tmux.keys('q', 'y'));
test('q, answered with d', restores, /child ended 0 commands none/, ({ tmux }) => tmux.keys('q', 'd'));
test('two C-c', restores, /child ended 0 commands interrupt,interrupt/, ({ tmux }) =>
  tmux.keys('C-c', 'C-c'),
);
test('SIGTERM', restores, /child ended 143/, ({ pid }) => void process.kill(pid, 'SIGTERM'));
test('SIGHUP', restores, /child ended 129/, ({ pid }) => void process.kill(pid, 'SIGHUP'));
test('SIGINT', restores, /child ended 130/, ({ pid }) => void process.kill(pid, 'SIGINT'));
test('SIGKILL, by the parent', restores, /child ended -1/, ({ pid }) => void process.kill(pid, 'SIGKILL'));
test(
  'a crash',
  restores,
  /Error: crashed on purpose[\s\S]*child ended 109/,
  ({ pid }) => void process.kill(pid, 'SIGUSR2'),
);
test(
  'resizes through all sizes, below the smallest and back, and q',
  restores,
  /t=\d+ state=run atms=200 [\s\S]*child ended 0/,
  async ({ tmux }) => {
    for (const [width, height] of [
      [200, 60],
      [120, 36],
      [80, 24],
    ] as const) {
      tmux.resize(width, height);
      await until(() => {
        const lines = tmux.screen().split('\n');
        return /^┌─ 1 ATMs 200 .*┐$/.test(lines[2] ?? '') && lines[2]?.length === width;
      });
    }
    tmux.keys('g', 'Enter');
    await until(() => /z its figures/.test(tmux.screen()));
    tmux.keys('z');
    await until(() => /┌─ Frames/.test(tmux.screen()));
    tmux.keys('Escape');
    tmux.resize(60, 10);
    await until(() => /need 80x24, this is 60x10/.test(tmux.screen()));
    tmux.resize(80, 24);
    await until(() => /2 Load/.test(tmux.screen()));
    tmux.keys('q', 'd');
  },
);

/** Each key of the help, and what the screen shows after it. */
const STEPS: readonly (readonly [keys: readonly string[], shows: RegExp])[] = [
  [['?'], /Help {2}\? or Esc closes/],
  [['Escape'], /1 ATMs 200 {2}filter:— {2}sort:id/],
  [['Right'], /ATM-001 . \w/],
  [['j', 'l', 'h', 'Down', 'k', 'Up', 'Left'], /ATM-001 . \w/],
  [['G'], /ATM-200 . \w/],
  [['g'], /ATM-001 . \w/],
  [['End'], /ATM-200 . \w/],
  [['Home'], /ATM-001 . \w/],
  [['PageDown', 'PageUp', 'Right'], /ATM-002 . \w/],
  [['n'], /ATM-\d+ [!x] (?:error|offline)/],
  [['N'], /ATM-\d+ [!x] (?:error|offline)/],
  [['g', 'Enter'], /┌─ ATM-001 ─/],
  [['Right'], /┌─ ATM-002 ─/],
  [['Escape', 's'], /sort:state/],
  [['S'], /sort:state reversed/],
  [['S', 's', 's', 's', 's'], /sort:id ─/],
  [['d', 'd'], /│[·»@$!x]{72}│/],
  [['d'], /│[·»@$!x]001 /],
  [['5', 'z'], /┌─ 5 Bank actor ─+┐\n/],
  [['Tab'], /┌─ 6 Events/],
  [['BTab', 'z'], /1 ATMs 200/],
  [['Space'], /PAUSED \d+ s behind/],
  [['Space'], /RUNNING/],
  [['T'], /theme light/],
  [['T', 'T', 'T'], /theme dark/],
  [['t'], /2 Throughput {2}ok\/s, all/],
  [['4', 'Enter'], /filter:err:INSUFFICIENT_FUNDS/],
  [['Escape', 'y'], /Repeat this run[\s\S]*seed 5eed42/],
  [['y', '1', '2', '3', '4', '5', '6', '1', 'x'], /\d\.txt, \.json/],
  [['Escape', 'g', 'm'], /1 ATMs 200, 1 marked/],
  [['*'], /1 ATMs 200 {2}filter/],
  [['Escape', '/', 'x', 'y', 'C-u', 'i', 'd', ':', '8', 'BSpace', '7'], /\/id:7_/],
  [['Enter'], /│[·»@$!x]007 +│/],
  [['Escape', 'f'], /Not armed: F arms/],
  [['F'], /ARMED/],
  [['Escape', 'F'], /faults safe/],
  [['L'], /┌─ Log of all {2}newest first/],
  [['Down', 'G', 'PageUp', 'g', 'Escape'], /1 ATMs 200/],
  [['6', 'l'], /┌─ Log of all/],
  [['Escape', '1', 'g', 'L'], /┌─ Log of ATM-001/],
  [['l'], /┌─ Log of all/],
  [['Escape', 'P', '+', '-'], /1 ATMs 200/],
];

test(
  'every key of the help',
  restores,
  /child ended 0 commands watched,watched,watched,pause,size,size,watched,interrupt/,
  async ({ tmux }) => {
    for (const [keys, shows] of STEPS) {
      // One at a time: Escape and a letter in one read are a key of their own.
      for (const key of keys) {
        tmux.keys(key);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await until(() => shows.test(tmux.screen()));
    }
    tmux.keys('M');
    await until(() => tmux.mouse() === '1 1');
    tmux.type('\x1b[<0;15;5M\x1b[<0;15;5m');
    await until(() => /ATM-017 . \w/.test(tmux.screen()));
    tmux.type('\x1b[<0;15;5M');
    tmux.type('\x1b[<0;15;5M');
    await until(() => /┌─ ATM-017 ─/.test(tmux.screen()));
    tmux.keys('C-c');
    await until(() => /stopping/.test(tmux.screen()));
    tmux.keys('q');
  },
);
