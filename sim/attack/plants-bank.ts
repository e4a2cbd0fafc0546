/**
 * Bugs planted behind the wire, in what the bank decides and keeps, for the cases that test no rule of the protocol.
 *
 * @module
 */
import { type AttackPlant, borrowed } from './attack-plant.ts';

const LOGIN = 'bank/decide/login.ts';
const STORE = 'bank/sqlite/sqlite-store.ts';
const VERIFY = 'bank/audit/verify.ts';

export const BANK_PLANTS: readonly AttackPlant[] = [
  {
    name: 'revoked-session-lives',
    bug: 'Who is revoked keeps the session there is',
    caught: 'stolen-key',
    says: 'the live session of a terminal that is revoked',
    patches: [
      {
        file: 'actors/bank-server.ts',
        find: 'this.#dismiss((session) => session.terminal === terminal);',
        replace: 'void terminal;',
      },
    ],
  },
  borrowed('lockout-reset-by-session', {
    caught: 'password-guessing',
    says: 'the right password after three wrong ones',
  }),
  {
    name: 'tries-counted-late',
    bug: 'A wrong password counts when it is hashed, not when it is tried, and nobody waits for his turn',
    caught: 'password-guessing',
    says: 'guesses side by side',
    patches: [
      { file: 'actors/turns.ts', find: 'if (waiting) {', replace: "if (waiting && name === '') {" },
      {
        file: LOGIN,
        find: 'return begin(ask, { ...who, tries: who.tries + 1 });',
        replace: 'return begin(ask, who);',
      },
      {
        file: LOGIN,
        find: `const who = counterOf(state, ask.request.user);
  const triesLeft`,
        replace: `const before = counterOf(state, ask.request.user);
  const who = ok ? before : { ...before, tries: before.tries + 1, locked: false };
  const triesLeft`,
      },
      {
        file: LOGIN,
        find: 'if (triesLeft > 0) return refused;',
        replace:
          "if (triesLeft > 0) return { ...refused, writes: [...refused.writes, { table: 'customer', row: who }] };",
      },
    ],
  },
  {
    name: 'spraying-uncounted',
    bug: 'Nobody counts the wrong passwords of a terminal',
    caught: 'password-guessing',
    says: 'a terminal could fail 24 times',
    patches: [
      {
        file: LOGIN,
        find: ' || failuresOf(state, ask) >= state.policy.terminalFailuresMax) {',
        replace: ') {',
      },
    ],
  },
  borrowed('no-dedup', { caught: 'business-repeat', says: 'a deposit said again on a new session' }),
  borrowed('amount-not-in-fingerprint', {
    caught: 'business-repeat',
    says: 'the same id with another amount',
  }),
  {
    name: 'alerts-unheard',
    bug: 'No alert reaches the operator',
    caught: 'reversal-fraud',
    says: 'no alert says',
    patches: [
      {
        file: 'actors/bank-actor.ts',
        find: 'if (decision.alert !== undefined) this.#deps.onAlert(decision.alert);',
        replace: '',
      },
    ],
  },
  borrowed('any-account-served', { caught: 'field-abuse', says: "another customer's account" }),
  {
    name: 'unknown-fields-ignored',
    bug: 'Fields that a message does not have are passed over',
    caught: 'field-abuse',
    says: 'who it is, in the body',
    patches: [
      {
        file: 'protocol/shapes.ts',
        find: "return Object.keys(source).length === present ? (result as T) : 'unknown field';",
        replace: 'return present >= 0 ? (result as T) : "";',
      },
    ],
  },
  overdraft(),
  {
    name: 'commit-in-two',
    bug: 'Money and the transaction that moved it are committed one after the other',
    caught: 'crash-at-commit',
    says: 'the balance of',
    patches: [
      {
        file: STORE,
        find: '      for (const row of batch.txns) put.putTxn',
        replace: `      put.commit.run();
      put.begin.run();
      for (const row of batch.txns) put.putTxn`,
      },
    ],
  },
  borrowed('ack-before-sync', { caught: 'crash-at-commit', says: 'the balance of' }),
  {
    name: 'hashes-unread',
    bug: 'Whoever verifies a trail does not compute its hashes',
    caught: 'audit-tampering',
    says: 'a trail with a record flipped',
    patches: [
      {
        file: VERIFY,
        find: "if (!same(chainHash(head.hash, row), row.hash)) fail(row.seq, 'hash');\n    else {",
        replace: '{',
      },
    ],
  },
  {
    name: 'heads-unread',
    bug: 'Whoever verifies a trail does not look whether its heads are on it',
    caught: 'audit-tampering',
    says: 'a trail with a record rewritten, and the chain with it',
    patches: [
      {
        file: VERIFY,
        find: "if (expected?.seq === head.seq && !same(expected.hash, head.hash)) fail(head.seq, 'fork');",
        replace: '',
      },
    ],
  },
  {
    name: 'end-not-missed',
    bug: 'Whoever verifies a trail does not miss what was cut off',
    caught: 'audit-tampering',
    says: 'an older copy put in its place',
    patches: [{ file: VERIFY, find: "if (missing) fail(last + 1, 'truncated');", replace: 'void missing;' }],
  },
  {
    name: 'failed-commit-passed-over',
    bug: 'The bank goes on when a commit has failed, as if it had not',
    caught: 'disk-full',
    says: 'commits with no room on the disk',
    patches: [
      {
        file: STORE,
        find: 'failure = error instanceof Error ? error : new Error(String(error));',
        replace: 'void error;',
      },
    ],
  },
  {
    name: 'password-in-the-trail',
    bug: 'A wrong password is written into the audit trail',
    caught: 'secret-leakage',
    says: 'a wrong password in the trail in clear',
    patches: [
      {
        file: LOGIN,
        find: "const refused = named(ask, refuse(ask, 'WRONG_PASSWORD', { prior, fields: { triesLeft } }));",
        replace: `const told = { ...ask, action: \`login \${ask.request.password}\` };
    const refused = named(ask, refuse(told, 'WRONG_PASSWORD', { prior, fields: { triesLeft } }));`,
      },
    ],
  },
  {
    name: 'password-in-the-database',
    bug: 'The password of a login stands where its fingerprint should',
    caught: 'secret-leakage',
    says: 'a password in bank.db',
    patches: [
      {
        file: LOGIN,
        find: "const row = txnRow(ask, { state: 'posted', code: 'APPROVED' });",
        replace:
          "const row = txnRow(ask, { state: 'posted', code: 'APPROVED', fingerprint: ask.request.password });",
      },
    ],
  },
];

/** The simulator's disk has no third guard. */
function overdraft(): AttackPlant {
  const plant = borrowed('holds-not-counted', {
    caught: 'overdraft-race',
    says: '49 withdrawals of 40.00 from 500.00 were approved',
  });
  const check = "CHECK (held <= ledger OR id = 'opening' OR id GLOB 'suspense:*')";
  return {
    ...plant,
    patches: [...plant.patches, { file: 'bank/sqlite/schema.ts', find: check, replace: 'CHECK (held >= 0)' }],
  };
}
