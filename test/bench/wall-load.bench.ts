/**
 * What the operator's wall costs the load it shows: runs of `cashpoint run` in a real terminal (tmux), with the wall and
 * with lines, in pairs and in turn, each pair in the other order than the one before. 256 terminals deposit without think
 * time, so bank, generator, wall and terminal want the same cores. Asked for: the rate with the wall within 3 % of the rate
 * without, in the median of the pairs. Measure on a quiet machine: `npm run bench:wall-load [pairs] [seconds]`
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
const ratios: number[] = [];
for (let pair = 0; pair < pairs; pair++) {
  const order = pair % 2 === 0 ? [true, false] : [false, true];
  const rates = new Map<boolean, number>();
  for (const wall of order) rates.set(wall, await rateOf(wall));
  const [on = 0, off = 0] = [rates.get(true), rates.get(false)];
  ratios.push(on / off);
  console.log(
    `pair ${pair + 1}: with ${on.toFixed(0)}/s, without ${off.toFixed(0)}/s, ratio ${(on / off).toFixed(3)}`,
  );
}
ratios.sort((a, b) => a - b);
const half = ratios.length / 2;
const median = ((ratios[Math.ceil(half) - 1] ?? 0) + (ratios[Math.floor(half)] ?? 0)) / 2;
const isCheap = median >= 1 - WITHIN;
console.log(
  `median ${median.toFixed(3)} (${ratios[0]?.toFixed(3)} to ${ratios.at(-1)?.toFixed(3)}), ${isCheap ? 'within' : 'NOT within'} 3 %`,
);
process.exitCode = isCheap ? 0 : 1;

/** Deposits a second in the whole seconds after the second one. */
async function rateOf(wall: boolean): Promise<number> {
  const out = mkdtempSync(join(tmpdir(), 'cashpoint-wall-'));
  const load = `--terminals 256 --accounts 256 --mix deposit=100 --think 0 --duration ${seconds}s --out ${out}`;
  const command = `${process.execPath} ${MAIN} run ${load}${wall ? '' : ' --no-tui'}`;
  const tmux = startTmux('cashpoint-wall-load', `unset CI; ${command}; echo over`);
  let sawWall = false;
  try {
    while (!/^over$/m.test(tmux.screen())) {
      sawWall ||= tmux.flags() === '1 0';
      await new Promise((resolve) => setTimeout(resolve, 200));
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
  return steady.reduce((sum, rate) => sum + rate, 0) / steady.length;
}
