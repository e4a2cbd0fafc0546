import { createPublicKey, sign, verify } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { openDataDirectory } from '../../../actors/node/data-directory.ts';
import { DATABASE_FILE } from '../../../bank/sqlite/sqlite-store.ts';

const scratch = mkdtempSync(join(tmpdir(), 'cashpoint-data-'));
test.after.always(() => rmSync(scratch, { recursive: true }));

const keysOf = (path: string) =>
  Object.fromEntries(
    readdirSync(join(path, 'keys')).map((name) => [name, readFileSync(join(path, 'keys', name), 'utf8')]),
  );

test('a new directory gets keys that only its owner may read, and keeps them', (t) => {
  const path = join(scratch, 'new');
  openDataDirectory(path, { create: true });
  const keys = keysOf(path);
  t.deepEqual(Object.keys(keys).sort(), ['audit-1.key', 'base-1.key', 'checkpoint.key']);
  t.is(statSync(path).mode & 0o077, 0);
  for (const name of Object.keys(keys)) t.is(statSync(join(path, 'keys', name)).mode & 0o777, 0o600, name);
  openDataDirectory(path, { create: true });
  openDataDirectory(path, { create: false });
  t.deepEqual(keysOf(path), keys);
});

test('keys of two directories have nothing in common', (t) => {
  const secrets = ['one', 'two'].flatMap((name) => {
    openDataDirectory(join(scratch, name), { create: true });
    return Object.values(keysOf(join(scratch, name))).map((text) => JSON.parse(text).key);
  });
  t.is(new Set(secrets).size, 6);
});

test('what the checkpoint key signs, the public half beside it verifies', (t) => {
  const path = join(scratch, 'signed');
  const { checkpointKey, checkpoints, checkpointsPath } = openDataDirectory(path, { create: true });
  const head = Buffer.from('head of the trail');
  const publicKey = createPublicKey(readFileSync(join(path, 'checkpoint.pub'), 'utf8'));
  t.true(verify(null, head, publicKey, sign(null, head, checkpointKey)));
  checkpoints.append('first');
  checkpoints.append('second');
  t.is(readFileSync(checkpointsPath, 'utf8'), 'first\nsecond\n');
});

test('a lost key of an old database is not made anew', (t) => {
  for (const name of ['base-1.key', 'audit-1.key', 'checkpoint.key']) {
    const path = join(scratch, `lost ${name}`);
    openDataDirectory(path, { create: true });
    writeFileSync(join(path, DATABASE_FILE), '');
    rmSync(join(path, 'keys', name));
    t.throws(() => openDataDirectory(path, { create: true }), { name: 'KeyFileError', message: /No key/ });
    t.false(existsSync(join(path, 'keys', name)));
  }
});

test('a directory that is not there is made only when asked', (t) => {
  const path = join(scratch, 'absent');
  t.throws(() => openDataDirectory(path, { create: false }), {
    name: 'DataDirectoryError',
    message: /No data directory/,
  });
  t.false(existsSync(path));
});

test('a file in its place, and one in the place of its parent, are told', (t) => {
  const path = join(scratch, 'file');
  writeFileSync(path, '');
  for (const [create, at] of [
    [true, path],
    [false, path],
    [true, join(path, 'below')],
  ] as const) {
    t.throws(() => openDataDirectory(at, { create }), { name: 'DataDirectoryError' });
  }
});

test('a key that others may read is refused, whichever it is', (t) => {
  for (const name of ['base-1.key', 'audit-1.key', 'checkpoint.key']) {
    const path = join(scratch, `open ${name}`);
    mkdirSync(path);
    openDataDirectory(path, { create: true });
    chmodSync(join(path, 'keys', name), 0o644);
    t.throws(() => openDataDirectory(path, { create: true }), {
      name: 'KeyFileError',
      message: new RegExp(`chmod 600 .*${name}`),
    });
  }
});
