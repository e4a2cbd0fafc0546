/**
 * Bugs planted in frames, handshake and records, for the cases that neither seed mode nor a rule turned off brings down.
 *
 * @module
 */
import type { Patch } from '../plants/index.ts';
import { type AttackPlant, borrowed } from './attack-plant.ts';

const CHANNEL = 'protocol/channel.ts';
const FRAME = 'protocol/frame.ts';
const SCHEDULE = 'protocol/key-schedule.ts';
const SEAL = 'protocol/seal.ts';

/** Nothing of a session is in its keys; only Finished still tells one from the other. */
const KEYS_OF_THE_TERMINAL: readonly Patch[] = [
  {
    file: SCHEDULE,
    find: 'hmac(shared, nonceC, nonceS);',
    replace: 'hmac(shared, nonceC.subarray(32), nonceS.subarray(32));',
  },
  { file: SCHEDULE, find: 'dh ? hmac(master, dh) : master;', replace: 'dh ? master : master;' },
  {
    file: SCHEDULE,
    find: "clientTraffic: derive('c traffic'),",
    replace: "clientTraffic: expandLabel(prk, { label: 'c traffic' }),",
  },
  {
    file: SCHEDULE,
    find: "serverTraffic: derive('s traffic'),",
    replace: "serverTraffic: expandLabel(prk, { label: 's traffic' }),",
  },
];

const NO_TRANSCRIPT: Patch = {
  file: SCHEDULE,
  find: 'sha256(concat([clientHello, serverHello]));',
  replace: 'sha256(concat([clientHello.subarray(0, 0), serverHello.subarray(0, 0)]));',
};

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

export const WIRE_PLANTS: readonly AttackPlant[] = [
  {
    name: 'length-outside-the-mac',
    bug: 'The length of a record is not under its MAC, and it ends where the bytes that arrived do',
    caught: 'length-lies',
    says: 'a record that claims',
    patches: [
      {
        file: SEAL,
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
    name: 'keys-of-the-terminal',
    bug: 'All sessions of a terminal have the same keys',
    caught: 'splice',
    says: 'a record of an earlier session, towards the bank',
    patches: KEYS_OF_THE_TERMINAL,
  },
  borrowed('bank-nonce-constant', { caught: 'nonce-reuse', says: 'a nonce of the terminal said twice' }),
  {
    name: 'old-answer-believed',
    bug: "Nothing of the hellos is in the keys or in Finished, so that any answer of the bank's fits",
    caught: 'nonce-reuse',
    says: "the bank's answer to an earlier hello",
    patches: [...KEYS_OF_THE_TERMINAL, NO_TRANSCRIPT],
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
    name: 'tag-byte-by-byte',
    bug: 'A tag is compared byte by byte, slowly, up to the first that differs',
    caught: 'mac-timing',
    says: 't of first against last byte',
    patches: [
      {
        file: SEAL,
        find: "if (!timingSafeEqual(tagWork, frame.subarray(tagAt))) return 'bad mac';",
        replace: `for (let at = 0; at < TAG_BYTES; at++) {
      if (tagWork[at] !== frame[tagAt + at]) return 'bad mac';
      for (const untilMs = performance.now() + 0.02; performance.now() < untilMs; );
    }`,
      },
    ],
  },
  {
    name: 'update-after-update',
    bug: 'Keys may be updated any number of times without Data between',
    caught: 'key-update-abuse',
    says: 'two updates with no data between them',
    patches: [
      {
        file: 'protocol/direction.ts',
        find: "if (!this.#mayUpdate || this.#epoch === EPOCH_MAX) return 'bad key update';",
        replace: "if (this.#epoch === EPOCH_MAX) return 'bad key update';",
      },
    ],
  },
  borrowed('old-keys-kept', {
    caught: 'key-update-abuse',
    says: 'a record of the old epoch after an update',
  }),
  {
    name: 'fin-taken-for-close',
    bug: 'A terminal takes the end of the stream for a Close and answers it',
    caught: 'fin-injection',
    says: 'FIN towards the terminal',
    patches: [
      {
        file: CHANNEL,
        find: "this.#end('truncated', 'end of stream without Close', effects);",
        replace: `if (this.peerHello !== FRAME_TYPES.serverHello || this.#phase !== 'established')
      this.#end('truncated', 'end of stream without Close', effects);
    else this.#acceptControl(FRAME_TYPES.close, effects);`,
      },
    ],
  },
  {
    name: 'clear-alert-believed',
    bug: 'An Alert in clear counts as one of the peer',
    caught: 'fin-injection',
    says: 'audit trail: "- | session refused - truncated: clear alert" 0 times',
    patches: [
      {
        file: CHANNEL,
        find: `if (this.#inbound) this.#end('truncated', 'clear alert', effects);
      else this.#end`,
        replace: 'this.#end',
      },
    ],
  },
  {
    name: 'hello-awaited-for-ever',
    bug: 'Nobody looks at the clock while a hello is awaited',
    caught: 'slow-loris',
    says: 'a silent caller',
    patches: [
      {
        file: 'actors/server-session.machine.ts',
        find: "after: { hello: { target: 'closed', actions: ['noteHelloTimeout', 'dropConnection'] } },",
        replace: '',
      },
    ],
  },
  {
    name: 'low-order-points-taken',
    bug: 'A share that makes the secret zero is as good as any',
    caught: 'low-order-points',
    says: 'a hello with a share of low order',
    patches: [
      {
        file: 'protocol/x25519.ts',
        find: '} catch {\n    return null;',
        replace: '} catch {\n    return new Uint8Array(32);',
      },
    ],
  },
  borrowed('hello-replay-accepted', { caught: 'session-replay', says: 'a hello said again' }),
  borrowed('replay-window-off', { caught: 'phantom-approval', says: 'an approval of the same session' }),
];
