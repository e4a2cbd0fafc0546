/**
 * `cashpoint atm --batch`: commands in, one JSON line each out. A refusal by the bank is an answer like any other; only
 * what was not carried out, or may not have been, is a failure.
 *
 * @module
 */
import type { OperationResult } from '../actors/operation.ts';
import type { TerminalHost } from '../actors/terminal-host.ts';
import { CODES, type Code } from '../protocol/errors.ts';
import type { AccountId, CustomerId } from '../protocol/ids.ts';
import type { AccountView, BalancePush, HistoryItem } from '../protocol/messages.ts';
import { formatAmount, ZERO } from '../protocol/money.ts';
import type { ExitName } from '../reports/exit-codes.ts';
import { freshen } from '../terminals/accounts.ts';
import { type BatchCommand, parseCommand } from './atm-commands.ts';
import { CommandError } from './fail.ts';

export interface BatchDeps {
  readonly host: TerminalHost;
  /** Resolves when an operation can be started, false after the time that was set for it. */
  readonly ready: () => Promise<boolean>;
  /** Asks when there is no file to read it from. */
  readonly password: (question: string, file: string | null) => Promise<string>;
  /** Of whoever logs in without naming another. */
  readonly passwordFile: string | null;
  readonly print: (line: string) => void;
}

type Answer = Readonly<Record<string, unknown>>;

/** Pages of a history are of this size. */
const PAGE = 50;

export class AtmBatch {
  readonly #deps: BatchDeps;
  #accounts: readonly AccountView[] = [];
  #account: AccountId | null = null;
  #exit: ExitName = 'pass';

  constructor(deps: BatchDeps) {
    this.#deps = deps;
  }

  /** The bank says that a balance changed. */
  push(view: BalancePush): void {
    this.#accounts = freshen(this.#accounts, view);
  }

  /** Runs until the lines end or one is wrong. Returns how the command ends; throws {@link CommandError}. */
  async run(lines: AsyncIterable<string>): Promise<ExitName> {
    let number = 0;
    for await (const line of lines) {
      number++;
      const command = parseCommand(line);
      if (command === null) continue;
      if (typeof command === 'string') throw new CommandError('usage', `line ${number}: ${command}`);
      const answer = await this.#carryOut(command);
      this.#deps.print(JSON.stringify({ command: line.replace(/#.*$/, '').trim(), ...answer }));
    }
    return this.#exit;
  }

  async #carryOut(command: BatchCommand): Promise<Answer> {
    if (command.do === 'wait') {
      await new Promise((resolve) => setTimeout(resolve, command.ms));
      return { outcome: 'ok' };
    }
    if (!(await this.#deps.ready())) {
      throw new CommandError('liveness', `no session with the bank in time; nothing more was done`);
    }
    switch (command.do) {
      case 'login':
        return this.#login(command.user, command.file);
      case 'logout':
        return this.#answer(await this.#ask((done) => this.#deps.host.logout(done)));
      case 'account':
        if (!this.#accounts.some(({ account }) => account === command.account))
          return refused('UNKNOWN_ACCOUNT');
        this.#account = command.account;
        return { outcome: 'ok', ...this.#figures() };
      case 'password':
        return this.#changePassword(command.files);
      default:
        return this.#account === null ? refused('NOT_PERMITTED') : this.#use(command, this.#account);
    }
  }

  async #use(
    command: Extract<BatchCommand, { do: 'balance' | 'history' | 'withdraw' | 'deposit' | 'transfer' }>,
    account: AccountId,
  ): Promise<Answer> {
    const { host } = this.#deps;
    switch (command.do) {
      case 'balance':
        return this.#answer(await this.#ask((done) => host.balance(account, done)));
      case 'history':
        return this.#history(account, command);
      case 'withdraw':
        return this.#answer(await this.#ask((done) => host.withdraw(account, command.amount, done)));
      case 'deposit':
        return this.#answer(await this.#ask((done) => host.deposit(account, command.notes, done)));
      case 'transfer': {
        const { to, amount } = command;
        return this.#answer(await this.#ask((done) => host.transfer({ from: account, to, amount }, done)));
      }
    }
  }

  async #login(user: CustomerId, file: string | null): Promise<Answer> {
    const password = await this.#deps.password(`Password of ${user}`, file ?? this.#deps.passwordFile);
    const result = await this.#ask((done) => this.#deps.host.login(user, password, done));
    this.#accounts = result.reply?.accounts ?? [];
    this.#account = this.#accounts[0]?.account ?? null;
    const accounts = this.#accounts.map(({ account }) => account);
    return { ...this.#answer(result), ...(accounts.length > 0 ? { accounts } : {}) };
  }

  async #changePassword(files: { old: string; new: string } | null): Promise<Answer> {
    const old = await this.#deps.password('Old password', files?.old ?? this.#deps.passwordFile);
    const fresh = await this.#deps.password('New password', files?.new ?? null);
    return this.#answer(await this.#ask((done) => this.#deps.host.changePassword({ old, new: fresh }, done)));
  }

  async #history(
    account: AccountId,
    { count, kinds }: Extract<BatchCommand, { do: 'history' }>,
  ): Promise<Answer> {
    const items: HistoryItem[] = [];
    let cursor: number | null = null;
    for (;;) {
      const page = { cursor, limit: Math.min(PAGE, count - items.length), kinds };
      const result = await this.#ask((done) => this.#deps.host.history(account, page, done));
      items.push(...(result.reply?.items ?? []));
      cursor = result.reply?.next ?? null;
      if (result.outcome !== 'ok' || cursor === null || items.length >= count) {
        return { ...this.#answer(result), items: items.map(itemOf), more: cursor !== null };
      }
    }
  }

  #ask(start: (done: (result: OperationResult) => void) => void): Promise<OperationResult> {
    return new Promise((resolve) => start(resolve));
  }

  #answer(result: OperationResult): Answer {
    const { op, outcome, code, amount, cash, txnId, reply } = result;
    if (result.account) this.#accounts = freshen(this.#accounts, result.account);
    if (op === 'logout') {
      this.#accounts = [];
      this.#account = null;
    }
    // Sent or not: nobody can say that it was carried out.
    if (outcome === 'unknown' || code === null) this.#exit = 'liveness';
    return {
      outcome,
      code,
      meaning: code === null ? 'There was no session with the bank' : CODES[code].meaning,
      ...(amount > ZERO ? { amount: formatAmount(amount) } : {}),
      ...(op === 'withdraw' || op === 'deposit' ? { cash: formatAmount(cash) } : {}),
      ...(reply?.triesLeft === undefined ? {} : { triesLeft: reply.triesLeft }),
      ...(txnId === null ? {} : { txnId }),
      ...this.#figures(),
    };
  }

  #figures(): Answer {
    const view = this.#accounts.find(({ account }) => account === this.#account);
    if (!view) return {};
    return {
      account: view.account,
      balance: formatAmount(view.ledger),
      available: formatAmount(view.available),
    };
  }
}

/** Refused here: the bank was not asked. */
const refused = (code: Code): Answer => ({ outcome: 'fail', code, meaning: CODES[code].meaning });

const itemOf = ({ seq, atMs, kind, amount, balance, code, state }: HistoryItem): Answer => ({
  seq,
  at: new Date(atMs).toISOString(),
  kind,
  amount: formatAmount(amount),
  balance: balance === null ? null : formatAmount(balance),
  code,
  state,
});
