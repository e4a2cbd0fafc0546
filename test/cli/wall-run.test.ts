/**
 * The wall of a real run in a real terminal: whatever becomes of the wall, the run goes on and ends.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import type { Report } from '../../reports/report.ts';
import { hasTmux, startTmux, type Tmux } from '../helpers/tmux.ts';

const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const SECONDS = 3;

interface Walled {
  readonly tmux: Tmux;
  /** Of the dashboard's process. */
  readonly wall: number;
  /** Null as long as there is none. */
  readonly report: () => Report | null;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** The one that `cashpoint run` started with `top`. */
function wallOf(run: number): number | null {
  const children = readFileSync(`/proc/${run}/task/${run}/children`, 'utf8').trim().split(' ');
  const found = children.find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('\0top\0'));
  return found === undefined ? null : Number(found);
}

/** Plays while a load of {@link SECONDS} goes on; the run has to pass and to give the terminal back. */
const goesOn = test.macro({
  title: (name) => `the run goes on after ${name}`,
  async exec(t: ExecutionContext, play: (walled: Walled) => void | Promise<void>) {
    if (!hasTmux() || !existsSync('/proc/self/cmdline')) {
      process.stderr.write('tmux or /proc absent: a run under a stopped wall not tested\n');
      t.pass();
      return;
    }
    const directory = mkdtempSync(join(tmpdir(), 'cashpoint-wall-'));
    const [out, pidFile] = [join(directory, 'out'), join(directory, 'pid')];
    const run = `${process.execPath} ${MAIN} run --terminals 10 --duration ${SECONDS}s --out ${out}`;
    const name = `cashpoint-wall-${t.title.replace(/\W+/g, '-').slice(-20)}`;
    const tmux = startTmux(name, `unset CI; clear; sh -c 'echo $$ > ${pidFile}; exec ${run}'; echo over`);
    const report = () => {
      const file = readdirSync(out).map((id) => join(out, id, 'report.json'))[0];
      return file && existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Report) : null;
    };
    try {
      await until(() => /▶ RUNNING/.test(tmux.screen()));
      const wall = wallOf(Number(readFileSync(pidFile, 'utf8')));
      await play({ tmux, wall: wall ?? 0, report });
      await until(() => /^over$/m.test(tmux.screen()));
      t.regex(tmux.screen(), /^PASS \(exit 0\)/m);
      t.is(tmux.flags(), '0 1', 'the normal screen, with a cursor');
      const series = report()?.series;
      const place = series?.columns.indexOf('achievedRate') ?? 0;
      const rates = series?.rows.map((row) => row[place]) ?? [];
      t.true(rates.length >= SECONDS - 1, 'seconds that were whole');
      for (const rate of rates) t.true((rate ?? 0) > 0);
    } finally {
      tmux.kill();
      rmSync(directory, { recursive: true });
    }
  },
});

test.serial('the wall was stopped (SIGSTOP) for good', goesOn, ({ wall }) => {
  process.kill(wall, 'SIGSTOP');
});
test.serial('the wall was killed', goesOn, async ({ wall, tmux }) => {
  process.kill(wall, 'SIGKILL');
  await until(() => /^t=\d+ state=(?:run|drain|check)/m.test(tmux.screen()));
});
test.serial('the terminal stopped reading, until it reads again', goesOn, async ({ tmux, report }) => {
  const terminal = tmux.pid();
  process.kill(terminal, 'SIGSTOP');
  try {
    await until(() => report() !== null);
  } finally {
    process.kill(terminal, 'SIGCONT');
  }
});
