/**
 * `npm run arrivals-check`: whether a ramp is produced as it is planned. A real run from 50 to 400 arrivals a second and
 * back; every second the arrivals that were due must be within 2 % of what the rate asks for, and those that began
 * within 2 % of those due. Needs a machine that is otherwise quiet; half a minute.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { Scratch } from '../../helpers/cashpoint.ts';

const TOLERANCE = 0.02;
const RAMP = [
  { fromS: 0, toS: 10, from: 50, to: 400 },
  { fromS: 10, toS: 15, from: 400, to: 400 },
  { fromS: 15, toS: 20, from: 400, to: 100 },
];

const scratch = new Scratch();
let off = 0;
try {
  const scenario = {
    terminals: 200,
    arrivals: 'uniform',
    startRate: '50/s',
    stages: ['10s:400/s', '5s:400/s', '5s:100/s'],
    mix: { balance: 100 },
  };
  writeFileSync(scratch.in('ramp.json'), JSON.stringify(scenario));
  const { report } = await scratch.run([scratch.in('ramp.json'), '--quiet']);
  const column = (name: string) =>
    report.series.rows.map((row) => row[report.series.columns.indexOf(name)] ?? 0);
  const [due, begun] = [column('offeredRate'), column('begunRate')];
  say('second  asked    due  begun');
  for (const [second, planned] of due.entries()) {
    const asked = rateAt(second + 0.5);
    const began = begun[second] ?? 0;
    const isOff =
      Math.abs(planned - asked) > TOLERANCE * asked || Math.abs(began - planned) > TOLERANCE * planned;
    if (isOff) off++;
    say(`${String(second).padStart(6)}${cell(asked)}${cell(planned)}${cell(began)}${isOff ? '  OFF' : ''}`);
  }
  say(
    `${off} of ${due.length} seconds off by more than 2 %, load ${loadavg()[0]?.toFixed(1)}, ${report.verdict.status}`,
  );
  process.exitCode = off === 0 && due.length === 20 ? 0 : 1;
} finally {
  scratch.remove();
}

function rateAt(second: number): number {
  const piece = RAMP.find(({ toS }) => second < toS) ?? RAMP[2];
  if (piece === undefined) return 0;
  const { fromS, toS, from, to } = piece;
  return from + ((to - from) * (second - fromS)) / (toS - fromS);
}

function cell(value: number): string {
  return value.toFixed(0).padStart(7);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
