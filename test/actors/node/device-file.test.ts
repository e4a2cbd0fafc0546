import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import anyTest, { type TestFn } from 'ava';
import { type Devices, openDevices } from '../../../actors/node/device-file.ts';
import type { TxnId } from '../../../protocol/ids.ts';
import { cents } from '../../../protocol/money.ts';
import type { DeviceCounts } from '../../../protocol/ports.ts';
import { totalCash } from '../../../terminals/cassettes.ts';

const test = anyTest as TestFn<string>;
test.beforeEach((t) => {
  t.context = join(mkdtempSync(join(tmpdir(), 'cashpoint-devices-')), 'ATM-1.devices');
});
test.afterEach.always((t) => rmSync(join(t.context, '..'), { recursive: true }));

const LOADED = [
  { denomination: cents(50_00), count: 10 },
  { denomination: cents(20_00), count: 10 },
];
const TOTAL = cents(700_00);
const txn = 'ab'.repeat(16) as TxnId;

/** The devices as a machine finds them that is switched on again. */
const open = (path: string): Devices =>
  openDevices({ entropy: { bytes: (n) => new Uint8Array(n) }, verifyToken: () => true }, path, LOADED);

function stack({ dispenser }: Devices): void {
  const notes = [{ denomination: cents(20_00), count: 2 }];
  const order = { txnId: txn, amount: cents(40_00), notes, nonce: dispenser.nonce(), token: '' };
  dispenser.stack(order, () => {});
}
const clear = ({ dispenser }: Devices): DeviceCounts | null => {
  let counts: DeviceCounts | null = null;
  dispenser.clear(txn, (out) => {
    counts = out;
  });
  return counts;
};
const taken = (dispensed: number, rejected: number) => [{ denomination: cents(20_00), dispensed, rejected }];

test('new devices hold what was loaded, in a file that only its owner may read', (t) => {
  t.is(totalCash(open(t.context).cassettes), TOTAL);
  t.is(statSync(t.context).mode & 0o777, 0o600);
  t.is(totalCash(openDevices({} as never, t.context, []).cassettes), TOTAL, 'loaded once, not at each start');
});

test('notes that were stacked when the power went are rejected at the next start', (t) => {
  stack(open(t.context));
  const later = open(t.context);
  t.is(totalCash(later.cassettes), cents(660_00));
  t.deepEqual(clear(later), taken(0, 2));
  t.is(totalCash(open(t.context).cassettes), TOTAL);
});

test('notes at the shutter when the power went were not taken', (t) => {
  const before = open(t.context);
  stack(before);
  const at: string[] = [];
  t.throws(() =>
    before.dispenser.present(
      () => {
        at.push(readFileSync(t.context, 'utf8'));
        throw new Error('the power went');
      },
      () => {},
    ),
  );
  t.regex(at[0] ?? '', /"place":"presented"/);
  t.deepEqual(clear(open(t.context)), taken(0, 2));
});

test('notes that were taken stay taken, whenever it is asked', (t) => {
  const before = open(t.context);
  stack(before);
  before.dispenser.present(
    () => {},
    () => {},
  );
  t.deepEqual(clear(open(t.context)), taken(2, 0));
  t.deepEqual(clear(open(t.context)), taken(2, 0));
  t.is(totalCash(open(t.context).cassettes), cents(660_00));
});

test('an escrow waits through a power loss, then is stored or given back', (t) => {
  const notes = [{ denomination: cents(5_00), count: 3 }];
  open(t.context).acceptor.accept(txn, notes, () => {});
  open(t.context).acceptor.store(() => {});
  t.is(totalCash(open(t.context).cassettes), cents(715_00));
  open(t.context).acceptor.accept(txn, notes, () => {});
  open(t.context).acceptor.giveBack(() => {});
  open(t.context).acceptor.store(() => {});
  t.is(totalCash(open(t.context).cassettes), cents(715_00));
});

test('an approval from before the power loss pays nothing', (t) => {
  const nonce = open(t.context).dispenser.nonce();
  const notes = [{ denomination: cents(20_00), count: 2 }];
  open(t.context).dispenser.stack({ txnId: txn, amount: cents(40_00), notes, nonce, token: '' }, (report) =>
    t.is(report.type, 'refused'),
  );
});

test('a file that no terminal wrote is refused with what is wrong', (t) => {
  for (const [text, message] of [
    ['', /not readable/],
    ['{}', /its v is not/],
    [
      JSON.stringify({ v: 1, cassettes: [{ denomination: '-5' }], order: null, escrow: null }),
      /its cassettes/,
    ],
  ] as const) {
    writeFileSync(t.context, text);
    t.throws(() => open(t.context), { name: 'DeviceFileError', message });
  }
});
