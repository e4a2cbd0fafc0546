import test from 'ava';
import { systemEntropy } from '../../../actors/node/entropy.ts';

test('no bytes are handed out twice, of any size, over many refills of the pool', (t) => {
  const entropy = systemEntropy();
  const seen = new Set<string>();
  let count = 0;
  for (let i = 0; i < 20_000; i++) {
    const bytes = entropy.bytes(16 + (i % 17), 'test');
    seen.add(Buffer.from(bytes.subarray(0, 16)).toString('hex'));
    count++;
  }
  t.is(seen.size, count);
});

test('an array is the caller’s: later draws do not change it, and more than the pool can be had', (t) => {
  const entropy = systemEntropy();
  const first = entropy.bytes(32, 'test');
  const copy = Uint8Array.from(first);
  for (let i = 0; i < 10_000; i++) entropy.bytes(32, 'test');
  t.deepEqual(first, copy);
  for (const n of [1, 16_384, 16_385, 65_536]) {
    const bytes = entropy.bytes(n, 'test');
    t.is(bytes.length, n);
    if (n > 1_000) t.true(new Set(bytes).size > 200, 'not left empty');
  }
});
