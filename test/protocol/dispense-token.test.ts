import test from 'ava';
import { type DispenseOrder, makeDispenseToken, verifyDispenseToken } from '../../protocol/dispense-token.ts';
import { type TerminalId, type TxnId, terminalId, txnId } from '../../protocol/ids.ts';
import { cents } from '../../protocol/money.ts';
import { TERMINAL } from '../helpers/channels.ts';

const key = Buffer.alloc(32, 9);
const order: DispenseOrder = {
  terminal: TERMINAL,
  txnId: txnId('00'.repeat(16)) as TxnId,
  amount: cents(4000),
  nonce: '11'.repeat(16),
};
const token = makeDispenseToken(key, order);

test('a dispense token is good for its own order', (t) => {
  t.true(verifyDispenseToken(key, order, token));
});

const refused = test.macro({
  exec(t, change: Partial<DispenseOrder>) {
    t.false(verifyDispenseToken(key, { ...order, ...change }, token));
  },
  title: (_, change: Partial<DispenseOrder>) =>
    `a dispense token is good for no other ${Object.keys(change)}`,
});
test(refused, { amount: cents(4001) });
test(refused, { nonce: '12'.repeat(16) });
test(refused, { txnId: txnId('01'.repeat(16)) as TxnId });
test(refused, { terminal: terminalId('ATM-0002') as TerminalId });

test('a dispense token under another key, or any other text, is refused', (t) => {
  t.false(verifyDispenseToken(Buffer.alloc(32, 8), order, token));
  for (const text of [
    '',
    token.slice(1),
    token.toUpperCase(),
    `${token}00`,
    '00'.repeat(32),
    'é'.repeat(32),
  ]) {
    t.false(verifyDispenseToken(key, order, text));
  }
});
