/**
 * The adversary in the bank's place: answers a terminal's hello with whatever it likes.
 *
 * @module
 */
import { EMPTY } from '../../protocol/bytes.ts';
import { clearFrame, FRAME_TYPES, sealedBodyBytes } from '../../protocol/frame.ts';
import { encodeServerHello, type ServerHello } from '../../protocol/hello.ts';
import { SUITE_X25519 } from '../../protocol/suites.ts';
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

/** A Finished of noise, where the protocol has one. */
export const noiseFinished = ({ target }: Stage): Uint8Array =>
  target.knowsFinished ? sealedNoise() : EMPTY;

const sealedNoise = (): Uint8Array =>
  edited(clearFrame(FRAME_TYPES.finished, 0, noise(sealedBodyBytes(32))), (copy) => {
    copy[5] = 1;
  });
