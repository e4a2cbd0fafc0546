import test from 'ava';
import { encodePassword, PASSWORD_COSTS, parsePassword } from '../../bank/credentials.ts';

const ENCODED = { ...PASSWORD_COSTS.owasp, salt: Buffer.alloc(16, 1), hash: Buffer.alloc(32, 2) };

test('a hash is a PHC string that carries its cost', (t) => {
  const text = encodePassword(ENCODED);
  t.is(
    text,
    '$argon2id$v=19$m=19456,t=2,p=1$AQEBAQEBAQEBAQEBAQEBAQ$AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI',
  );
  t.deepEqual(parsePassword(text), ENCODED);
});

test('other algorithms, broken strings and costs that would stop the bank are no password', (t) => {
  const good = encodePassword(ENCODED);
  const bad = [
    '',
    'plain',
    good.replace('argon2id', 'argon2i'),
    good.replace('v=19', 'v=16'),
    good.replace('m=19456', 'm=7'),
    good.replace('m=19456', 'm=9999999'),
    good.replace('t=2', 't=0'),
    good.replace('t=2', 't=99'),
    good.replace('p=1', 'p=0'),
    good.replace('p=1', 'p=17'),
    good.slice(0, -1),
    `${good}A`,
    `${good}\n`,
  ];
  for (const text of bad) t.is(parsePassword(text), null, text);
});
