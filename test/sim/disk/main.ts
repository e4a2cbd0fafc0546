/**
 * `npm run crash-disk [-- commits] [seed]`: the production store crashed at every I/O operation of that many commits
 * (100) in one process after another, twenty commits each. Exit 0 when nothing was lost.
 *
 * @module
 */
import { crashSweep } from '../../../sim/disk/crash-sweep.ts';
import { seededBatches } from '../../helpers/seeded-batches.ts';
import { loadWasmSqlite } from '../../helpers/wasm-sqlite.ts';

const COMMITS_PER_LIFE = 20;
const SHOWN = 10;

const commits = Number(process.argv[2] ?? 100);
const seed = process.argv[3] ?? 'disk';
const sqlite = await loadWasmSqlite();
const startedMs = performance.now();
const { crashPoints, images, kept, dropped, checkpointed, violations } = await crashSweep({
  sqlite,
  seed,
  batches: seededBatches(seed, commits),
  lives: Math.ceil(commits / COMMITS_PER_LIFE),
  drawn: 4,
});
for (const { life, point, kind, damage, text } of violations.slice(0, SHOWN)) {
  process.stdout.write(`BAD  ${damage}, life ${life}, after operation ${point}, ${kind} kept: ${text}\n`);
}
const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
process.stdout.write(
  `${violations.length === 0 ? 'PASS' : 'FAIL'}: ${violations.length} violations in ${images} images at ` +
    `${crashPoints} crash points; the commit under way kept ${kept} times, dropped ${dropped} times; ` +
    `${checkpointed} pages checkpointed; SQLite ${sqlite.version}, seed ${seed}, ${seconds} s\n`,
);
process.exitCode = violations.length === 0 ? 0 : 110;
