/**
 * What a deposit costs the bank without network: decide and apply, seal the audit record, commit in batches (five rows
 * a deposit). `npx node test/bench/bank.bench.ts [batches] [size] [directory]`
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyDecision, BatchBuilder } from '../../bank/apply.ts';
import { AuditTrail } from '../../bank/audit/trail.ts';
import type { Command } from '../../bank/commands.ts';
import { decide } from '../../bank/decide/index.ts';
import { SqliteStore } from '../../bank/sqlite/sqlite-store.ts';
import type { TxnId } from '../../protocol/ids.ts';
import {
  account,
  customer,
  deposit,
  KEY,
  money,
  START_MS,
  TestBank,
  terminal,
} from '../helpers/test-bank.ts';

const CUSTOMERS = 1000;
const TERMINALS = 256;
const batches = Number(process.argv[2] ?? 500);
const size = Number(process.argv[3] ?? 64);
const directory = mkdtempSync(join(process.argv[4] ?? tmpdir(), 'cashpoint-bench-'));
const store = SqliteStore.open(directory);
const bank = new TestBank({}, store);
const setUp: Command[] = [];
for (let n = 0; n < CUSTOMERS; n += 1) {
  const accounts = [{ id: account(n), opening: money(100_000) }];
  setUp.push({ type: 'addCustomer', customer: customer(n), password: 'x', accounts });
}
for (let n = 0; n < TERMINALS; n += 1) {
  setUp.push({ type: 'enrolTerminal', terminal: terminal(n), keyId: 1 });
}
bank.batch(setUp);

const { state } = bank;
const trail = new AuditTrail({ key: KEY, head: store.load().auditHead });
const random = randomBytes(16 * batches * size);
const spentMs = { decide: 0, seal: 0, commit: 0 };
let done = 0;

function depositOnce(builder: BatchBuilder): void {
  const n = (done * 7919) % CUSTOMERS;
  const request = deposit(0, 4000, { account: account(n), txnId: randomBytes(16).toString('hex') as TxnId });
  const origin = { terminal: terminal(done % TERMINALS), customer: customer(n) };
  const start = performance.now();
  const made = decide(state, { type: 'request', origin, request }, START_MS + done);
  const applied = applyDecision(state, made, trail.head.seq + 1);
  const decided = performance.now();
  const note = made.audit;
  const audit = note && trail.seal(note, START_MS + done, random.subarray(done * 16, done * 16 + 16));
  spentMs.seal += performance.now() - decided;
  spentMs.decide += decided - start;
  builder.add(applied, audit);
  done += 1;
}

async function commitOnce(): Promise<void> {
  const builder = new BatchBuilder();
  for (let n = 0; n < size; n += 1) depositOnce(builder);
  const batch = builder.build();
  const start = performance.now();
  await new Promise<void>((resolve, reject) =>
    store.commit(batch, (error) => (error ? reject(error) : resolve())),
  );
  spentMs.commit += performance.now() - start;
  state.committed(batch);
}

const start = performance.now();
for (let n = 0; n < batches; n += 1) await commitOnce();
const seconds = (performance.now() - start) / 1000;
const perOp = (ms: number) => `${((ms * 1000) / done).toFixed(1)} µs`;
console.log(
  `${done} deposits in ${batches} commits of ${size}: ${Math.round(batches / seconds)} commits/s, ` +
    `${Math.round(done / seconds)} deposits/s; each: decide and apply ${perOp(spentMs.decide)}, ` +
    `audit seal ${perOp(spentMs.seal)}, commit ${perOp(spentMs.commit)}`,
);
store.close();
rmSync(directory, { recursive: true });
