/**
 * Bugs planted in the handshake, in keys and in how sessions begin and end, for the cases that neither seed mode nor a
 * rule turned off brings down.
 *
 * @module
 */
import type { Patch } from '../plants/index.ts';
import { type AttackPlant, borrowed } from './attack-plant.ts';

const CHANNEL = 'protocol/channel.ts';
const SCHEDULE = 'protocol/key-schedule.ts';

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

export const WIRE_PLANTS: readonly AttackPlant[] = [
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
    name: 'tag-byte-by-byte',
    bug: 'A tag is compared byte by byte, slowly, up to the first that differs',
    caught: 'mac-timing',
    says: 't of first against last byte',
    patches: [
      {
        file: 'protocol/seal.ts',
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
