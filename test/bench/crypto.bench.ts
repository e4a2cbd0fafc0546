/**
 * What sealing and opening one record costs in this Node: the channel's way, the plain twin, and AES-128-GCM written
 * as its API wants it (docs/decisions/0001-no-aes-gcm.md). Run alone: `npx node test/bench/crypto.bench.ts`.
 *
 * @module
 */
import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type KeyObject,
  randomFillSync,
} from 'node:crypto';
import { cpus } from 'node:os';
import type { Entropy } from '../../protocol/ports.ts';
import { Opener, plaintextArea, Sealer } from '../../protocol/seal.ts';
import { plainOpen, plainSeal } from '../helpers/plain-seal.ts';

const RECORDS = 40_000;
const ROUNDS = 7;

const keys = { enc: Buffer.alloc(16, 1), mac: Buffer.alloc(32, 2) };
const place = { type: 0x10, epoch: 1, seq: 1 } as const;

const pool = Buffer.alloc(65_536);
let poolAt = pool.length;
/** As the real adapter does it: one system call a 64 KiB. */
const entropy: Entropy = {
  bytes(n) {
    if (poolAt + n > pool.length) {
      randomFillSync(pool);
      poolAt = 0;
    }
    poolAt += n;
    return pool.subarray(poolAt - n, poolAt);
  },
};

/** Median over rounds of microseconds a call, after one round to warm up. */
function microseconds(call: (index: number) => void): string {
  const rounds: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const started = performance.now();
    for (let index = 0; index < RECORDS; index++) call(index);
    if (round > 0) rounds.push(((performance.now() - started) * 1000) / RECORDS);
  }
  rounds.sort((a, b) => a - b);
  const at = (share: number) => (rounds[Math.floor((rounds.length - 1) * share)] ?? 0).toFixed(2);
  return `${at(0.5)} (${at(0)}..${at(1)})`;
}

/** header[16] ‖ IV[12] ‖ CT ‖ TAG[16], the header as additional data. */
function gcmSeal(
  key: KeyObject,
  header: Uint8Array,
  content: { iv: Uint8Array; plaintext: Uint8Array },
): Buffer {
  const cipher = createCipheriv('aes-128-gcm', key, content.iv).setAAD(header);
  const ct = cipher.update(content.plaintext);
  cipher.final();
  return Buffer.concat([header, content.iv, ct, cipher.getAuthTag()]);
}

function gcmOpen(key: KeyObject, frame: Buffer): Buffer {
  const decipher = createDecipheriv('aes-128-gcm', key, frame.subarray(16, 28)).setAAD(frame.subarray(0, 16));
  decipher.setAuthTag(frame.subarray(-16));
  const plaintext = decipher.update(frame.subarray(28, -16));
  decipher.final();
  return plaintext;
}

function measure(plaintextBytes: number): void {
  const plaintext = Buffer.alloc(plaintextBytes, 7);
  const header = Buffer.alloc(16, 3);
  const gcmKey = createSecretKey(keys.enc);
  const rawKeys = { enc: keys.enc, mac: keys.mac };
  const sealer = new Sealer(entropy, keys);
  const opener = new Opener(keys);
  const seal = () => {
    plaintextArea.set(plaintext);
    return sealer.seal(place, plaintextBytes);
  };
  const [fast, plain, gcm] = [
    seal(),
    plainSeal(rawKeys, place, { iv: entropy.bytes(16, 'iv'), plaintext }),
    gcmSeal(gcmKey, header, { iv: entropy.bytes(12, 'iv'), plaintext }),
  ];
  const rows = [
    ['fast', seal, () => opener.open(fast)],
    [
      'plain',
      () => plainSeal(rawKeys, place, { iv: entropy.bytes(16, 'iv'), plaintext }),
      () => plainOpen(rawKeys, plain),
    ],
    [
      'gcm',
      () => gcmSeal(gcmKey, header, { iv: entropy.bytes(12, 'iv'), plaintext }),
      () => gcmOpen(gcmKey, gcm),
    ],
  ] as const;
  for (const [name, sealOne, openOne] of rows) {
    console.log(
      `${String(plaintextBytes).padStart(6)} B  ${name.padEnd(6)} seal ${microseconds(sealOne)} µs   open ${microseconds(openOne)} µs`,
    );
  }
}

console.log(
  `Node ${process.version}, OpenSSL ${process.versions.openssl}, ${cpus()[0]?.model ?? 'unknown CPU'}`,
);
console.log(`median of ${ROUNDS} rounds of ${RECORDS} records (fastest..slowest)`);
for (const bytes of [128, 256, 1024, 8192]) measure(bytes);
