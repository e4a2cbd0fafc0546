import { generateKeyPairSync } from 'node:crypto';
import test from 'ava';
import { openCheckpoint, signCheckpoint } from '../../../bank/audit/checkpoint.ts';
import { START_MS } from '../../helpers/test-bank.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const CHECKPOINT = { seq: 42, hash: Buffer.alloc(32, 7), atMs: START_MS };

test('a checkpoint opens under its key', (t) => {
  t.deepEqual(openCheckpoint(signCheckpoint(CHECKPOINT, privateKey), publicKey), CHECKPOINT);
});

test('no changed character and no other key opens it', (t) => {
  const line = signCheckpoint(CHECKPOINT, privateKey);
  t.is(openCheckpoint(line, generateKeyPairSync('ed25519').publicKey), null);
  for (let at = 0; at < line.length; at += 1) {
    const other = line[at] === '1' ? '2' : '1';
    // The last character before the padding carries four unused bits; base64 decoders ignore them.
    if (at === line.length - 3) continue;
    t.is(openCheckpoint(line.slice(0, at) + other + line.slice(at + 1), publicKey), null, `at ${at}`);
  }
  for (let end = 0; end < line.length; end += 1) t.is(openCheckpoint(line.slice(0, end), publicKey), null);
  t.is(openCheckpoint(`${line}\n`, publicKey), null);
});
