import test from 'ava';
import type { Command, Decision } from '../../../../bank/commands.ts';
import type { CustomerRow, TxnRow } from '../../../../bank/model.ts';
import type { LedgerStore } from '../../../../bank/store.ts';
import { Lockout } from '../../../../sim/check/live/lockout.ts';
import {
  ALICE,
  ATM,
  addAlice,
  Bench,
  BOB,
  customerRow,
  decision,
  login,
  txn,
  txnWrite,
} from '../../../helpers/live-watches.ts';

const HOUR_MS = 3_600_000;
const origin = { terminal: ATM, customer: null };

class Story extends Bench {
  readonly lockout = new Lockout(this.judge, { triesMax: 3, terminalFailuresMax: 5 });

  constructor() {
    super();
    this.decided(addAlice);
  }

  submitted(command: Command): Command {
    this.lockout.see({ type: 'submitted', command });
    return command;
  }
  decided(command: Command, made: Partial<Decision> = {}) {
    this.lockout.see({ type: 'decided', command: this.submitted(command), decision: decision(made) });
  }

  begin(n: number, made: Partial<Decision> = {}, over: Parameters<typeof login>[0] = {}) {
    const command = { type: 'loginBegin', origin, request: login({ txnId: txn(n), ...over }) } as const;
    this.decided(command, { code: 'IN_PROGRESS', verify: { encoded: '' }, writes: [txnWrite(n)], ...made });
  }
  finish(n: number, ok: boolean, made: Partial<Decision>) {
    const command = { type: 'loginFinish', origin, request: login({ txnId: txn(n) }), ok } as const;
    this.decided(command, { writes: [txnWrite(n)], ...made });
  }

  wrong(n: number, triesLeft: number) {
    this.begin(n);
    this.finish(n, false, { code: 'WRONG_PASSWORD', fields: { triesLeft } });
  }
  right(n: number) {
    this.begin(n);
    this.finish(n, true, { loggedIn: ALICE });
  }
  refused(n: number) {
    this.begin(n, { code: 'TRIES_EXCEEDED', fields: { triesLeft: 0 } });
  }

  /** @param rows of transactions that are on disk, by number */
  recovered(customer: CustomerRow, rows: Readonly<Record<number, Partial<TxnRow>>> = {}) {
    const byId = new Map(Object.entries(rows).map(([n, row]) => [txn(Number(n)), row as TxnRow]));
    const store = {
      load: () => ({ customers: [customer] }),
      transaction: (_: unknown, id: TxnRow['txnId']) => byId.get(id),
    } as unknown as LedgerStore;
    this.lockout.see({ type: 'recovered', life: 'bank 2', store });
  }
}

test('three wrong passwords lock, repeats count once, a right one and the operator set to zero', (t) => {
  const story = new Story();
  story.wrong(1, 2);
  story.begin(1, { code: 'WRONG_PASSWORD', fields: { triesLeft: 2 }, verify: { encoded: null } });
  story.right(2);
  story.begin(2, { code: 'ALREADY_COMPLETED' });
  story.wrong(3, 2);
  story.wrong(4, 1);
  story.recovered(customerRow(2));
  story.wrong(5, 0);
  story.refused(6);
  story.recovered(customerRow(3, true));
  story.decided({ type: 'unlockCustomer', customer: ALICE });
  story.right(7);
  t.deepEqual(story.reports, []);
  t.true(story.judge.count('LOCKOUT') > 0);
});

test('what was refused unhashed is refused again under its id, also when somebody unlocked in between', (t) => {
  const story = new Story();
  for (const n of [1, 2, 3]) story.wrong(n, 3 - n);
  story.refused(4);
  story.decided({ type: 'unlockCustomer', customer: ALICE });
  story.refused(4);
  story.begin(5);
  t.deepEqual(story.reports, []);
});

test('tries side by side are charged before any is hashed', (t) => {
  const story = new Story();
  for (const n of [1, 2, 3]) story.begin(n);
  story.refused(4);
  story.finish(1, false, { code: 'WRONG_PASSWORD', fields: { triesLeft: 0 } });
  story.finish(2, true, { code: 'TRIES_EXCEEDED', fields: { triesLeft: 0 } });
  t.deepEqual(story.reports, []);
});

test('what a crash left open counts exactly if it is on disk', (t) => {
  for (const [rows, tries] of [
    [{}, 1],
    [{ 2: { state: 'pending' } }, 2],
    [{ 2: { state: 'pending' }, 3: { state: 'pending' } }, 3],
    [{ 1: { state: 'posted', code: 'APPROVED' } }, 0],
  ] as const) {
    const story = new Story();
    story.begin(1);
    const finish = { type: 'loginFinish', origin, request: login({ txnId: txn(1) }), ok: true } as const;
    if (1 in rows) story.submitted(finish);
    for (const n of [2, 3])
      story.submitted({ type: 'loginBegin', origin, request: login({ txnId: txn(n) }) });
    story.recovered(customerRow(tries), rows);
    t.deepEqual(story.reports, []);
  }
});

test('a password change counts as a login does', (t) => {
  const story = new Story();
  const request = {
    type: 'passwordChange',
    rid: 1,
    txnId: txn(1),
    attempt: 1,
    old: 'alice-pw',
    new: 'alice-2',
  } as const;
  const at = { origin: { terminal: ATM, customer: ALICE }, request };
  story.decided({ type: 'passwordBegin', ...at }, { code: 'IN_PROGRESS', verify: { encoded: '' } });
  story.decided(
    { type: 'passwordFinish', ...at, password: null },
    { code: 'WRONG_PASSWORD', fields: { triesLeft: 2 } },
  );
  story.wrong(2, 1);
  t.deepEqual(story.reports, []);
  story.decided(
    { type: 'passwordBegin', ...at, request: { ...request, txnId: txn(3) } },
    { code: 'TRIES_EXCEEDED', fields: { triesLeft: 0 } },
  );
  t.deepEqual(story.violated, ['LOCKOUT']);
});

test('a terminal with too many failures in an hour is refused, and nobody is charged', (t) => {
  const story = new Story();
  for (let n = 1; n <= 5; n++) {
    story.wrong(n, 2);
    story.decided({ type: 'unlockCustomer', customer: ALICE });
  }
  story.begin(6, { code: 'TERMINAL_NOT_PERMITTED' });
  story.begin(7, { writes: [txnWrite(2 * HOUR_MS)] });
  story.finish(7, false, { code: 'WRONG_PASSWORD', fields: { triesLeft: 2 } });
  t.deepEqual(story.reports, []);
  story.begin(8);
  t.deepEqual(story.violated, ['LOCKOUT']);
});

const unhashed = [
  { type: 'loginBegin', origin, request: login({ txnId: txn(2) }) },
  { code: 'IN_PROGRESS' },
] as const;

const bad = test.macro({
  exec(t, act: (story: Story) => void) {
    const story = new Story();
    story.wrong(1, 2);
    t.deepEqual(story.reports, []);
    act(story);
    t.deepEqual(story.violated, ['LOCKOUT']);
  },
  title: (claim = '') => `LOCKOUT: ${claim}`,
});

test('a wrong password leaves one try too many', bad, (story) => story.wrong(2, 2));
test('a wrong password is approved', bad, (story) => {
  story.begin(2);
  story.finish(2, false, { loggedIn: ALICE });
});
test('a right password is refused', bad, (story) => {
  story.begin(2);
  story.finish(2, true, { code: 'WRONG_PASSWORD', fields: { triesLeft: 1 } });
});
test('a fourth try is hashed', bad, (story) => {
  story.wrong(2, 1);
  story.wrong(3, 0);
  story.begin(4);
});
test('a second try is refused', bad, (story) => story.refused(2));
test('a refusal leaves a try', bad, (story) => {
  story.wrong(2, 1);
  story.wrong(3, 0);
  story.begin(4, { code: 'TRIES_EXCEEDED', fields: { triesLeft: 1 } });
});
test('a repeat is charged', bad, (story) =>
  story.begin(1, {
    code: 'WRONG_PASSWORD',
    fields: { triesLeft: 2 },
    writes: [{ table: 'customer', row: customerRow(2) }],
  }),
);
test('a repeat is answered otherwise', bad, (story) => story.begin(1, { code: 'APPROVED' }));
test('a repeat of a wrong password is a lock', bad, (story) =>
  story.begin(1, { code: 'TRIES_EXCEEDED', fields: { triesLeft: 2 } }),
);
test('a wrong password is called too many', bad, (story) => {
  story.begin(2);
  story.finish(2, false, { code: 'TRIES_EXCEEDED', fields: { triesLeft: 1 } });
});
test('a try is charged and not hashed', bad, (story) => story.decided(...unhashed));
test('a password is hashed for nobody', bad, (story) => {
  const request = { type: 'passwordChange', rid: 1, txnId: txn(2), attempt: 1, old: 'a', new: 'b' } as const;
  story.decided({ type: 'passwordBegin', origin, request }, { code: 'IN_PROGRESS' });
});
test('a repeat tells of other tries', bad, (story) =>
  story.begin(1, { code: 'WRONG_PASSWORD', fields: { triesLeft: 1 } }),
);
test('another count is written', bad, (story) =>
  story.begin(2, { writes: [{ table: 'customer', row: customerRow(1) }] }),
);
test('a login is finished that was not begun', bad, (story) => story.finish(2, true, { loggedIn: ALICE }));
test('a stranger is let in', bad, (story) => story.begin(2, { code: 'APPROVED' }, { user: BOB }));
test('a restart forgets a try', bad, (story) => story.recovered(customerRow(0)));
test('a restart forgets a lock', bad, (story) => {
  story.wrong(2, 1);
  story.wrong(3, 0);
  story.recovered(customerRow(3, false));
});
test('a restart forgets a try that is on disk', bad, (story) => {
  story.submitted({ type: 'loginBegin', origin, request: login({ txnId: txn(2) }) });
  story.recovered(customerRow(1), { 2: { state: 'pending' } });
});
test('a restart makes a lock of a wrong password', bad, (story) => {
  story.begin(2);
  story.submitted({ type: 'loginFinish', origin, request: login({ txnId: txn(2) }), ok: false });
  story.recovered(customerRow(2), { 2: { state: 'declined', code: 'TRIES_EXCEEDED' } });
});
