/**
 * `npm run torture [-- kills] [seed]`: bank and terminals killed that many times each (50). Exit 0 when nothing was lost.
 *
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { torture } from '../../sim/torture/torture.ts';

const kills = Number(process.argv[2] ?? 50);
const seed = process.argv[3] ?? 'torture';
const directory = mkdtempSync(join(tmpdir(), 'cashpoint-torture-'));
const withinMs = 60_000 + kills * 4_000;
const {
  findings,
  cash,
  operations,
  kills: done,
} = await torture({ kills, terminals: 8, seed, directory, withinMs }, (text) => console.error(text));
for (const { id, checks, violations, first } of findings) {
  console.log(
    `${violations === 0 ? 'ok  ' : 'BAD '} ${id}: ${violations} violations of ${checks} checks${first ? `, first: ${first}` : ''}`,
  );
}
for (const line of cash) console.log(`BAD  cash: ${line}`);
const good = cash.length === 0 && findings.every(({ status }) => status === 'ok');
console.log(
  `${good ? 'PASS' : 'FAIL'}: bank killed ${done.bank} times, terminals ${done.terminals}; ${operations} operations, seed ${seed}`,
);
if (good) rmSync(directory, { recursive: true });
else console.log(`kept: ${directory}`);
process.exitCode = good ? 0 : 110;
