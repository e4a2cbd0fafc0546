/**
 * What the operator's wall costs the load it shows: runs of `cashpoint run` in a real terminal (tmux), with the wall and
 * with lines, in pairs and in turn, each pair in the other order than the one before. 256 terminals deposit without think
 * time, so bank, generator, wall and terminal want the same cores. Asked for: the rate with the wall within 3 % of the rate
 * without, in the median of the pairs. Measure on a quiet machine: `npm run bench:wall-load [pairs] [seconds]`
 *
 * Beside it stands the processor's time a deposit, of the run with its bank and its wall, from start to end: what the wall
 * takes shows there even where other work takes the cores.
 *
 * @module
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Report } from '../../reports/report.ts';
import { hasTmux, startTmux } from '../helpers/tmux.ts';

const WITHIN = 0.03;
const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const pairs = Number(process.argv[2] ?? 8);
const seconds = Number(process.argv[3] ?? 10);

if (!hasTmux()) throw new Error('tmux is not there, and the wall needs a terminal');
interface Figures {
  /** Deposits a second in the whole seconds after the second one. */
  readonly rate: number;
  /** Of the processor, microseconds a deposit. */
  readonly cpuUs: number;
}

const rates: number[] = [];
const costs: number[] = [];
for (let pair = 0; pair < pairs; pair++) {
  const first = await figuresOf(pair % 2 === 0);
  const second = await figuresOf(pair % 2 !== 0);
  const [on, off] = pair % 2 === 0 ? [first, second] : [second, first];
  rates.push(on.rate / off.rate);
  costs.push(on.cpuUs / off.cpuUs);
  console.log(`pair ${pair + 1}: with ${textOf(on)}, without ${textOf(off)}`);
}
console.log(`processor a deposit, with / without: ${spreadOf(costs)}`);
console.log(`deposits a second, with / without:   ${spreadOf(rates)}`);
const isCheap = medianOf(rates) >= 1 - WITHIN;
console.log(isCheap ? 'within 3 %' : 'NOT within 3 %');
process.exitCode = isCheap ? 0 : 1;

function textOf({ rate, cpuUs }: Figures): string {
  return `${rate.toFixed(0)}/s at ${cpuUs.toFixed(0)} us`;
}

function medianOf(ratios: readonly number[]): number {
  const sorted = ratios.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? 0) + (sorted[Math.floor(half)] ?? 0)) / 2;
}

function spreadOf(ratios: readonly number[]): string {
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)];
  return `median ${medianOf(ratios).toFixed(3)} (${least.toFixed(3)} to ${most.toFixed(3)})`;
}

async function figuresOf(wall: boolean): Promise<Figures> {
  const out = mkdtempSync(join(tmpdir(), 'cashpoint-wall-'));
  const load = `--terminals 256 --accounts 256 --mix deposit=100 --think 0 --duration ${seconds}s --out ${out}`;
  const command = `${process.execPath} ${MAIN} run ${load}${wall ? '' : ' --no-tui'}`;
  const tmux = startTmux('cashpoint-wall-load', `unset CI; clear; ${command}; times; echo over`);
  let sawWall = false;
  let screen = '';
  try {
    while (!/^over$/m.test(screen)) {
      sawWall ||= tmux.flags() === '1 0';
      await new Promise((resolve) => setTimeout(resolve, 200));
      screen = tmux.screen();
    }
  } finally {
    tmux.kill();
  }
  if (sawWall !== wall) throw new Error(`Expected the wall to be ${wall ? 'on' : 'off'}`);
  const [run = ''] = readdirSync(out);
  const report = JSON.parse(readFileSync(join(out, run, 'report.json'), 'utf8')) as Report;
  rmSync(out, { recursive: true });
  if (report.run.exit.code !== 0) throw new Error(`a run ended with ${report.run.exit.code}`);
  const place = report.series.columns.indexOf('achievedRate');
  const steady = report.series.rows.slice(2, seconds).map((row) => row[place] ?? 0);
  return {
    rate: steady.reduce((sum, rate) => sum + rate, 0) / steady.length,
    cpuUs: (1e6 * cpuSecondsOf(screen)) / report.totals.ok,
  };
}

/** Of all that the shell started, user and system: the second line of `times`. */
function cpuSecondsOf(screen: string): number {
  const times =
    [...screen.matchAll(/^(\d+)m([\d.]+)s (\d+)m([\d.]+)s$/gm)].at(-1)?.slice(1).map(Number) ?? [];
  const [userM = 0, userS = 0, systemM = 0, systemS = 0] = times;
  return 60 * (userM + systemM) + userS + systemS;
}
