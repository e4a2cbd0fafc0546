/**
 * The language of `cashpoint atm --batch`: one command a line, words apart by blanks, `#` for a remark.
 *
 * @module
 */
import { type AccountId, accountId, type CustomerId, customerId } from '../protocol/ids.ts';
import { HISTORY_KINDS, type HistoryKind, type Notes } from '../protocol/messages.ts';
import { type Cents, parseAmount } from '../protocol/money.ts';
import { parseDuration } from '../sim/load/units.ts';
import { notesFor, parseNotes } from '../terminals/banknotes.ts';

export type BatchCommand =
  /** `file`: where the password is, instead of that of `--password-file`. */
  | { readonly do: 'login'; readonly user: CustomerId; readonly file: string | null }
  | { readonly do: 'logout' }
  | { readonly do: 'balance' }
  /** What the commands after it are about. */
  | { readonly do: 'account'; readonly account: AccountId }
  | { readonly do: 'history'; readonly count: number; readonly kinds: readonly HistoryKind[] }
  | { readonly do: 'withdraw'; readonly amount: Cents }
  | { readonly do: 'deposit'; readonly notes: readonly Notes[] }
  | { readonly do: 'transfer'; readonly to: AccountId; readonly amount: Cents }
  | { readonly do: 'password'; readonly files: { readonly old: string; readonly new: string } | null }
  | { readonly do: 'wait'; readonly ms: number };

export const BATCH_HELP = `
Commands of --batch, one a line:
  login <user> [<password file>]        withdraw <amount>           transfer <account> <amount>
  balance                               deposit <amount>            password [<old file> <new file>]
  history [<n>] [<kind> …]              deposit 50x2,20x1           logout
  account <account>                     wait <time>                 # a remark`;

/** Null for a line that asks for nothing; a text says what was expected. */
export function parseCommand(line: string): BatchCommand | string | null {
  const [verb, ...words] = line.replace(/#.*$/, '').trim().split(/\s+/);
  if (!verb) return null;
  const parse = Object.hasOwn(PARSERS, verb) ? PARSERS[verb as BatchCommand['do']] : null;
  if (!parse) return `Expected one of ${Object.keys(PARSERS).join(', ')}, got "${verb}"`;
  const { words: most, form } = FORMS[verb as BatchCommand['do']];
  return (words.length <= most ? parse(words) : null) ?? `Expected ${form}`;
}

const HISTORY_DEFAULT = 10;
const HISTORY_MAX = 1000;

const FORMS: Readonly<Record<BatchCommand['do'], { readonly words: number; readonly form: string }>> = {
  login: { words: 2, form: 'login <user> [<password file>]' },
  logout: { words: 0, form: 'logout and nothing more' },
  balance: { words: 0, form: 'balance and nothing more' },
  account: { words: 1, form: 'account <account>' },
  history: { words: 6, form: `history [1..${HISTORY_MAX}] [${HISTORY_KINDS.join('|')} …]` },
  withdraw: { words: 1, form: 'withdraw <amount like 40.00>' },
  deposit: { words: 1, form: 'deposit <notes like 50x2,20x1, or an amount that 5.00 divides>' },
  transfer: { words: 2, form: 'transfer <account> <amount like 10.00>' },
  password: { words: 2, form: 'password [<old file> <new file>]' },
  wait: { words: 1, form: 'wait <time like 500ms or 2s>' },
};

const PARSERS: Readonly<Record<BatchCommand['do'], (words: readonly string[]) => BatchCommand | null>> = {
  login([name = '', file = null]) {
    const user = customerId(name);
    return user && { do: 'login', user, file };
  },
  logout: () => ({ do: 'logout' }),
  balance: () => ({ do: 'balance' }),
  account([name = '']) {
    const account = accountId(name);
    return account && { do: 'account', account };
  },
  history(words) {
    const [first = ''] = words;
    const counted = /^[0-9]{1,4}$/.test(first);
    const count = counted ? Number(first) : HISTORY_DEFAULT;
    const kinds = (counted ? words.slice(1) : words).filter(isKind);
    const sound = kinds.length === words.length - (counted ? 1 : 0) && new Set(kinds).size === kinds.length;
    return sound && count >= 1 && count <= HISTORY_MAX ? { do: 'history', count, kinds } : null;
  },
  withdraw([text = '']) {
    const amount = parseAmount(text);
    return amount ? { do: 'withdraw', amount } : null;
  },
  deposit([text = '']) {
    const amount = parseAmount(text);
    const notes = amount === null ? parseNotes(text) : notesFor(amount);
    return notes && { do: 'deposit', notes };
  },
  transfer([name = '', text = '']) {
    const to = accountId(name);
    const amount = parseAmount(text);
    return to && amount ? { do: 'transfer', to, amount } : null;
  },
  password([old, fresh]) {
    if (old === undefined) return { do: 'password', files: null };
    return fresh === undefined ? null : { do: 'password', files: { old, new: fresh } };
  },
  wait([text = '']) {
    const ms = parseDuration(text);
    return ms === null ? null : { do: 'wait', ms };
  },
};

const isKind = (word: string): word is HistoryKind => (HISTORY_KINDS as readonly string[]).includes(word);
