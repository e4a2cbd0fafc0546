/**
 * LINEAR, as far as it can be seen while a run goes on: what the bank decides, in commit order, is what a model decides
 * that knows nothing but the rules: code, balances told and told of, ledger entries, audit record. Of a batch that a
 * crash left in doubt the disk says whether it was durable; whatever else the bank must remember over its restarts, the
 * model remembers by itself.
 *
 * It speaks when all other checks have had their say: most of what it notices, one of them has a better name for.
 *
 * @module
 */
import type { Command, Decision } from '../../../bank/commands.ts';
import type { BankPolicy } from '../../../bank/policy.ts';
import type { BankImage, LedgerStore } from '../../../bank/store.ts';
import type { Observation } from '../observation.ts';
import type { Judge } from './judge.ts';
import { difference } from './model-answer.ts';
import { ModelBank, type Outcome } from './model-bank.ts';

export class Model {
  readonly #judge: Judge;
  readonly #bank: ModelBank;
  /** Handed to the store and not answered yet, in order. */
  #inDoubt: Command[] = [];
  #nowMs = 0;
  /** Passwords that the bank's present process hashes or has hashed: when one is asked about again, it says so at once. */
  readonly #hashed = new Set<string>();
  /** The first difference. The model is of no use after it. */
  #wrong: string | null = null;

  constructor(judge: Judge, policy: BankPolicy) {
    this.#judge = judge;
    this.#bank = new ModelBank(policy);
  }

  see(observation: Observation): void {
    if (this.#wrong !== null) return;
    if (observation.type === 'committing') {
      this.#inDoubt = [...observation.commands];
      this.#nowMs = observation.nowMs;
    } else if (observation.type === 'decided') {
      this.#inDoubt.shift();
      this.#decided(observation.command, observation.decision);
    } else if (observation.type === 'recovered') {
      this.#recovered(observation.store, observation.life);
    }
  }

  finish(): void {
    const text = this.#wrong;
    if (text !== null) this.#judge.fail('LINEAR', text);
    this.#wrong = null;
  }

  #decided(command: Command, decision: Decision): void {
    if ('verify' in decision && decision.verify !== undefined) this.#hashed.add(keyOf(command));
    const before = this.#bank.state.entries;
    const expected = this.#bank.ask(command, this.#nowMs, decision);
    const text = difference(decision, expected, this.#bank.state.entries - before);
    this.#check(text === null, () => `${nameOf(command)}, ${text}`);
  }

  #recovered(store: LedgerStore, life: string): void {
    const image = store.load();
    if (this.#isDurable(store, image)) {
      for (const command of this.#inDoubt)
        this.#bank.ask(command, this.#nowMs, this.#outcomeOf(store, command));
      for (const { id, locked } of image.customers) this.#bank.locked(id, locked);
    }
    this.#inDoubt = [];
    this.#hashed.clear();
    const { state, audits } = this.#bank;
    this.#same(life, 'audit records', audits, image.auditHead.seq);
    this.#same(life, 'ledger entries', state.entries, image.entrySeq);
    for (const { id, ledger, held } of image.accounts) {
      this.#same(life, `balance of ${id}`, state.balance(id), Number(ledger));
      this.#same(life, `holds on ${id}`, state.held(id), Number(held));
    }
  }

  /** Every command leaves a record, or the row of a password that is being hashed. */
  #isDurable(store: LedgerStore, image: BankImage): boolean {
    if (image.auditHead.seq > this.#bank.audits) return true;
    return this.#inDoubt.some((command) => {
      if (command.type !== 'loginBegin' && command.type !== 'passwordBegin') return false;
      const { origin, request } = command;
      const key = `${origin.terminal}/${request.txnId}`;
      return !this.#bank.state.transactions.has(key) && store.transaction(origin.terminal, request.txnId);
    });
  }

  /** What is on disk of a login or a password change that was not answered. */
  #outcomeOf(store: LedgerStore, command: Command): Outcome {
    const row =
      'request' in command && 'txnId' in command.request
        ? store.transaction(command.origin.terminal, command.request.txnId)
        : undefined;
    if (row?.state === 'pending' && this.#hashed.has(keyOf(command))) return { code: row.code, writes: [] };
    this.#hashed.add(keyOf(command));
    return row ?? { code: 'IN_PROGRESS', state: 'pending' };
  }

  #same(life: string, what: string, expected: number, found: number): void {
    this.#check(expected === found, () => `${life} finds ${what} ${found}, expected ${expected}`);
  }

  #check(ok: boolean, text: () => string): void {
    if (ok) this.#judge.check('LINEAR', true, text);
    else this.#wrong ??= text();
  }
}

/** Empty for what has no id. */
const keyOf = (command: Command): string =>
  'request' in command && 'txnId' in command.request
    ? `${command.origin.terminal}/${command.request.txnId}`
    : '';

function nameOf(command: Command): string {
  if (!('request' in command)) return command.type;
  const { origin, request } = command;
  const id = 'txnId' in request ? `/${request.txnId}` : '';
  return `${command.type === 'request' ? request.type : command.type} of ${origin.terminal}${id}`;
}
