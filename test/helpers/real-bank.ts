/**
 * A bank on real files and a real port, in this process, with Alice, Bob and terminals whose keys lie in a directory.
 *
 * @module
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DataDirectory, openDataDirectory } from '../../actors/node/data-directory.ts';
import { systemEntropy } from '../../actors/node/entropy.ts';
import { createPasswordHash } from '../../actors/node/password-hash.ts';
import { type RunningBank, serveBank } from '../../actors/node/serve-bank.ts';
import { terminalKeyPath, writeTerminalKey } from '../../actors/node/terminal-key-file.ts';
import { auditKey, openRecord } from '../../bank/audit/trail.ts';
import type { Command } from '../../bank/commands.ts';
import { DEFAULT_POLICY } from '../../bank/policy.ts';
import { SqliteStore } from '../../bank/sqlite/sqlite-store.ts';
import type { AccountId, CustomerId, TerminalId } from '../../protocol/ids.ts';
import { kDispense, kShared } from '../../protocol/key-schedule.ts';
import { cents } from '../../protocol/money.ts';
import { sumNotes } from '../../terminals/cassettes.ts';

export const ATM_1 = 'ATM-001' as TerminalId;
export const ATM_2 = 'ATM-002' as TerminalId;
const CASSETTES = [
  { denomination: cents(50_00), count: 100 },
  { denomination: cents(20_00), count: 100 },
];
const CUSTOMERS = [
  { customer: 'alice' as CustomerId, account: 'A-1' as AccountId },
  { customer: 'bob' as CustomerId, account: 'A-2' as AccountId },
];

export class RealBank {
  readonly path = mkdtempSync(join(tmpdir(), 'cashpoint-real-'));
  readonly terminals = join(this.path, 'terminals');
  /** Holds Alice's password; a file each for her and Bob. */
  readonly passwordFile = join(this.path, 'alice.pw');
  readonly alerts: string[] = [];
  readonly #data = join(this.path, 'bank');
  #bank: RunningBank | null = null;
  #address = '127.0.0.1:0';
  readonly #hasHttp: boolean;

  private constructor({ http = false }) {
    this.#hasHttp = http;
  }

  /** Alice and Bob with 100.00 each, both terminals with cash. */
  static async start(options: { http?: boolean } = {}): Promise<RealBank> {
    const bank = new RealBank(options);
    const directory = openDataDirectory(bank.#data, { create: true });
    await bank.serve();
    await bank.#populate(directory);
    return bank;
  }

  get address(): string {
    return this.#address;
  }

  /** Only of a bank with HTTP; another after each {@link serve}. */
  get httpAddress(): string {
    return this.#bank?.httpAddress ?? '';
  }

  /** Connections, established or not. */
  get connections(): number {
    return this.#bank?.server.sessions.open ?? 0;
  }

  /** On the port it had before. */
  async serve(): Promise<void> {
    const directory = openDataDirectory(this.#data, { create: false });
    this.#bank = await serveBank(directory, {
      listen: this.#address,
      http: this.#hasHttp ? '127.0.0.1:0' : undefined,
      passwordCost: 'load-test',
      policy: DEFAULT_POLICY,
      onFatal: (error) => {
        throw error;
      },
      onAlert: (text) => this.alerts.push(text),
      onCommitted: () => {},
    });
    this.#address = this.#bank.address;
  }

  async stop(): Promise<void> {
    await this.#bank?.stop();
    this.#bank = null;
  }

  async end(): Promise<void> {
    await this.stop();
    rmSync(this.path, { recursive: true, force: true });
  }

  ask(command: Command): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#bank?.actor.submit(command, ({ code }) =>
        code === 'APPROVED' ? resolve() : reject(new Error(`${command.type}: ${code}`)),
      );
    });
  }

  /** A file that only its owner may read. */
  secret(name: string, text: string): string {
    const path = join(this.path, name);
    writeFileSync(path, `${text}\n`, { mode: 0o600 });
    return path;
  }

  /** The audit trail in clear, `customer | action`; the bank must be stopped. */
  audit(): string[] {
    const { auditKey: file } = openDataDirectory(this.#data, { create: false });
    const key = auditKey(file.key, file.id);
    const store = SqliteStore.open(this.#data);
    const lines = [...store.audit(1)].map((row) => {
      const record = openRecord(row, key);
      return record ? `${record.customer} | ${record.action}` : 'does not open';
    });
    store.close();
    return lines;
  }

  async #populate({ baseKey }: DataDirectory): Promise<void> {
    await this.ask({ type: 'fundVault', amount: cents(100_000_00) });
    for (const terminal of [ATM_1, ATM_2]) {
      const owner = { terminal, keyId: baseKey.id };
      await this.ask({ type: 'enrolTerminal', ...owner });
      await this.ask({ type: 'loadCash', terminal, amount: sumNotes(CASSETTES) });
      writeTerminalKey(terminalKeyPath(this.terminals, terminal), {
        ...owner,
        kShared: kShared(baseKey.key, owner),
        kDispense: kDispense(baseKey.key, owner),
        cassettes: CASSETTES,
      });
    }
    const hash = createPasswordHash({ entropy: systemEntropy(), cost: 'load-test' });
    for (const { customer, account } of CUSTOMERS) {
      this.secret(`${customer}.pw`, `${customer}-pw`);
      const password = await new Promise<string>((done) => hash.hash(`${customer}-pw`, done));
      const accounts = [{ id: account, opening: cents(100_00) }];
      await this.ask({ type: 'addCustomer', customer, password, accounts });
    }
  }
}
