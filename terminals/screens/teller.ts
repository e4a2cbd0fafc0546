/**
 * What the screen asks of its terminal, and how: each thing that can be asked becomes a call with the secrets it needs.
 *
 * @module
 */
import type { AccountId, CustomerId } from '../../protocol/ids.ts';
import { unreachable } from '../../protocol/invariant.ts';
import type { HistoryKind, Notes } from '../../protocol/messages.ts';
import { type Cents, ZERO } from '../../protocol/money.ts';
import type { SecretBox } from './secret-box.ts';
import type { Asked, AtmEvent, AtmResult, World } from './state.ts';

type Done = (result: AtmResult) => void;

/** What the screen asks of its terminal: one operation at a time, and only while `ready`. */
export interface Teller {
  readonly ready: boolean;
  readonly stage: World['stage'];
  login(user: CustomerId, password: string, done: Done): void;
  logout(done: Done): void;
  balance(account: AccountId, done: Done): void;
  history(
    account: AccountId,
    page: { readonly cursor: number | null; readonly limit: number; readonly kinds: readonly HistoryKind[] },
    done: Done,
  ): void;
  withdraw(account: AccountId, amount: Cents, done: Done): void;
  deposit(account: AccountId, notes: readonly Notes[], done: Done): void;
  transfer(
    order: { readonly from: AccountId; readonly to: AccountId; readonly amount: Cents },
    done: Done,
  ): void;
  changePassword(change: { readonly old: string; readonly new: string }, done: Done): void;
  giveUp(): void;
}

/** Calls `over` once, perhaps within the call. */
export function askTeller(
  { teller, secrets }: { readonly teller: Teller; readonly secrets: SecretBox },
  asked: Asked,
  over: (event: AtmEvent) => void,
): void {
  const done = (result: AtmResult) => over({ type: 'result', asked, result });
  if (!teller.ready) return done(NOT_SENT);
  switch (asked.op) {
    case 'login':
      return secrets.spend((read) => teller.login(asked.user, read('password'), done));
    case 'logout':
      return teller.logout(done);
    case 'balance':
      return teller.balance(asked.account, done);
    case 'history':
      return teller.history(asked.account, asked, done);
    case 'withdraw':
      return teller.withdraw(asked.account, asked.amount, done);
    case 'deposit':
      return teller.deposit(asked.account, asked.notes, done);
    case 'transfer': {
      const { from, to, amount } = asked;
      return teller.transfer({ from, to, amount }, done);
    }
    case 'passwordChange':
      return secrets.spend((read) => {
        if (read('fresh') !== read('again')) return over({ type: 'passwordsDiffer' });
        teller.changePassword({ old: read('old'), new: read('fresh') }, done);
      });
    default:
      return unreachable(asked);
  }
}

/** There is no session, or the terminal is settling something: the bank has not been asked. */
const NOT_SENT: AtmResult = {
  outcome: 'fail',
  code: null,
  cash: ZERO,
  txnId: null,
  settledBy: null,
  account: null,
  reply: null,
};
