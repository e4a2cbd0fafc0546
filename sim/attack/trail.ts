/**
 * The audit trail as a case must leave it: what was expected of it, against what it says. Reads it as its owner does,
 * with the keys of the data directory.
 *
 * @module
 */
import { auditOpener } from '../../actors/node/audit-files.ts';
import * as say from '../../bank/audit/actions.ts';
import { SqliteStore } from '../../bank/sqlite/sqlite-store.ts';

export interface TrailLine {
  readonly seq: number;
  readonly customer: string;
  readonly action: string;
}

/** Records above `seq`, in clear; one that does not open says so. */
export function readTrail(data: string, seq: number): readonly TrailLine[] {
  const open = auditOpener(data);
  const store = SqliteStore.openReadOnly(data);
  try {
    return [...store.audit(seq + 1)].map((row) => {
      const { customer, action } = open(row) ?? { customer: '?', action: 'does not open' };
      return { seq: row.seq, customer, action };
    });
  } finally {
    store.close();
  }
}

/** Whose records these are: people and machines of a case, and the address its own connections come from. */
export interface Suspects {
  readonly customers: ReadonlySet<string>;
  readonly terminals: ReadonlySet<string>;
  readonly source: string;
}

/** An alert names its terminal. */
export const isAlertOf = (text: string, { terminals }: Suspects): boolean =>
  text.split(/[ ,]/).some((word) => terminals.has(word));

export function isOf({ customer, action }: TrailLine, { customers, terminals, source }: Suspects): boolean {
  if (customers.has(customer)) return true;
  if (action.startsWith(REFUSED)) return `${action} `.includes(` from ${source} `);
  return action.split(/[ ,]/).some((word) => terminals.has(word));
}

const REFUSED = 'session refused - ';

/** What a case expects the trail to have, exactly: no record more, none less. */
export class Expected {
  readonly #exact = new Map<string, number>();
  readonly #perhaps = new Set<string>();
  readonly #alerts: string[] = [];
  readonly #like: { readonly what: string; fits(key: string): boolean; readonly times: number }[] = [];

  record(customer: string, action: string, times = 1): void {
    const key = keyOf(customer, action);
    this.#exact.set(key, (this.#exact.get(key) ?? 0) + times);
  }

  /** Records that will name nobody: what a terminal asked about and the bank did not know. */
  unnamed = 0;

  /** The operator must be told. */
  alert(text: string): void {
    this.#alerts.push(text);
  }

  /** What an honest terminal asks about its own doing once a line was cut, if it has to. */
  perhaps(customer: string, action: string): void {
    this.#perhaps.add(keyOf(customer, action));
  }

  /** A stranger or a broken session, by the reason that is recorded. */
  refused(reason: string, times = 1): void {
    this.record('-', `${REFUSED}${reason}`, times);
  }

  /** So many refusals whose reasons, which depend on the byte that was hit, all match. */
  refusedLike(reason: RegExp, times: number): void {
    const begin = keyOf('-', REFUSED);
    const fits = (key: string) => key.startsWith(begin) && reason.test(key.slice(begin.length));
    this.#like.push({ what: `refusals like ${reason}`, fits, times });
  }

  /** So many records that begin like this, `customer | action`. */
  like(begin: string, times: number): void {
    this.#like.push({ what: `records like "${begin}"`, fits: (key) => key.startsWith(begin), times });
  }

  /** @see differences */
  alertDifferences(alerts: readonly string[]): string[] {
    const missing = [...this.#alerts];
    const wrong: string[] = [];
    for (const text of alerts) {
      const at = missing.indexOf(text);
      if (at >= 0) missing.splice(at, 1);
      else wrong.push(`the alert "${text}" was not expected`);
    }
    return [...wrong, ...missing.map((text) => `no alert says "${text}"`)];
  }

  /** What is missing and what is too much, a line each; none when the trail is as it must be. */
  differences(lines: readonly TrailLine[]): string[] {
    const found = new Map<string, number>();
    for (const line of lines) {
      const { key, times } = tallied(line);
      found.set(key, (found.get(key) ?? 0) + times);
    }
    const wrong: string[] = [];
    for (const [key, times] of this.#exact) {
      const n = found.get(key) ?? 0;
      found.delete(key);
      if (n !== times) wrong.push(`"${key}" ${n} times, expected ${times}`);
    }
    for (const { what, fits, times } of this.#like) {
      const keys = [...found.keys()].filter(fits);
      const sum = keys.reduce((total, key) => total + (found.get(key) ?? 0), 0);
      if (sum !== times) wrong.push(`${sum} ${what}, expected ${times}`);
      for (const key of keys) found.delete(key);
    }
    for (const [key, n] of found)
      if (!this.#perhaps.has(key)) wrong.push(`"${key}" ${n} times, expected none`);
    return wrong;
  }
}

/** Records that name neither customer nor terminal, since the bank knows neither: of what a terminal asks about. */
const UNNAMED = `${say.NOBODY} | ${say.reverseUnknown()}`;

/**
 * What is wrong with records that are of no case: each must be one that names nobody, and of these so many there must be;
 * honest terminals may have asked, too.
 */
export function strays(lines: readonly TrailLine[], unnamed: number): string[] {
  const keys = lines.map(({ customer, action }) => keyOf(customer, action));
  const strange = keys.filter((key) => key !== UNNAMED);
  const wrong = strange.map((key) => `"${key}" is of no attack`);
  const found = keys.length - strange.length;
  return found < unnamed ? [...wrong, `"${UNNAMED}" ${found} times, expected ${unnamed}`] : wrong;
}

const keyOf = (customer: string, action: string): string => `${customer} | ${action}`;

/** Refusals of one reason within a second are one record with their count. */
function tallied({ customer, action }: TrailLine): { key: string; times: number } {
  const match = /^(session refused - .*?) from \S+(?: - (\d+) times within \d+ ms)?$/.exec(action);
  if (!match) return { key: keyOf(customer, action), times: 1 };
  return { key: keyOf(customer, match[1] ?? ''), times: Number(match[2] ?? 1) };
}
