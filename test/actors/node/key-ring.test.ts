import { chmodSync, copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { loadKey } from '../../../actors/node/key-files.ts';
import { KeyRing } from '../../../actors/node/key-ring.ts';

const scratch = mkdtempSync(join(tmpdir(), 'cashpoint-ring-'));
test.after.always(() => rmSync(scratch, { recursive: true, force: true }));

test('a ring keeps every key by its id and makes new things with the newest', (t) => {
  const directory = join(scratch, 'kept');
  const ring = KeyRing.open(directory, 'base', { create: true });
  const first = ring.current;
  const second = ring.add();
  t.is(first.id, 1);
  t.is(second.id, 2);
  t.notDeepEqual(first.key, second.key);
  const again = KeyRing.open(directory, 'base', { create: false });
  t.deepEqual(again.ids, [1, 2]);
  t.deepEqual(again.current, second);
  t.deepEqual(again.get(1), first);
  t.is(statSync(join(directory, 'base-2.key')).mode & 0o777, 0o600);
});

test('a removed key is gone from the disk, its id is not used again, and the newest cannot be removed', (t) => {
  const directory = join(scratch, 'removed');
  const ring = KeyRing.open(directory, 'base', { create: true });
  ring.add();
  ring.remove(1);
  t.deepEqual(KeyRing.open(directory, 'base', { create: false }).ids, [2]);
  t.is(ring.add().id, 3);
  t.throws(() => ring.remove(3), { name: 'InvariantError' });
});

test('a key file under the name of another id is refused', (t) => {
  const directory = join(scratch, 'mixed');
  KeyRing.open(directory, 'audit', { create: true });
  copyFileSync(join(directory, 'audit-1.key'), join(directory, 'audit-2.key'));
  t.throws(() => KeyRing.open(directory, 'audit', { create: false }), {
    message: /audit-2\.key holds key 1/,
  });
});

test('a key file for another use, or that others can read, is refused', (t) => {
  const directory = join(scratch, 'used');
  KeyRing.open(directory, 'base', { create: true });
  copyFileSync(join(directory, 'base-1.key'), join(directory, 'audit-1.key'));
  t.throws(() => KeyRing.open(directory, 'audit', { create: false }), { message: /holds a key for "bdk"/ });
  chmodSync(join(directory, 'base-1.key'), 0o640);
  t.throws(() => KeyRing.open(directory, 'base', { create: false }), { message: /can be read by others/ });
});

test('where there is no key none is made, unless asked', (t) => {
  const directory = join(scratch, 'none');
  t.is(KeyRing.find(directory, 'audit'), null);
  t.throws(() => KeyRing.open(directory, 'audit', { create: false }), { message: /No key file/ });
  KeyRing.open(directory, 'audit', { create: true });
  t.is(KeyRing.find(directory, 'audit')?.current.id, 1);
  t.is(loadKey(join(directory, 'audit-1.key'), { usage: 'audit', create: false }).id, 1);
});
