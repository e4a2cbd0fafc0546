/**
 * What the model bank expects of a decision, and in what a decision differs from it.
 *
 * @module
 */
import type { Decision } from '../../../bank/commands.ts';
import type { Code } from '../../../protocol/errors.ts';
import type { AccountView } from '../../../protocol/messages.ts';
import type { Told, View } from './model-state.ts';

export interface Answer {
  /** Null where another check knows it. */
  readonly code: Code | null;
  readonly told: Told;
  /** Customer accounts whose balance or holds are others now. */
  readonly changed: readonly View[];
  readonly audited: boolean;
  /** Whether a dispenser may pay by it. */
  readonly token: boolean;
}

export const answer = (code: Code | null, more: Partial<Omit<Answer, 'code'>> = {}): Answer => ({
  code,
  told: {},
  changed: [],
  audited: true,
  token: false,
  ...more,
});

/** The first difference in words, or null. `entries`: as many as the model made. */
export function difference(found: Decision, expected: Answer, entries: number): string | null {
  const { fields } = found;
  const { told } = expected;
  const made = found.writes.filter(({ table }) => table === 'entry').length;
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['code', expected.code ?? found.code, found.code],
    ['account', shown(told.account), shown(fields.account)],
    ['accounts', shownAll(told.accounts), shownAll(fields.accounts)],
    ['state', told.state, fields.state],
    ['total', told.total, numberOf(fields.total)],
    ['difference', told.difference, numberOf(fields.difference)],
    ['token', expected.token, fields.dispenseToken !== undefined],
    ['balances told of', shownAll(expected.changed), shownAll(found.changed)],
    ['ledger entries', entries, made],
    ['audit record', expected.audited, found.audit !== null],
  ];
  for (const [what, wanted, is] of pairs)
    if (wanted !== is) return `${what}: expected ${wanted ?? 'none'}, found ${is ?? 'none'}`;
  return null;
}

const numberOf = (amount: bigint | undefined): number | undefined =>
  amount === undefined ? undefined : Number(amount);

const shown = (view: View | AccountView | undefined): string | undefined =>
  view && `${view.account} ${view.ledger} (${view.available} available)`;

/** In whatever order. */
const shownAll = (views: readonly (View | AccountView)[] | undefined): string | undefined =>
  views && (views.map(shown).sort().join(', ') || 'none');
