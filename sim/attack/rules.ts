/**
 * A switch for each rule of the protocol, as a change of the source that turns it off at both ends, and a case that must
 * then fail. A rule whose absence no attack notices would be decoration.
 *
 * @module
 */
import type { Patch } from '../plants/plant.ts';

export interface RuleSwitch {
  readonly rule: string;
  /** What is no longer so, in one sentence without a full stop. */
  readonly off: string;
  /** The case that must fail without it. */
  readonly caught: string;
  readonly patches: readonly Patch[];
}

export const RULES: readonly RuleSwitch[] = [
  {
    rule: 'R1',
    off: 'The bank takes Data before it has verified the Finished of the terminal',
    caught: 'handshake-steps',
    patches: [
      {
        file: 'protocol/channel.ts',
        find: "this.#phase === 'hello' ? !isFinished && header.type !== FRAME_TYPES.alert : isFinished)",
        replace: "this.#phase === 'hello' ? false : isFinished)",
      },
    ],
  },
  {
    rule: 'R2',
    off: 'The transcript is of nothing, so that no key depends on what was agreed',
    caught: 'bit-flip',
    patches: [
      {
        file: 'protocol/key-schedule.ts',
        find: 'sha256(concat([clientHello, serverHello]));',
        replace: 'sha256(concat([clientHello.subarray(0, 0), serverHello.subarray(0, 0)]));',
      },
    ],
  },
  {
    rule: 'R3',
    off: 'Both directions have one set of keys',
    caught: 'reflect-to-bank',
    patches: [
      {
        file: 'protocol/key-schedule.ts',
        find: "serverTraffic: derive('s traffic'),",
        replace: "serverTraffic: derive('c traffic'),",
      },
    ],
  },
  {
    rule: 'R4',
    off: 'The number of a record is not looked at',
    caught: 'replay',
    patches: [
      {
        file: 'protocol/direction.ts',
        find: "return header.seq === this.#seq && this.#seq < this.#hardRecords ? null : 'bad seq';",
        replace: 'return null;',
      },
    ],
  },
  {
    rule: 'R5',
    off: 'A record with number one is taken for a new beginning at any time',
    caught: 'replay',
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
    rule: 'R6',
    off: 'Every record of a key has the same IV',
    caught: 'eavesdrop',
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
    rule: 'R7',
    off: 'Only the first half of a tag is compared',
    caught: 'bit-flip',
    patches: [
      {
        file: 'protocol/seal.ts',
        find: 'if (!timingSafeEqual(tagWork, frame.subarray(tagAt)))',
        replace: 'if (!timingSafeEqual(tagWork.subarray(0, 16), frame.subarray(tagAt, tagAt + 16)))',
      },
    ],
  },
  {
    rule: 'R8',
    off: 'Wrong padding is answered otherwise than a wrong tag',
    caught: 'padding-oracle',
    patches: [
      {
        file: 'protocol/channel.ts',
        find: 'const alert = FRAME_TYPES.alert;',
        replace: "const alert = detail === 'padding' ? FRAME_TYPES.close : FRAME_TYPES.alert;",
      },
    ],
  },
  {
    rule: 'R9',
    off: 'An unknown terminal gets no Alert',
    caught: 'terminal-oracle',
    patches: [
      {
        file: 'protocol/channel.ts',
        find: "if (this.#phase !== 'closing') {",
        replace: "if (this.#phase !== 'closing' && detail !== 'unknown terminal') {",
      },
    ],
  },
  {
    rule: 'R10',
    off: 'All terminals have one key',
    caught: 'stolen-key',
    patches: [
      {
        file: 'protocol/key-schedule.ts',
        find: "expandLabel(baseKey, { label: 'term', context: ownerContext(owner) });",
        replace: "expandLabel(baseKey, { label: 'term', context: ownerContext(owner).subarray(16) });",
      },
    ],
  },
  {
    rule: 'R11',
    off: "A terminal's key has 16 bits",
    caught: 'impersonate-terminal',
    patches: [
      {
        file: 'protocol/key-schedule.ts',
        find: "return expandLabel(baseKey, { label: 'term', context: ownerContext(owner) });",
        replace: "return expandLabel(baseKey, { label: 'term', context: ownerContext(owner) }).fill(0, 2);",
      },
    ],
  },
  {
    rule: 'R12',
    off: 'Neither binder nor transcript covers the suites that are offered',
    caught: 'downgrade',
    patches: [
      {
        file: 'protocol/hello.ts',
        find: 'hmac(bindKey, sha256(frame.subarray(0, frame.length - BINDER_BYTES)));',
        replace: 'hmac(bindKey, sha256(frame.subarray(HEADER_BYTES, HEADER_BYTES + 92)));',
      },
      {
        file: 'protocol/key-schedule.ts',
        find: 'sha256(concat([clientHello, serverHello]));',
        replace: 'sha256(concat([clientHello.subarray(16, 108), serverHello]));',
      },
    ],
  },
  {
    rule: 'R15',
    off: 'An epoch has no last number',
    caught: 'sequence-exhaustion',
    patches: [
      {
        file: 'protocol/direction.ts',
        find: 'header.seq === this.#seq && this.#seq < this.#hardRecords ? null',
        replace: 'header.seq === this.#seq ? null',
      },
    ],
  },
  {
    rule: 'R16',
    off: 'An end without Close is taken for one',
    caught: 'fin-injection',
    patches: [
      {
        file: 'protocol/channel.ts',
        find: "this.#end('truncated', 'end of stream without Close', effects);",
        replace: "this.#end('closed', 'end of stream', effects);",
      },
    ],
  },
  {
    rule: 'R17',
    off: 'Any number of connections may wait for their handshake',
    caught: 'connection-flood',
    patches: [
      { file: 'actors/bank-server.ts', find: 'handshakesMax: 2_048,', replace: 'handshakesMax: 1_000_000,' },
    ],
  },
  {
    rule: 'R18',
    off: 'A hello of any time is fresh',
    caught: 'session-replay',
    patches: [
      {
        file: 'protocol/hello-guard.ts',
        find: "if (Math.abs(nowMs - clientTimeMs) > HELLO_WINDOW_MS) return 'stale';",
        replace: '',
      },
    ],
  },
];

export const ruleNamed = (name: string): RuleSwitch | undefined =>
  RULES.find(({ rule }) => rule.toLowerCase() === name.toLowerCase());
