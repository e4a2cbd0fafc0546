/**
 * The smallest exchange there is: a production link dials through a man in the middle, gets through with the handshake,
 * asks for an echo, and is gone. Attacks on single bytes are played on hundreds of these.
 *
 * @module
 */
import { systemClock } from '../../actors/node/clock.ts';
import { systemEntropy } from '../../actors/node/entropy.ts';
import { tcpNet } from '../../actors/node/tcp.ts';
import { LINK_TIMEOUTS } from '../../actors/terminal-link.machine.ts';
import { SecureLink } from '../../actors/terminal-link.ts';
import { EMPTY } from '../../protocol/bytes.ts';
import { FRAME_TYPES } from '../../protocol/frame.ts';
import type { TerminalPlan } from '../load/fleet.ts';
import type { WireFrame } from '../world/byzantine-frames.ts';
import type { Side } from '../world/middle.ts';
import { Middle, type Pick, type Verb } from './middle.ts';
import type { Stage } from './stage.ts';
import type { Reaction } from './watch.ts';

const { clientHello, serverHello, finished, data } = FRAME_TYPES;

/** The frames of the exchange, in order. */
export const FRAMES = {
  ClientHello: { type: clientHello, towards: 'bank' },
  ServerHello: { type: serverHello, towards: 'terminal' },
  "bank's Finished": { type: finished, towards: 'terminal' },
  "terminal's Finished": { type: finished, towards: 'bank' },
  request: { type: data, towards: 'bank' },
  reply: { type: data, towards: 'terminal' },
} as const satisfies Record<string, Pick>;
export type FrameName = keyof typeof FRAMES;

const clock = systemClock();
const entropy = systemEntropy();
const EXCHANGE_MS = 4_000;
/** Nobody dials a second time. */
const ONCE_MS = 600_000;
/** For Close, each way. */
const GOODBYE_MS = 3_000;

export interface Exchanged {
  /** The victim went on as if nothing had happened. */
  readonly believed: boolean;
  /** It ended the session. Who says nothing may have carried out what it was told. */
  readonly refused: boolean;
  readonly answer: Reaction;
  /** As its sender sent it. */
  readonly frame: Uint8Array;
}

/**
 * One exchange with `verb` played on one of its frames; `observe()` leaves it as it should be.
 * @param victim who is to believe it; else whom the frame is for
 */
export async function exchange(
  stage: Stage,
  {
    plan,
    at,
    verb,
    victim = FRAMES[at].towards,
  }: { plan: TerminalPlan; at: FrameName; verb: Verb; victim?: Side },
): Promise<Exchanged> {
  const middle = await Middle.open(stage.target.address, stage.source);
  const pick = FRAMES[at];
  const taken = middle.next(pick, verb);
  const asked = Promise.withResolvers<boolean>();
  const down = Promise.withResolvers<void>();
  const link = new SecureLink(
    { clock, entropy, net: tcpNet, onError: (error) => stage.witness.crashed(error) },
    {
      address: middle.address,
      terminal: plan.terminal,
      keyId: plan.keyId,
      kShared: Buffer.from(plan.kShared, 'hex'),
      timeouts: { ...LINK_TIMEOUTS, backOffMinMs: ONCE_MS, backOffMaxMs: ONCE_MS },
    },
    {
      onUp: () => link.request({ type: 'echo' }, (reply) => asked.resolve(reply !== 'lost')),
      onDown: () => down.resolve(),
      onPush: () => {},
    },
  );
  link.start();
  try {
    const line = await within(taken, null);
    if (line === null) throw new Error(`the ${at} was never sent`);
    const said = line.frames[victim === 'bank' ? 'terminal' : 'bank'];
    const from = said.length;
    const next = () => said.slice(from);
    const frame = line.frames[pick.towards].findLast(({ type }) => type === pick.type)?.bytes ?? EMPTY;
    if (at === 'reply') {
      const believed = await within(Promise.race([asked.promise, down.promise.then(() => false)]), false);
      const answer = believed ? 'answered' : alerted(next()) ? 'Alert' : 'closed';
      return { believed, refused: !believed, answer, frame };
    }
    await line.until(() => next().length > 0 || line.hasEnded(victim), EXCHANGE_MS);
    const believed = next().some(({ type }) => type !== FRAME_TYPES.alert);
    // One that goes through goes through to its end, so that nothing of it is cut off.
    if (believed) await within(Promise.race([asked.promise, down.promise]), false);
    const ended = line.hasEnded(victim) ? 'closed' : 'silent';
    const answer = believed ? 'answered' : alerted(next()) ? 'Alert' : ended;
    return { believed, refused: answer === 'Alert' || answer === 'closed', answer, frame };
  } finally {
    link.stop(() => {});
    await quiet(middle);
  }
}

/** So that whatever the bank still has to say about it is said, and audited, before the case is over. */
async function quiet(middle: Middle): Promise<void> {
  for (const line of middle.lines) {
    await line.until(() => line.hasEnded('bank'), GOODBYE_MS);
    line.end('bank');
    await line.until(() => line.hasEnded('bank'), EXCHANGE_MS);
  }
  middle.close();
}

const alerted = (frames: readonly WireFrame[]) => frames.some(({ type }) => type === FRAME_TYPES.alert);

const within = <T>(promise: Promise<T>, otherwise: T): Promise<T> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve(otherwise), EXCHANGE_MS);
    void promise.then((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
