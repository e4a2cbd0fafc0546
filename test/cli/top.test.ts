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
  'a resize below the smallest size and back, and q',
  restores,
  /t=\d+ state=run atms=200 [\s\S]*child ended 0/,
  async ({ tmux }) => {
    tmux.resize(60, 10);
    await until(() => /need 80x24, this is 60x10/.test(tmux.screen()));
    tmux.resize(80, 24);
    await until(() => /2 Load/.test(tmux.screen()));
    tmux.keys('q', 'd');
  },
);
