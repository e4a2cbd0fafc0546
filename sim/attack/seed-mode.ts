/**
 * Seed mode: the original formula read literally, by both sides, as changes of the source. One key pair for both
 * directions, made of the nonces alone; no Finished, no binder, no freshness; a sequence that nobody checks; a MAC over
 * the ciphertext alone, so that header and IV are outside of it. Nothing of it is in the bank.
 *
 * @module
 */
import type { Patch } from '../plants/plant.ts';

/** The cases that seed mode must fall to; it may fall to more. */
export const SEED_FALLS: readonly string[] = [
  'bit-flip',
  'replay',
  'reorder',
  'drop',
  'reflect-to-terminal',
  'reflect-to-bank',
  'hello-flood',
  'selfie',
  'impersonate-terminal',
  'impersonate-bank',
  'handshake-steps',
];

const CHANNEL = 'protocol/channel.ts';
const SEAL = 'protocol/seal.ts';
const SERVER = 'protocol/server-channel.ts';

export const SEED_MODE: readonly Patch[] = [
  // MS = HMAC-SHA256(K_SHARED, nonce_c ‖ nonce_s), and k_enc and k_mac from it and nothing else.
  {
    file: 'protocol/key-schedule.ts',
    find: 'expandLabel(prk, { label, context: transcript });',
    replace: 'expandLabel(prk, { label });',
  },
  {
    file: 'protocol/key-schedule.ts',
    find: "serverTraffic: derive('s traffic'),",
    replace: "serverTraffic: derive('c traffic'),",
  },
  {
    file: 'protocol/suites.ts',
    find: "{ id: SUITE_X25519, name: 'X25519_PSK_AES128CBC_HMACSHA256', dh: true },",
    replace: '',
  },
  // A hello is a name and a nonce; who answers it has shown nothing.
  { file: SERVER, find: "if (!isBound) return 'bad binder';", replace: '' },
  { file: SERVER, find: "if (freshness !== 'ok')", replace: 'if (false as boolean)' },
  // A session is up with the hellos.
  {
    file: CHANNEL,
    find: "effects.push({ type: 'send', bytes: concat([agreement.reply, this.#sealFinished(agreement)]) });",
    replace: "effects.push({ type: 'send', bytes: agreement.reply });",
  },
  {
    file: CHANNEL,
    find: '    this.#inbound = new Inbound(agreement.inbound.traffic, this.limits);\n',
    replace: `    this.#inbound = new Inbound(agreement.inbound.traffic, this.limits);
    this.#phase = 'established';
    effects.push({ type: 'established', ...agreement.info });
`,
  },
  {
    file: CHANNEL,
    find: `    if (this.#phase === 'hello' ? !isFinished && header.type !== FRAME_TYPES.alert : isFinished)
      return 'bad step';
`,
    replace: '',
  },
  // Nobody looks at the numbers.
  {
    file: 'protocol/direction.ts',
    find: "return header.seq === this.#seq && this.#seq < this.#hardRecords ? null : 'bad seq';",
    replace: 'return null;',
  },
  // The MAC is over the ciphertext.
  {
    file: SEAL,
    find: "const inner = hash('sha256', macWork.subarray(0, HASH_BLOCK_BYTES + bytes), 'binary');",
    replace: `const inner = hash(
      'sha256',
      Buffer.concat([this.#inner, macWork.subarray(HASH_BLOCK_BYTES + HEADER_BYTES + BLOCK_BYTES, HASH_BLOCK_BYTES + bytes)]),
      'binary',
    );`,
  },
];
