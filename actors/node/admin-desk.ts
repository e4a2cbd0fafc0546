/**
 * The operator's desk of an open bank: carries out admin requests through the bank actor, so that each is decided,
 * audited and durable like a customer's, then does what follows from it outside the ledger (sessions dropped, keys made
 * or destroyed).
 *
 * @module
 */
import * as say from '../../bank/audit/actions.ts';
import type { AdminCommand, Command } from '../../bank/commands.ts';
import { cashAccount, customerAccount, VAULT } from '../../bank/model.ts';
import type { BankState } from '../../bank/state.ts';
import { CODES, type Code } from '../../protocol/errors.ts';
import { unreachable } from '../../protocol/invariant.ts';
import { kDispense, kShared } from '../../protocol/key-schedule.ts';
import { formatAmount, subtract, ZERO } from '../../protocol/money.ts';
import type { PasswordHash } from '../../protocol/ports.ts';
import type { BankActor } from '../bank-actor.ts';
import type { BankServer } from '../bank-server.ts';
import type { AdminAnswer, AdminRequest } from './admin-request.ts';
import type { DataDirectory } from './data-directory.ts';

/** What of an open bank the desk works with. */
export interface DeskBank {
  readonly actor: Pick<BankActor, 'submit'>;
  readonly state: BankState;
  /** Seals audit records under the newest audit key from now on. */
  rekey(): void;
}

export interface AdminDeskDeps {
  readonly directory: DataDirectory;
  readonly bank: DeskBank;
  readonly passwords: PasswordHash;
  /** Null while nobody is served. */
  readonly server: Pick<BankServer, 'dismissTerminal' | 'dismissKey' | 'announce'> | null;
}

type Ask<T extends AdminRequest['do']> = Extract<AdminRequest, { do: T }>;

export class AdminDesk {
  readonly #deps: AdminDeskDeps;

  constructor(deps: AdminDeskDeps) {
    this.#deps = deps;
  }

  async perform(request: AdminRequest): Promise<AdminAnswer> {
    switch (request.do) {
      case 'addCustomer':
        return this.#addCustomer(request);
      case 'lockCustomer':
      case 'unlockCustomer':
        return this.#decide({ type: request.do, customer: request.customer }, () => ({}), {
          INVALID_TXN: `No customer ${request.customer}`,
        });
      case 'enrolTerminal':
        return this.#enrol(request);
      case 'revokeTerminal':
        return this.#revoke(request);
      case 'loadCash':
        return this.#loadCash(request);
      case 'resolveSuspense':
        return this.#resolve(request);
      case 'rotateKeys':
        return this.#rotate();
      case 'retireKey':
        return this.#retire(request);
      default:
        return unreachable(request);
    }
  }

  async #addCustomer({ customer, password, account, opening }: Ask<'addCustomer'>): Promise<AdminAnswer> {
    const encoded = await new Promise<string>((done) => this.#deps.passwords.hash(password, done));
    const accounts = [{ id: account, opening }];
    const shared = this.#deps.bank.state.accounts.has(customerAccount(account));
    return this.#decide({ type: 'addCustomer', customer, password: encoded, accounts }, () => ({ shared }), {
      INVALID_TXN: `Customer ${customer} is there already`,
      INVALID_AMOUNT: `${formatAmount(opening)} is more than the bank can keep`,
    });
  }

  #enrol({ terminal }: Ask<'enrolTerminal'>): Promise<AdminAnswer> {
    const { id: keyId, key } = this.#deps.directory.baseKey;
    return this.#decide(
      { type: 'enrolTerminal', terminal, keyId },
      () => ({
        keyId,
        kShared: hex(kShared(key, { terminal, keyId })),
        kDispense: hex(kDispense(key, { terminal, keyId })),
      }),
      {
        SECURITY_VIOLATION: `${terminal} was revoked with key ${keyId}; make new keys first: cashpoint keys rotate`,
      },
    );
  }

  #revoke({ terminal }: Ask<'revokeTerminal'>): Promise<AdminAnswer> {
    const dismiss = () => {
      this.#deps.server?.dismissTerminal(terminal);
      return {};
    };
    return this.#decide({ type: 'revokeTerminal', terminal }, dismiss, {
      INVALID_TXN: `No terminal ${terminal}`,
    });
  }

  async #loadCash({ terminal, amount }: Ask<'loadCash'>): Promise<AdminAnswer> {
    const { state } = this.#deps.bank;
    if (!state.terminals.has(terminal)) return refused(`No terminal ${terminal}`);
    const missing = subtract(amount, state.accounts.get(VAULT)?.ledger ?? ZERO);
    if (missing > 0n) {
      const funded = await this.#decide({ type: 'fundVault', amount: missing }, () => ({}));
      if (!funded.ok) return funded;
    }
    return this.#decide({ type: 'loadCash', terminal, amount }, () => ({
      booked: String(state.accounts.get(cashAccount(terminal))?.ledger ?? ZERO),
    }));
  }

  #resolve({ terminal, txnId, paid }: Ask<'resolveSuspense'>): Promise<AdminAnswer> {
    return this.#decide({ type: 'resolveSuspense', terminal, txnId, paid }, () => ({}), {
      INVALID_TXN: `Nothing in suspense under ${terminal} ${txnId}`,
      INSUFFICIENT_FUNDS: 'The account that would pay has not enough; it stays in suspense',
    });
  }

  /** The new keys are on the disk before anything is made with them. */
  #rotate(): Promise<AdminAnswer> {
    const { directory, bank } = this.#deps;
    const baseKeyId = directory.baseKeys.add().id;
    const auditKeyId = directory.auditKeys.add().id;
    bank.rekey();
    const action = say.keysRotated(baseKeyId, auditKeyId);
    return this.#decide({ type: 'note', customer: say.NOBODY, action }, () => ({ baseKeyId, auditKeyId }));
  }

  async #retire({ keyId, force }: Ask<'retireKey'>): Promise<AdminAnswer> {
    const { directory, bank, server } = this.#deps;
    if (directory.baseKeys.get(keyId) === undefined) return refused(`No base key ${keyId}`);
    if (keyId === directory.baseKey.id) {
      return refused(`Base key ${keyId} is the newest; rotate before it is retired`);
    }
    const left = [...bank.state.terminals.values()].filter(
      ({ keyIds, revoked }) => !revoked && keyIds.includes(keyId) && keyIds.length === 1,
    );
    if (left.length > 0 && !force) {
      const names = left.slice(0, 3).map(({ id }) => id);
      const more = left.length > names.length ? ` and ${left.length - names.length} more` : '';
      return refused(`${names.join(', ')}${more} would be locked out; enrol them anew first, or force it`);
    }
    return this.#decide({ type: 'retireKey', keyId }, () => {
      server?.dismissKey(keyId);
      directory.baseKeys.remove(keyId);
      return { lockedOut: left.map(({ id }) => id) };
    });
  }

  /** @param then runs once the command's effects are durable; what it returns is the result. */
  async #decide(
    command: AdminCommand | Extract<Command, { type: 'note' }>,
    then: () => Readonly<Record<string, unknown>>,
    messages: Readonly<Partial<Record<Code, string>>> = {},
  ): Promise<AdminAnswer> {
    const code = await new Promise<Code>((resolve) => {
      const taken = this.#deps.bank.actor.submit(command, (decision) => {
        this.#deps.server?.announce(decision.changed);
        resolve(decision.code);
      });
      if (!taken) resolve('SYSTEM_ERROR');
    });
    return code === 'APPROVED'
      ? { ok: true, result: then() }
      : refused(messages[code] ?? CODES[code].meaning);
  }
}

const refused = (message: string): AdminAnswer => ({ ok: false, message });
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
