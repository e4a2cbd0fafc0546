/**
 * `npm run resources [-- ATTACK…] [--seconds N]`: what an attack on a bank's resources costs its honest terminals. A bank
 * in a process of its own serves established sessions; undisturbed and attacked times alternate, so that whatever else
 * the machine does falls on both. Exit 1 when p99 is twice as long or more, when memory grows, or when an honest terminal
 * needs more than a second to connect.
 *
 * @module
 */
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadTerminalKey, type TerminalKey } from '../../actors/node/terminal-key-file.ts';
import { cashpoint, start } from '../helpers/cashpoint.ts';
import type { FromAttacker, ToAttacker } from './attacker.ts';
import { ATTACKS } from './attacks.ts';
import { LineClient } from './client.ts';

const SESSIONS = 8;
const PAIRS = 3;
const P99_RATIO_MAX = 2;
const CONNECT_MS_MAX = 1_000;
/** From the first time an attack is made to the last: what an attack needs it needs once. */
const GROWTH_MB_MAX = 48;
/** Of the bank's heap. */
const HEAP_MB = 192;
const PAUSE_MS = 5;
const CONNECT_EVERY_MS = 250;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '5' } },
});
const phaseMs = Number(values.seconds) * 1000;
const chosen = Object.entries(ATTACKS).filter(
  ([name]) => positionals.length === 0 || positionals.includes(name),
);
const directory = mkdtempSync(join(tmpdir(), 'cashpoint-resources-'));
const data = join(directory, 'bank');
const say = (line: string) => void process.stdout.write(`${line}\n`);

const keys = await provision();
// What is not reached any more is collected early, and a bank that needs more than this dies of it.
process.env['NODE_OPTIONS'] = `--max-old-space-size=${HEAP_MB} --max-semi-space-size=8`;
const bank = start(['bank', '--data', data, '--listen', '127.0.0.1:0', '--load-limits']);
const attacker = fork(fileURLToPath(new URL('attacker.ts', import.meta.url)));
try {
  const [, address = ''] = /on (127[\d.:]+)/.exec(await bank.says(/serving .* on 127[\d.:]+/)) ?? [];
  let good = true;
  const lines = await establish(address);
  await load(lines, [], phaseMs);
  for (const [name, { what }] of chosen) {
    say(`${name}: ${what}`);
    good = (await measure(name, address, lines)) && good;
  }
  say(good ? 'PASS' : 'FAIL');
  process.exitCode = good && chosen.length > 0 ? 0 : 1;
  for (const line of lines) line.socket.destroy();
} finally {
  attacker.kill();
  bank.child.kill('SIGTERM');
  await bank.ended;
  rmSync(directory, { recursive: true });
}

interface Phase {
  readonly latencies: number[];
  readonly connects: number[];
  lost: number;
}

async function measure(name: string, address: string, lines: readonly LineClient[]): Promise<boolean> {
  const quiet: Phase = { latencies: [], connects: [], lost: 0 };
  const attacked: Phase = { latencies: [], connects: [], lost: 0 };
  const memory = [rssMB()];
  let done = 0;
  for (let n = 0; n < PAIRS; n++) {
    await phase(address, lines, quiet);
    const begin: ToAttacker = { type: 'begin', attack: name, address, key: keys.attacker };
    attacker.send(begin);
    // An attack that holds connections open needs a while to have them all.
    await after(3_000);
    await phase(address, lines, attacked);
    memory.push(rssMB());
    attacker.send({ type: 'stop' } satisfies ToAttacker);
    const [{ count }] = (await once(attacker, 'message')) as [FromAttacker];
    done += count;
    await after(500);
  }
  const ratio = percentile(attacked.latencies, 99) / percentile(quiet.latencies, 99);
  const slowest = Math.max(...attacked.connects);
  const [, first = 0] = memory;
  const growth = (memory.at(-1) ?? 0) - first;
  const is = (ok: boolean) => (ok ? 'ok ' : 'BAD');
  const ms = (phase: Phase, p: number) => percentile(phase.latencies, p).toFixed(1);
  const [a, b, c, d] = [
    ratio < P99_RATIO_MAX,
    growth < GROWTH_MB_MAX,
    slowest < CONNECT_MS_MAX && attacked.connects.length > 0,
    attacked.lost === 0 && done > 0,
  ];
  say(
    `  ${is(a)} p99 ${ms(quiet, 99)} -> ${ms(attacked, 99)} ms, x${ratio.toFixed(2)} (p50 ${ms(quiet, 50)} -> ${ms(attacked, 50)}; ${quiet.latencies.length} + ${attacked.latencies.length} requests)`,
  );
  say(
    `  ${is(b)} memory ${memory.map((mb) => mb.toFixed(0)).join(', ')} MB: before, and under attack each time`,
  );
  say(
    `  ${is(c)} honest terminals connect in ${percentile(attacked.connects, 50).toFixed(0)} ms, at most ${slowest.toFixed(0)} ms (${attacked.connects.length})`,
  );
  say(`  ${is(d)} sessions lost ${attacked.lost}; the attacker did it ${done} times`);
  return a && b && c && d;
}

/** Established sessions work, and every now and then another terminal connects. */
async function phase(address: string, lines: readonly LineClient[], into: Phase): Promise<void> {
  const until = performance.now() + phaseMs;
  const newcomer = loadTerminalKey(keys.newcomer);
  const connecting = (async () => {
    while (performance.now() < until) {
      const startedMs = performance.now();
      const line = new LineClient(address, newcomer);
      const isUp = await line.up();
      into.connects.push(isUp ? performance.now() - startedMs : Number.POSITIVE_INFINITY);
      line.socket.destroy();
      await after(CONNECT_EVERY_MS);
    }
  })();
  into.lost += await load(lines, into.latencies, phaseMs);
  await connecting;
}

/** Balances, audited and committed like money, one after the other on each line; answers how many were not approved. */
async function load(lines: readonly LineClient[], latencies: number[], forMs: number): Promise<number> {
  const until = performance.now() + forMs;
  let lost = 0;
  await Promise.all(
    lines.map(async (line) => {
      while (performance.now() < until) {
        const startedMs = performance.now();
        const code = await line.ask({ type: 'balance', account: 'A-1' });
        latencies.push(performance.now() - startedMs);
        if (code !== 'APPROVED') lost += 1;
        await after(PAUSE_MS);
      }
    }),
  );
  return lost;
}

async function establish(address: string): Promise<LineClient[]> {
  const lines: LineClient[] = [];
  // One after the other: a try counts until its password is verified, and Alice has three.
  for (const [index, key] of keys.honest.entries()) {
    const line = new LineClient(address, key);
    if (!(await line.up())) throw new Error('An honest terminal could not connect');
    const txnId = `${index}`.padStart(32, 'f');
    const code = await line.ask({ type: 'login', user: 'alice', password: 'alice-pw', txnId });
    if (code !== 'APPROVED') throw new Error(`An honest login was answered ${code}`);
    lines.push(line);
  }
  return lines;
}

/** A bank with Alice and terminals for everybody. */
async function provision(): Promise<{ honest: TerminalKey[]; newcomer: string; attacker: string }> {
  const password = join(directory, 'pw');
  writeFileSync(password, 'alice-pw\n', { mode: 0o600 });
  const run = async (...words: string[]) => {
    const { code, stderr } = await cashpoint(...words, '--data', data);
    if (code !== 0) throw new Error(stderr);
  };
  await run('keys', 'init');
  await run('bank', 'customers', 'add', 'alice', '--account', 'A-1', '--password-file', password);
  const names = Array.from({ length: SESSIONS + 2 }, (_, n) => `ATM-${n}`);
  for (const name of names) await run('bank', 'terminals', 'enrol', name, '--out', directory);
  const files = names.map((name) => join(directory, `${name}.key`));
  const [newcomer = '', attackers = '', ...honest] = files;
  return { honest: honest.map(loadTerminalKey), newcomer, attacker: attackers };
}

function rssMB(): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', `${bank.child.pid}`]).toString()) / 1024;
}

/** Nearest rank. */
function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)] ?? Number.NaN;
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
