/**
 * Bugs planted in frames: their lengths, their types, what may stand in clear and what comes first, for the cases that
 * neither seed mode nor a rule turned off brings down.
 *
 * @module
 */
import type { Patch } from '../plants/index.ts';
import type { AttackPlant } from './attack-plant.ts';

const CHANNEL = 'protocol/channel.ts';
const FRAME = 'protocol/frame.ts';

const NO_UPPER_BOUND: readonly Patch[] = [
  {
    file: FRAME,
    find: "if (bodyBytes < bounds.min || bodyBytes > bounds.max) return 'bad length';",
    replace: "if (bodyBytes < bounds.min) return 'bad length';",
  },
];

/** A type of frame that exists in clear, too. */
const clearData = (bounds: string): Patch => ({
  file: FRAME,
  find: '[FRAME_TYPES.serverHello, exactly(86)],',
  replace: `[FRAME_TYPES.serverHello, exactly(86)],\n  [FRAME_TYPES.data, ${bounds}],`,
});

/** What becomes of one. */
const ofClearData = (then: string): Patch => ({
  file: CHANNEL,
  find: 'const agreement = this.agree(bytes, nowMs);',
  replace: `if (header.type === FRAME_TYPES.data) return ${then};
    const agreement = this.agree(bytes, nowMs);`,
});

const EARLY_DATA: Patch = {
  file: CHANNEL,
  find: "this.#phase === 'hello' ? !isFinished && header.type !== FRAME_TYPES.alert : isFinished)",
  replace: "this.#phase === 'hello' ? false : isFinished)",
};

export const FRAME_PLANTS: readonly AttackPlant[] = [
  {
    name: 'length-outside-the-mac',
    bug: 'The length of a record is not under its MAC, and it ends where the bytes that arrived do',
    caught: 'length-lies',
    says: 'a record that claims',
    patches: [
      {
        file: 'protocol/seal.ts',
        find: 'macWork.set(this.#inner);',
        replace: `macWork.set(this.#inner);
    macWork.fill(0, HASH_BLOCK_BYTES + 6, HASH_BLOCK_BYTES + 8);`,
      },
      {
        file: 'protocol/frame-reader.ts',
        find: 'const frameBytes = HEADER_BYTES + header.bodyBytes;',
        replace: 'const frameBytes = header.type === 0x10 ? left : HEADER_BYTES + header.bodyBytes;',
      },
    ],
  },
  {
    name: 'record-length-unbounded',
    bug: 'The bank waits for as many bytes as a header claims',
    caught: 'length-lies',
    says: 'a record that claims 16448 bytes',
    patches: NO_UPPER_BOUND,
  },
  {
    name: 'hello-length-unbounded',
    bug: 'The bank waits for as many bytes as a hello claims',
    caught: 'oversize',
    says: 'a hello of 143 bytes',
    patches: NO_UPPER_BOUND,
  },
  {
    name: 'control-contents-ignored',
    bug: 'What a KeyUpdate or a Close carries is not looked at',
    caught: 'type-confusion',
    says: 'a KeyUpdate with contents',
    patches: [
      {
        file: CHANNEL,
        find: "return plaintext.length === 0 ? this.#acceptControl(header.type, effects) : 'bad length';",
        replace: 'return this.#acceptControl(header.type, effects);',
      },
    ],
  },
  {
    name: 'padding-unread',
    bug: 'What stands behind the last message of a record is not looked at',
    caught: 'type-confusion',
    says: 'padding that is not zeros',
    patches: [
      { file: CHANNEL, find: "if (!messages) return 'padding';", replace: 'if (!messages) return null;' },
    ],
  },
  {
    name: 'clear-data-taken',
    bug: 'Messages in clear are carried out in a session that is up',
    caught: 'type-confusion',
    says: 'clear Data in a session',
    patches: [
      clearData('{ min: 1, max: 16_432 }'),
      {
        file: CHANNEL,
        find: "return isExpected || header.type === FRAME_TYPES.alert ? null : 'bad step';",
        replace: `const isData = header.type === FRAME_TYPES.data && this.#phase === 'established';
      return isExpected || isData || header.type === FRAME_TYPES.alert ? null : 'bad step';`,
      },
      ofClearData('acceptData(bytes.subarray(16), effects)'),
    ],
  },
  {
    name: 'clear-frames-skipped',
    bug: 'Frames in clear that make no sense are skipped',
    caught: 'prefix-truncation',
    says: 'a session with a frame put in before its Finished',
    patches: [
      clearData('exactly(0)'),
      {
        file: CHANNEL,
        find: '    if (header.epoch === 0) {\n',
        replace:
          '    if (header.epoch === 0 && header.type === FRAME_TYPES.data) return null;\n    if (header.epoch === 0) {\n',
      },
      ofClearData('null'),
    ],
  },
  {
    name: 'clear-alert-skipped',
    bug: 'An Alert in clear is skipped once there are keys',
    caught: 'prefix-truncation',
    says: 'a session with a clear Alert put in before its first record',
    patches: [
      {
        file: CHANNEL,
        find: "if (this.#inbound) this.#end('truncated', 'clear alert', effects);",
        replace: 'if (this.#inbound) return null;',
      },
    ],
  },
  {
    name: 'finished-left-out',
    bug: 'A session begins with whichever record comes first',
    caught: 'prefix-truncation',
    says: 'a session with its Finished taken out',
    patches: [
      EARLY_DATA,
      {
        file: 'protocol/direction.ts',
        find: 'return header.seq === this.#seq && this.#seq < this.#hardRecords',
        replace: `if (this.#seq === 0) this.#seq = header.seq;
    return header.seq === this.#seq && this.#seq < this.#hardRecords`,
      },
    ],
  },
  {
    name: 'small-buckets',
    bug: 'Records are padded to so little that several notes show, and an approved withdrawal',
    caught: 'eavesdrop',
    says: 'comparing the sizes of requests',
    patches: [
      {
        file: 'protocol/record.ts',
        find: 'BUCKET_BYTES_DEFAULT = 512;',
        replace: 'BUCKET_BYTES_DEFAULT = 256;',
      },
    ],
  },
];
