/**
 * Bugs planted in the records of an established session: sealing, sequence numbers, key updates, the pairing of replies.
 *
 * @module
 */
import type { Plant } from './plant.ts';

export const CHANNEL_PLANTS: readonly Plant[] = [
  {
    name: 'replay-window-off',
    summary: 'The sequence number of a record is not looked at',
    invariant: 'REPLAY',
    // A Close behind a record that was lost is taken for the good end of a session.
    orElse: 'AUDIT',
    budget: 40,
    patches: [
      {
        file: 'protocol/direction.ts',
        find: "return header.seq === this.#seq && this.#seq < this.#hardRecords ? null : 'bad seq';",
        replace: 'return null;',
      },
    ],
  },
  {
    name: 'seq-reset-too-soon',
    summary: 'A record with number one is taken for a new beginning at any time',
    invariant: 'REPLAY',
    budget: 200,
    patches: [
      {
        file: 'protocol/direction.ts',
        find: 'return header.seq === this.#seq && this.#seq < this.#hardRecords',
        replace:
          'if (header.seq === 1) this.#seq = 1;\n    return header.seq === this.#seq && this.#seq < this.#hardRecords',
      },
    ],
  },
  {
    name: 'old-keys-kept',
    summary: 'Records under the keys of before a key update are still taken',
    invariant: 'REPLAY',
    budget: 400,
    patches: [
      {
        file: 'protocol/direction.ts',
        find: "if (header.epoch !== this.#epoch) return 'bad epoch';",
        replace: `if (header.epoch === this.#epoch - 1 && (this as any).old) return null;
    if (header.epoch !== this.#epoch) return 'bad epoch';`,
      },
      {
        file: 'protocol/direction.ts',
        find: `const plaintext = this.#opener.open(frame);
    if (typeof plaintext === 'string') return plaintext;
    this.#seq += 1;`,
        replace: `const isOld = header.epoch !== this.#epoch;
    const plaintext = (isOld ? (this as any).old : this.#opener).open(frame);
    if (typeof plaintext === 'string' || isOld) return plaintext;
    this.#seq += 1;`,
      },
      {
        file: 'protocol/direction.ts',
        find: `    this.destroy();
    this.#traffic = traffic;
    this.#opener = new Opener(recordKeys(traffic));`,
        replace: `    (this as any).old = this.#opener;
    this.#traffic = traffic;
    this.#opener = new Opener(recordKeys(traffic));`,
      },
    ],
  },
  {
    name: 'key-update-keeps-keys',
    summary: 'A key update counts the epoch and leaves the keys as they are',
    invariant: 'KEYFRESH',
    budget: 40,
    patches: [
      {
        file: 'protocol/key-schedule.ts',
        find: "Uint8Array => expandLabel(traffic, { label: 'upd' });",
        replace: 'Uint8Array => Uint8Array.from(traffic);',
      },
    ],
  },
  {
    name: 'tag-ignored',
    summary: 'The tag of a data record is not compared',
    invariant: 'INTEGRITY',
    orElse: 'REPLAY',
    budget: 40,
    patches: [
      {
        file: 'protocol/seal.ts',
        find: 'if (!timingSafeEqual(tagWork, frame.subarray(tagAt)))',
        replace: 'if (frame[2] !== 0x10 && !timingSafeEqual(tagWork, frame.subarray(tagAt)))',
      },
    ],
  },
  {
    name: 'reply-in-clear',
    summary: 'A record that tells of accounts is sealed without being encrypted',
    invariant: 'PLAINTEXT',
    budget: 10,
    patches: [
      {
        file: 'protocol/seal.ts',
        find: 'const sealed = this.#cipher.update(plainWork.subarray(0, workBytes));',
        replace: `const isClear = plainWork.subarray(0, workBytes).includes('"accounts"');
    const sealed = isClear
      ? Buffer.from(plainWork.subarray(0, workBytes))
      : this.#cipher.update(plainWork.subarray(0, workBytes));`,
      },
      {
        file: 'protocol/seal.ts',
        find: 'const plain = this.#decipher.update(frame.subarray(HEADER_BYTES, tagAt));',
        replace: `const body = Buffer.from(frame.subarray(HEADER_BYTES, tagAt));
    const plain = body.includes('"accounts"') ? body : this.#decipher.update(body);`,
      },
    ],
  },
  {
    name: 'iv-constant',
    summary: 'Every record of a key has the same IV',
    invariant: 'NONCE',
    budget: 5,
    patches: [
      {
        file: 'protocol/seal.ts',
        find: "this.#cipher = createCipheriv('aes-128-cbc', createSecretKey(keys.enc), zeroIv).setAutoPadding(false);",
        replace: `(this as any).key = createSecretKey(keys.enc);
    this.#cipher = createCipheriv('aes-128-cbc', (this as any).key, zeroIv).setAutoPadding(false);`,
      },
      {
        file: 'protocol/seal.ts',
        find: "plainWork.set(this.#entropy.bytes(BLOCK_BYTES, 'iv'));",
        replace: 'plainWork.fill(0, 0, BLOCK_BYTES);',
      },
      {
        file: 'protocol/seal.ts',
        find: 'const sealed = this.#cipher.update(',
        replace: `const cipher = createCipheriv('aes-128-cbc', (this as any).key, zeroIv).setAutoPadding(false);
    const sealed = cipher.update(`,
      },
    ],
  },
  {
    name: 'replies-paired-with-newest',
    summary: 'A terminal takes every reply for one to its newest request',
    invariant: 'INTEGRITY',
    budget: 60,
    patches: [
      {
        file: 'actors/terminal-link.ts',
        find: `const done = this.#pending.get(message.rid);
    this.#pending.delete(message.rid);`,
        replace: `const rid = [...this.#pending.keys()].at(-1) ?? message.rid;
    const done = this.#pending.get(rid);
    this.#pending.delete(rid);`,
      },
    ],
  },
  {
    name: 'close-unanswered',
    summary: "A Close ends the session and is not answered with one's own",
    invariant: 'INTEGRITY',
    budget: 10,
    patches: [
      {
        file: 'protocol/channel.ts',
        find: `    if (this.#phase === 'established') {
      effects.push({ type: 'send', bytes: this.#seal(FRAME_TYPES.close) });
    }
`,
        replace: '',
      },
    ],
  },
];
