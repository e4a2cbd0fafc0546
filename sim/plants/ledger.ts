/**
 * Bugs planted where money is decided and booked: `bank/decide/`, the ledger, the table of transactions.
 *
 * @module
 */
import type { Patch, Plant } from './plant.ts';

/** Where several guards stand behind each other, a bug is a hole through all of them. */
const UNGUARDED: readonly Patch[] = [
  {
    file: 'bank/ledger.ts',
    find: "invariant(row.ledger >= 0n, 'no customer, cash or vault balance is below zero');",
    replace: '',
  },
  {
    file: 'bank/ledger.ts',
    find: "invariant(row.held <= row.ledger, 'no holds are above the balance');",
    replace: '',
  },
];

export const LEDGER_PLANTS: readonly Plant[] = [
  {
    name: 'overdraft-check-missing',
    summary: 'A withdrawal is authorised whatever the balance',
    invariant: 'NONNEG',
    budget: 10,
    patches: [
      {
        file: 'bank/decide/authorise.ts',
        find: "if (available(row) < amount) return 'INSUFFICIENT_FUNDS';",
        replace: '',
      },
      ...UNGUARDED,
    ],
  },
  {
    name: 'holds-not-counted',
    summary: 'A withdrawal is weighed against the balance without its open holds',
    invariant: 'NONNEG',
    budget: 300,
    patches: [
      {
        file: 'bank/decide/authorise.ts',
        find: 'if (available(row) < amount)',
        replace: 'if (row.ledger < amount)',
      },
      ...UNGUARDED,
    ],
  },
  {
    name: 'locked-customer-withdraws',
    summary: 'A customer who is locked while logged in may still withdraw',
    invariant: 'LINEAR',
    budget: 200,
    patches: [
      {
        file: 'bank/decide/authorise.ts',
        find: "if (isLocked(state, customer)) return 'ACCOUNT_BLOCKED';",
        replace: '',
      },
    ],
  },
  {
    name: 'other-word-acknowledged',
    summary: 'What a terminal says of a withdrawal that is settled otherwise is acknowledged',
    invariant: 'LINEAR',
    budget: 200,
    patches: [
      {
        file: 'bank/decide/complete.ts',
        find: "if (orig.state !== 'suspense' && orig.settled !== ask.request.dispensed) return conflict(ask, orig);",
        replace: '',
      },
    ],
  },
  {
    name: 'self-transfer-loses-money',
    summary: 'A transfer to the account it comes from is charged and not credited',
    invariant: 'CONSERVE',
    budget: 20,
    patches: [
      {
        file: 'bank/decide/transfer.ts',
        find: "if (payer.id === payee.id) return 'INVALID_TXN';",
        replace: `const isRefused = amountProblem(amount, state.policy.transferMax) !== null;
  if (payer.id === payee.id && (isRefused || available(payer) < amount)) return 'INVALID_TXN';`,
      },
      {
        file: 'bank/ledger.ts',
        find: "invariant(debit !== credit, 'an entry has two different sides');",
        replace: '',
      },
      {
        file: 'bank/apply.ts',
        find: `  state.accounts.set(debited.id, debited);
  state.accounts.set(credited.id, credited);
  return [debited, credited];`,
        replace: `  state.accounts.set(credited.id, credited);
  state.accounts.set(debited.id, debited);
  return [credited, debited];`,
      },
      {
        file: 'bank/apply.ts',
        find: "invariant(state.debitTotal === state.creditTotal, 'debit-natured and credit-natured accounts are equal');",
        replace: '',
      },
    ],
  },
  {
    name: 'no-dedup',
    summary: 'A repeated deposit or transfer is carried out again',
    invariant: 'ONCE',
    budget: 200,
    patches: [
      {
        file: 'bank/decide/index.ts',
        find: `  if (prior.state === 'tombstone') return refuse(ask, 'ALREADY_REVERSED', { prior });
  return prior.fingerprint === ask.fingerprint ? repeat(state, ask, prior) : mismatch(ask);`,
        replace: `  if (prior.state === 'tombstone') return refuse(ask, 'ALREADY_REVERSED', { prior });
  return prior.fingerprint === ask.fingerprint ? fresh(state, ask) : mismatch(ask);`,
      },
    ],
  },
  {
    name: 'completion-charged-twice',
    summary: 'A repeated completion takes the money again',
    invariant: 'ONCE',
    budget: 150,
    patches: [
      {
        file: 'bank/decide/index.ts',
        find: 'const original = prior ? undefined : state.transaction(terminal, said.request.origTxnId);',
        replace: 'const original = state.transaction(terminal, said.request.origTxnId);',
      },
      {
        file: 'bank/decide/index.ts',
        find: 'if (!prior) return fresh(state, ask, original);',
        replace: "if (!prior || said.request.type === 'complete') return fresh(state, ask, original);",
      },
      {
        file: 'bank/decide/complete.ts',
        find: 'return acknowledge(ask, orig, repeated(completed(orig.settled)));',
        replace: `const made = acknowledge(ask, orig, repeated(completed(orig.settled)));
  const payer = orig.account === null ? undefined : state.accounts.get(customerAccount(orig.account));
  const drawer = state.accounts.get(cashAccount(ask.terminal));
  if (!payer || !drawer || orig.state === 'suspense' || payer.ledger - payer.held < orig.settled) return made;
  if (orig.settled === 0n || cashFree(state, ask.terminal, drawer) < orig.settled) return made;
  const sides = { debit: payer.id, credit: drawer.id, amount: orig.settled, held: ZERO, txnId: orig.txnId };
  const again = entryWrite(ask, { phase: 'post', kind: 'withdraw', ...sides });
  return { ...made, writes: [again, ...made.writes] };`,
      },
    ],
  },
  {
    name: 'partial-charged-whole',
    summary: 'A withdrawal of which part was taken is charged in full',
    invariant: 'DISPENSE',
    budget: 120,
    patches: [
      {
        file: 'bank/decide/complete.ts',
        find: "const settled = event === 'complete.part' ? ask.request.dispensed : orig.amount;",
        replace: 'const settled = orig.amount;',
      },
      {
        file: 'bank/decide/complete.ts',
        find: ': rest > 0n\n      ?',
        replace: ": next === 'partial'\n      ?",
      },
    ],
  },
  {
    name: 'reversal-leaves-no-trace',
    summary: 'A reversal of what the bank has not seen yet leaves no tombstone',
    invariant: 'DURABLE',
    budget: 20,
    patches: [
      {
        file: 'bank/decide/reverse.ts',
        find: "{ table: 'txn', row: { ...row, txnId: ask.request.origTxnId, fingerprint: '' } },",
        replace: '',
      },
    ],
  },
  {
    name: 'hold-released-on-expiry',
    summary: 'A hold that its terminal has not settled for two minutes is released',
    invariant: 'DISPENSE',
    orElse: 'LINEAR',
    budget: 300,
    patches: [
      {
        file: 'bank/state.ts',
        find: 'nowMs - row.atMs >= this.policy.silentMs',
        replace: 'nowMs - row.atMs >= this.policy.tHoldMs',
      },
      {
        file: 'bank/decide/admin.ts',
        find: `    phase: 'settle',
    kind: 'withdraw',
    debit: account.id,
    credit: suspenseAccount(terminal),
    amount: held.amount,`,
        replace: `    phase: 'release',
    kind: 'withdraw',
    debit: account.id,
    credit: cashAccount(terminal),
    amount: ZERO,`,
      },
      {
        file: 'bank/decide/admin.ts',
        find: 'const row = { ...held, state: next, settled: held.amount, balance: view.ledger };',
        replace: "const row = { ...held, state: 'voided' as const };",
      },
      {
        file: 'bank/decide/admin.ts',
        find: 'action: say.abandoned(held.amount),',
        replace: 'action: say.reversed(say.withdraw(held.amount)),',
      },
    ],
  },
];
