/**
 * The adversary in the bank's place: answers a terminal's hello with whatever it likes.
 *
 * @module
 */
import { systemEntropy } from '../../actors/node/entropy.ts';
import { EMPTY } from '../../protocol/bytes.ts';
import { clearFrame, FRAME_TYPES, HEADER_BYTES, sealedBodyBytes } from '../../protocol/frame.ts';
import { decodeServerHello, encodeServerHello, type ServerHello } from '../../protocol/hello.ts';
import { hmac } from '../../protocol/hmac.ts';
import {
  handshakeSecret,
  KEY_BYTES,
  masterSecret,
  recordKeys,
  sessionSecrets,
  transcriptHash,
} from '../../protocol/key-schedule.ts';
import { plaintextArea, Sealer } from '../../protocol/seal.ts';
import { SUITE_X25519 } from '../../protocol/suites.ts';
import type { TerminalPlan } from '../load/fleet.ts';
import { edited } from '../world/byzantine-frames.ts';
import { exchange } from './exchange.ts';
import { noise } from './noise.ts';
import type { Stage } from './stage.ts';

/** A terminal dials and is answered by the adversary; what it makes of that. */
export async function answered(
  stage: Stage,
  what: string,
  answer: (hello: Uint8Array) => Uint8Array,
): Promise<void> {
  const { believed, answer: said } = await exchange(stage, {
    plan: stage.plan(1),
    at: 'ClientHello',
    verb: ({ line, frame }) => line.say('terminal', answer(frame.bytes)),
    victim: 'terminal',
  });
  stage.attempt(said, !believed && said === 'Alert', what);
}

/** All the bank hears of it is the terminal's Alert, on a line that never said hello. */
export const unheard = (stage: Stage, times: number): void =>
  stage.expected.refusedLike(/^violation: bad (seq|epoch)$/, times);

export const answerOf = (over: Partial<ServerHello>): Uint8Array =>
  encodeServerHello({
    nonceS: noise(32),
    ephS: noise(32),
    suite: SUITE_X25519,
    keyId: 1,
    sessionId: noise(16),
    ...over,
  });

/**
 * The Finished of somebody who has the terminal's key and bets on a secret of zeros: whoever made that come true could
 * read every session with a key that he steals later.
 */
export function finishedOf(
  { kShared }: Pick<TerminalPlan, 'kShared'>,
  hello: Uint8Array,
  answer: Uint8Array,
): Uint8Array {
  const nonceC = hello.subarray(HEADER_BYTES + 28, HEADER_BYTES + 60);
  const { nonceS } = decodeServerHello(answer);
  const transcript = transcriptHash(hello, answer);
  const master = masterSecret(Buffer.from(kShared, 'hex'), { nonceC, nonceS });
  const secrets = sessionSecrets(handshakeSecret(master, new Uint8Array(32)), transcript);
  plaintextArea.set(hmac(secrets.serverFinished, transcript));
  const sealer = new Sealer(systemEntropy(), recordKeys(secrets.serverTraffic));
  return sealer.seal({ type: FRAME_TYPES.finished, epoch: 1, seq: 0 }, KEY_BYTES);
}

/** A Finished of noise, where the protocol has one. */
export const noiseFinished = ({ target }: Stage): Uint8Array =>
  target.knowsFinished ? sealedNoise() : EMPTY;

const sealedNoise = (): Uint8Array =>
  edited(clearFrame(FRAME_TYPES.finished, 0, noise(sealedBodyBytes(32))), (copy) => {
    copy[5] = 1;
  });
