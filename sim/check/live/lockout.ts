/**
 * LOCKOUT: a model of wrong passwords of its own, fed by what the bank decided. Each try is charged once, before its
 * password is hashed; a right one sets the count to zero; at the last one the customer is locked. Sessions, repeats and
 * restarts change nothing: after each start the count on disk must be the model's, with those tries settled of which a
 * crash left open whether they were durable.
 *
 * @module
 */
import type { Command, Decision } from '../../../bank/commands.ts';
import type { CustomerRow, TxnRow } from '../../../bank/model.ts';
import type { BankPolicy } from '../../../bank/policy.ts';
import type { LedgerStore } from '../../../bank/store.ts';
import type { CustomerId, TerminalId } from '../../../protocol/ids.ts';
import type { Observation } from '../observation.ts';
import type { Judge } from './judge.ts';

type Trying = Extract<
  Command,
  { readonly type: 'loginBegin' | 'loginFinish' | 'passwordBegin' | 'passwordFinish' }
>;
type Locking = Extract<Command, { readonly type: 'addCustomer' | 'unlockCustomer' | 'lockCustomer' }>;
type Counted = Trying | Locking;

interface Count {
  tries: number;
  locked: boolean;
}

/** What came of a try, by terminal and transaction. */
interface Try {
  readonly customer: CustomerId;
  /** Null while the password is hashed. */
  result: { readonly code: string; readonly triesLeft: number | null } | null;
}

const HOUR_MS = 3_600_000;

export class Lockout {
  readonly #judge: Judge;
  readonly #policy: Pick<BankPolicy, 'triesMax' | 'terminalFailuresMax'>;
  readonly #counts = new Map<CustomerId, Count>();
  readonly #tries = new Map<string, Try>();
  /** Times of wrong passwords at a terminal, by the bank's clock. */
  readonly #failures = new Map<TerminalId, number[]>();
  /** Submitted and not yet decided, in order. The bank decides in that order and may have refused some as busy. */
  #open: Counted[] = [];

  constructor(judge: Judge, policy: Pick<BankPolicy, 'triesMax' | 'terminalFailuresMax'>) {
    this.#judge = judge;
    this.#policy = policy;
  }

  see(observation: Observation): void {
    if (observation.type === 'submitted') {
      if (isCounted(observation.command)) this.#open.push(observation.command);
    } else if (observation.type === 'decided') {
      const { command, decision } = observation;
      if (!isCounted(command)) return;
      this.#open.splice(0, this.#open.indexOf(command) + 1);
      this.#decided(command, decision);
    } else if (observation.type === 'recovered') {
      this.#recovered(observation.store);
    }
  }

  #decided(command: Counted, decision: Decision): void {
    switch (command.type) {
      case 'loginBegin':
        this.#loginBegun(command, decision);
        break;
      case 'passwordBegin':
        this.#passwordBegun(command, decision);
        break;
      case 'loginFinish':
        this.#finished(command, command.ok, decision);
        break;
      case 'passwordFinish':
        this.#finished(command, command.password !== null, decision);
        break;
      default:
        if (decision.code === 'APPROVED') this.#administered(command);
    }
  }

  #loginBegun(command: Trying & { readonly type: 'loginBegin' }, decision: Decision): void {
    const { origin, request } = command;
    const known = this.#tries.get(keyOf(command));
    const count = this.#counts.get(request.user);
    if (known) {
      this.#again(command, known, decision);
      return;
    }
    if (!count) {
      // Names that are nobody's are counted too, many to a row; here it is enough that none gets in.
      this.#must(decision.code !== 'APPROVED', command, 'is approved for a stranger');
      return;
    }
    if (decision.code === 'TERMINAL_NOT_PERMITTED') return;
    const atMs = timeOf(decision);
    const failures = (this.#failures.get(origin.terminal) ?? []).filter((at) => at > atMs - HOUR_MS).length;
    this.#must(
      failures < this.#policy.terminalFailuresMax,
      command,
      'is let through after too many failures',
    );
    this.#begin(command, count, decision);
  }

  #passwordBegun(command: Trying & { readonly type: 'passwordBegin' }, decision: Decision): void {
    const known = this.#tries.get(keyOf(command));
    if (known) {
      this.#again(command, known, decision);
      return;
    }
    const { customer } = command.origin;
    const count = customer === null ? undefined : this.#counts.get(customer);
    if (!count || decision.code === 'TERMINAL_NOT_PERMITTED') {
      this.#must(decision.code !== 'IN_PROGRESS', command, 'is hashed for nobody');
      return;
    }
    this.#begin(command, count, decision);
  }

  /** A new try: refused without a charge, or charged and then hashed. */
  #begin(command: Trying, count: Count, { code, fields, verify, writes }: Decision): void {
    const isOver = count.locked || count.tries >= this.#policy.triesMax;
    this.#must(isOver === (code === 'TRIES_EXCEEDED'), command, `is ${code} after ${count.tries} tries`);
    if (isOver) {
      this.#must(fields.triesLeft === 0, command, `leaves ${fields.triesLeft} tries, not 0`);
      // Refused for good: an unlocking in between changes nothing for a repeat of this id.
      const result = { code: 'TRIES_EXCEEDED', triesLeft: 0 };
      this.#tries.set(keyOf(command), { customer: customerOf(command), result });
      return;
    }
    this.#must(verify !== undefined, command, 'is not hashed');
    this.#charge(command, count);
    this.#written(command, count, writes);
  }

  #charge(command: Trying, count: Count): void {
    count.tries += 1;
    this.#tries.set(keyOf(command), { customer: customerOf(command), result: null });
  }

  /** A repeat of an id is no second try. */
  #again(command: Trying, { result }: Try, { code, fields, writes }: Decision): void {
    const charged = writes.some(({ table }) => table === 'customer');
    this.#must(!charged, command, 'is charged again');
    if (result === null || code === 'DUPLICATE_MISMATCH') return;
    const expected =
      result.code === 'APPROVED' && command.type === 'loginBegin' ? 'ALREADY_COMPLETED' : result.code;
    this.#must(code === expected, command, `is ${code} when it comes again, not ${expected}`);
    const triesLeft = fields.triesLeft ?? null;
    this.#must(triesLeft === result.triesLeft, command, `leaves ${triesLeft} tries when it comes again`);
  }

  #finished(command: Trying, ok: boolean, decision: Decision): void {
    const known = this.#tries.get(keyOf(command));
    const count = this.#counts.get(customerOf(command));
    if (!known || !count || known.result !== null) {
      this.#must(decision.loggedIn === undefined, command, 'logs in without a try');
      return;
    }
    const { code, triesLeft } = this.#settle(command, count, ok);
    this.#must(decision.code === code, command, `is ${decision.code}, not ${code}`);
    const left = decision.fields.triesLeft ?? null;
    this.#must(left === triesLeft, command, `leaves ${left} tries, not ${triesLeft}`);
    known.result = { code, triesLeft };
    if (code === 'WRONG_PASSWORD' && command.type === 'loginFinish')
      this.#fail(command.origin.terminal, decision);
    if (code !== 'TRIES_EXCEEDED') this.#written(command, count, decision.writes);
  }

  /** What the password comes to. */
  #settle(_command: Trying, count: Count, ok: boolean): { code: string; triesLeft: number | null } {
    if (count.locked) return { code: 'TRIES_EXCEEDED', triesLeft: 0 };
    if (ok) {
      count.tries = 0;
      return { code: 'APPROVED', triesLeft: null };
    }
    const triesLeft = Math.max(0, this.#policy.triesMax - count.tries);
    if (triesLeft === 0) count.locked = true;
    return { code: 'WRONG_PASSWORD', triesLeft };
  }

  #fail(terminal: TerminalId, decision: Decision): void {
    const times = this.#failures.get(terminal) ?? [];
    times.push(timeOf(decision));
    this.#failures.set(terminal, times);
  }

  /** The row that goes to disk, where one does, is the model's. */
  #written(command: Trying, count: Count, writes: Decision['writes']): void {
    for (const write of writes) {
      if (write.table !== 'customer') continue;
      const { tries, locked } = write.row;
      const isSame = tries === count.tries && locked === count.locked;
      this.#must(isSame, command, `writes ${shown({ tries, locked })}, not ${shown(count)}`);
    }
  }

  #administered(command: Locking): void {
    const { customer } = command;
    const count = this.#counts.get(customer) ?? { tries: 0, locked: false };
    this.#counts.set(customer, count);
    count.locked = command.type === 'lockCustomer';
    if (command.type !== 'lockCustomer') count.tries = 0;
  }

  /** Whatever was not decided is durable exactly if its row says so; then every count is compared. */
  #recovered(store: LedgerStore): void {
    const { customers } = store.load();
    for (const command of this.#open) {
      if ('request' in command) this.#settleOpen(store, command);
      else if (customers.some((row) => isAsLeftBy(row, command))) this.#administered(command);
    }
    this.#open = [];
    for (const { id, tries, locked, password } of customers) {
      if (password === null) continue;
      const count = this.#counts.get(id);
      this.#judge.check(
        'LOCKOUT',
        count !== undefined && count.tries === tries && count.locked === locked,
        () => `${id} has ${shown({ tries, locked })} after a start, not ${count && shown(count)}`,
      );
    }
  }

  #settleOpen(store: LedgerStore, command: Trying): void {
    const row = store.transaction(command.origin.terminal, command.request.txnId);
    const count = this.#counts.get(customerOf(command));
    const known = this.#tries.get(keyOf(command));
    if (!row || !count) return;
    if (!known) {
      if (row.state === 'pending') this.#charge(command, count);
      else this.#tries.set(keyOf(command), { customer: customerOf(command), result: refusedAs(row) });
      return;
    }
    if (row.state === 'pending' || known.result !== null) return;
    const { code, triesLeft } = this.#settle(command, count, row.state === 'posted');
    known.result = { code, triesLeft };
    this.#must(row.code === code, command, `is ${row.code} on disk, not ${code}`);
    if (code === 'WRONG_PASSWORD' && command.type === 'loginFinish')
      this.#failures.set(command.origin.terminal, [
        ...(this.#failures.get(command.origin.terminal) ?? []),
        row.atMs,
      ]);
  }

  #must(ok: boolean, command: Trying, text: string): void {
    this.#judge.check(
      'LOCKOUT',
      ok,
      () => `${command.type} of ${customerOf(command)} (${keyOf(command)}) ${text}`,
    );
  }
}

/** What a repeat of a try that was refused unhashed will be told. */
const refusedAs = ({
  code,
  reply,
}: TxnRow): { readonly code: string; readonly triesLeft: number | null } => ({
  code,
  triesLeft: reply.triesLeft ?? null,
});

/** Whether an operator's command that was not answered may have been durable. */
function isAsLeftBy({ id, tries, locked }: CustomerRow, { type, customer }: Locking): boolean {
  if (id !== customer) return false;
  return type === 'lockCustomer' ? locked : tries === 0 && !locked;
}

const COUNTED = new Set<Command['type']>([
  'loginBegin',
  'loginFinish',
  'passwordBegin',
  'passwordFinish',
  'addCustomer',
  'unlockCustomer',
  'lockCustomer',
]);
const isCounted = (command: Command): command is Counted => COUNTED.has(command.type);

const keyOf = ({ origin, request }: Trying): string => `${origin.terminal}/${request.txnId}`;

const customerOf = ({ origin, request }: Trying): CustomerId =>
  request.type === 'login' ? request.user : (origin.customer ?? ('-' as CustomerId));

/** By the bank's clock; 0 when it wrote nothing. */
const timeOf = ({ writes }: Decision): number => {
  for (const write of writes) if (write.table === 'txn') return write.row.atMs;
  return 0;
};

const shown = ({ tries, locked }: Count): string => `${tries} tries${locked ? ' and a lock' : ''}`;
