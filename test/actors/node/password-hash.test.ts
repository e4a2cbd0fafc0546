import test from 'ava';
import { createPasswordHash } from '../../../actors/node/password-hash.ts';
import { encodePassword, PASSWORD_COSTS, parsePassword } from '../../../bank/credentials.ts';
import { countedEntropy } from '../../helpers/entropy.ts';

const port = createPasswordHash({ entropy: countedEntropy(), cost: 'load-test' });
const hash = (password: string) => new Promise<string>((resolve) => port.hash(password, resolve));
const verify = (password: string, encoded: string | null) =>
  new Promise<boolean>((resolve) => port.verify(password, encoded, resolve));

test('the right password verifies, any other does not', async (t) => {
  const encoded = await hash('correct horse');
  t.true(await verify('correct horse', encoded));
  t.false(await verify('correct horsf', encoded));
  t.false(await verify('', encoded));
});

test('each hash has its own salt and names its cost', async (t) => {
  const [a, b] = [await hash('same'), await hash('same')];
  t.not(a, b);
  t.like(parsePassword(a), PASSWORD_COSTS['load-test']);
});

test('a stranger and a row that does not parse let nobody in', async (t) => {
  t.false(await verify('x', null));
  t.false(await verify('x', 'x'));
  // The dummy's own hash is all zero; a row that copied it would still be checked, not waved through.
  const zero = encodePassword({
    ...PASSWORD_COSTS['load-test'],
    salt: Buffer.alloc(16),
    hash: Buffer.alloc(32),
  });
  t.false(await verify('x', zero));
});

test('argon2id is that of RFC 9106: the known answer of the reference implementation', async (t) => {
  // phc-winner-argon2, src/test.c, version 0x13 of Argon2id: t=2, m=2^16, p=1, "password", "somesalt".
  const known = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
  t.true(await verify('password', known));
  t.false(await verify('differentpassword', known));
});

test('the port never calls back before it returns', async (t) => {
  let called = false;
  const done = new Promise<void>((resolve) =>
    port.verify('x', null, () => {
      called = true;
      resolve();
    }),
  );
  t.false(called);
  await done;
});
