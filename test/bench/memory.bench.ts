/**
 * What a connected, logged-in terminal costs in memory at either side: growth of resident memory from before the first
 * connection until all are logged in, the fleet in this process, the bank in its own.
 * `node --expose-gc test/bench/memory.bench.ts [terminals]`
 *
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, ticksSince } from '../../actors/node/clock.ts';
import { systemEntropy } from '../../actors/node/entropy.ts';
import { JournalFile } from '../../actors/node/journal-file.ts';
import { tcpNetFrom } from '../../actors/node/tcp.ts';
import { EmbeddedBank } from '../../sim/load/embedded-bank.ts';
import { LOAD_POLICY } from '../../sim/load/load-policy.ts';
import { LoadTerminal } from '../../sim/load/load-terminal.ts';
import { MIX_DEFAULT } from '../../sim/load/options.ts';
import { provision } from '../../sim/load/provision.ts';
import { sourceAddress } from '../../sim/load/source-address.ts';
import { exponentialThink } from '../../sim/load/think.ts';

const count = Number(process.argv[2] ?? 10_000);
const AT_ONCE = 400;
const data = mkdtempSync(join(tmpdir(), 'cashpoint-memory-'));
const throwing = (error: unknown) => {
  throw error;
};

const fleet = await provision(data, { seed: 'memory', terminals: count, accounts: count }, () => {});
let bankMB = 0;
const bank = new EmbeddedBank(
  { data, listen: '127.0.0.1:0', passwordCost: 'load-test', policy: LOAD_POLICY },
  {
    onFigures: ({ rssMB }) => {
      bankMB = rssMB;
    },
    onAlert: throwing,
    onDied: throwing,
    onRestarted: () => {},
    onLost: throwing,
  },
);
await bank.start();
await settle();
const before = { fleetMB: fleetMB(), bankMB };

const deps = {
  clock: systemClock(),
  entropy: systemEntropy(),
  ticks: ticksSince(process.hrtime.bigint()),
};
const journal = new JournalFile(join(data, 'journal'), { onError: throwing });
let up = 0;
const terminals = fleet.terminals.map((plan, i) => {
  const line = (isUp: boolean) => {
    up += isUp ? 1 : -1;
  };
  const own = {
    ...deps,
    net: tcpNetFrom(sourceAddress(i, bank.address)),
    journal: journal.of(plan.terminal),
    onError: throwing,
    onOperation: () => {},
    onLine: line,
  };
  const options = {
    seed: 'memory',
    address: bank.address,
    mix: MIX_DEFAULT,
    think: exponentialThink(0),
    accounts: count,
    accountBase: 0,
  };
  return new LoadTerminal(own, plan, options);
});
const dialledMs = performance.now();
for (let dialled = 0; up < count; await pause(20)) {
  const upTo = Math.max(dialled, up + AT_ONCE);
  for (const { link } of terminals.slice(dialled, upTo)) link.start();
  dialled = upTo;
}
const connectedMs = performance.now();
let loggedIn = 0;
for (let from = 0; from < count; from += AT_ONCE) {
  await Promise.all(terminals.slice(from, from + AT_ONCE).map(({ host }, i) => login(host, from + i)));
}
const loggedInMs = performance.now();
await settle();
const grown = (of: 'fleetMB' | 'bankMB', nowMB: number) => Math.round(((nowMB - before[of]) * 1024) / count);
const [atFleet, atBank] = [grown('fleetMB', fleetMB()), grown('bankMB', bankMB)];
console.log(
  `memory a terminal      bank ${atBank} kB + terminal ${atFleet} kB = ${atBank + atFleet} kB (${loggedIn} logged in)`,
);
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
console.log(
  `${count} terminals       connected in ${seconds(connectedMs - dialledMs)}, logged in after another ` +
    `${seconds(loggedInMs - connectedMs)}; resident: bank ${Math.round(bankMB)} MB, fleet ${Math.round(fleetMB())} MB`,
);
await bank.stop();
rmSync(data, { recursive: true, force: true });
process.exit(loggedIn === count ? 0 : 1);

function login(host: LoadTerminal['host'], index: number): Promise<void> {
  const [customer] = fleet.terminals[index]?.customers ?? [];
  return new Promise((resolve) => {
    if (!customer) return resolve();
    host.login(customer.customer, customer.password, ({ outcome }) => {
      if (outcome === 'ok') loggedIn++;
      resolve();
    });
  });
}

function fleetMB(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss() / 2 ** 20;
}

/** Until the bank's next figures have come. */
async function settle(): Promise<void> {
  await pause(1_500);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
