/**
 * Bugs planted where cash is: in a dispenser's orders, and in reversals of what was paid out.
 *
 * @module
 */
import { type AttackPlant, borrowed } from './attack-plant.ts';

const REVERSE = 'bank/decide/reverse.ts';
const TOKEN = 'protocol/dispense-token.ts';

export const CASH_PLANTS: readonly AttackPlant[] = [
  borrowed('paid-order-paid-again', { caught: 'dispense-token', says: 'a token used twice' }),
  {
    name: 'amount-not-in-the-token',
    bug: "A dispenser's token is good for any amount",
    caught: 'dispense-token',
    says: 'an order with more money',
    patches: [{ file: TOKEN, find: 'amountBytes.writeBigUInt64BE(amount);', replace: 'void amount;' }],
  },
  {
    name: 'notes-not-added-up',
    bug: 'A dispenser pays the notes of an order without adding them up',
    caught: 'dispense-token',
    says: 'an order with notes beyond the amount',
    patches: [
      { file: 'terminals/dispenser.ts', find: '|| sumNotes(order.notes) !== order.amount ', replace: '' },
    ],
  },
  {
    name: 'transaction-not-in-the-token',
    bug: "A dispenser's token is good for any transaction",
    caught: 'dispense-token',
    says: 'an order with another transaction',
    patches: [{ file: TOKEN, find: "    Buffer.from(txnId, 'hex'),\n", replace: '' }],
  },
  {
    name: 'any-token-pays',
    bug: 'A dispenser does not look at the token',
    caught: 'dispense-token',
    says: 'an order with a token of noise',
    patches: [
      {
        file: TOKEN,
        find: 'return timingSafeEqual(claimed, tokenBytes(key, order));',
        replace: 'return timingSafeEqual(claimed, claimed) || tokenBytes(key, order).length === 0;',
      },
    ],
  },
  {
    name: 'one-key-for-all-dispensers',
    bug: "Any machine's token is good at every machine",
    caught: 'dispense-token',
    says: "another machine's order",
    patches: [
      {
        file: 'protocol/key-schedule.ts',
        find: "expandLabel(baseKey, { label: 'dispense', context: ownerContext(owner) });",
        replace: "expandLabel(baseKey, { label: 'dispense', context: ownerContext(owner).subarray(16) });",
      },
      { file: TOKEN, find: '    terminalIdBytes(terminal),\n', replace: '' },
    ],
  },
  {
    name: 'reversal-refunds',
    bug: 'Who reverses what was paid out gets it back',
    caught: 'reversal-fraud',
    says: 'what was paid out, reversed',
    patches: [
      {
        file: REVERSE,
        find: 'if (!orig) return tombstone(ask);',
        replace: `if (!orig) return tombstone(ask);
  if (orig.state === 'completed' && orig.account !== null) {
    const sides = { debit: cashAccount(ask.terminal), credit: customerAccount(orig.account) };
    const entry = { phase: 'post', kind: 'deposit', ...sides, amount: orig.amount, held: ZERO } as const;
    return decision({
      code: 'APPROVED',
      customer: orig.customer,
      action: reversed(withdraw(orig.amount)),
      fields: { state: 'voided' },
      writes: [
        entryWrite(ask, { ...entry, txnId: orig.txnId }),
        { table: 'txn', row: own(ask, 'APPROVED', 'voided') },
      ],
    });
  }`,
      },
    ],
  },
  {
    name: 'any-hold-reversed',
    bug: 'A terminal may reverse the hold of another',
    caught: 'reversal-fraud',
    says: "another terminal's withdrawal, reversed",
    patches: [
      {
        file: 'bank/state.ts',
        find: '      this.store.transaction(terminal, txnId)\n',
        replace: `      this.store.transaction(terminal, txnId) ??
      [...this.open.values()].map((rows) => rows.get(txnId)).find(Boolean)
`,
      },
    ],
  },
  {
    name: 'deposit-reversed',
    bug: 'The reversal of a booked deposit is acknowledged, so that its notes are given back',
    caught: 'reversal-fraud',
    says: 'a deposit, reversed',
    patches: [
      {
        file: REVERSE,
        find: "return reversible ? 'ALREADY_COMPLETED' : 'STATE_CONFLICT';",
        replace: "return reversible ? 'APPROVED' : 'STATE_CONFLICT';",
      },
    ],
  },
];
