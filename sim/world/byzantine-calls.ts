/**
 * Connections of the adversary's own to the bank: sessions said again, stolen hellos, floods, callers that say half a
 * hello and wait (R17 to R21). None of them can ever get further than a handshake that is never finished.
 *
 * @module
 */
import { clearFrame, FRAME_TYPES } from '../../protocol/frame.ts';
import { HELLO_WINDOW_MS } from '../../protocol/hello-guard.ts';
import { type Answers, helloAgeMs } from './byzantine-answers.ts';
import { FrameSplitter, wireFrame } from './byzantine-frames.ts';
import { forgedHello, isClientHello } from './byzantine-hellos.ts';
import type { ByzantineMark } from './byzantine-marks.ts';
import { type Call, noise, type Passing, type Play, type Trick } from './byzantine-tricks.ts';
import type { Decisions, Fault } from './decisions.ts';
import type { Kernel } from './kernel.ts';
import type { Reach } from './middle.ts';

const { alert, data, keyUpdate, close, serverHello } = FRAME_TYPES;
const OPEN_MAX = 48;
const FLOOD = [4, 24] as const;
const FLOOD_MS = 2_000;
const REPLAY_MS = 180_000;
/** The shortest time the bank leaves a handshake unfinished (R17). */
const PATIENCE_US = 4_900_000;

export const CALL_TRICKS: readonly Trick[] = [
  { site: 'byz.steal', fits: isClientHello, play: steal },
  { site: 'byz.wholeReplay', fits: isClientHello, play: replayWhole },
  { site: 'byz.flood', fits: isClientHello, play: flood },
];

export interface CallerDeps {
  readonly kernel: Kernel;
  readonly decisions: Decisions;
  readonly reach: Reach;
  readonly answers: Answers;
  readonly onMark: (mark: ByzantineMark) => void;
  readonly onBreach: (text: string) => void;
}

export class Caller {
  readonly #deps: CallerDeps;
  #open = 0;

  constructor(deps: CallerDeps) {
    this.#deps = deps;
  }

  /** Makes the call in its time, unless the faults are over by then or too many are under way. */
  call(call: Call): void {
    const { kernel, decisions } = this.#deps;
    kernel.schedule(kernel.world, 1_000 * call.afterMs, () => {
      if (!decisions.healed && this.#open < OPEN_MAX) this.#dial(call);
    });
  }

  #dial({ said, paceMs, marks }: Call): void {
    const { kernel, reach, answers, onMark, onBreach } = this.#deps;
    const splitter = new FrameSplitter();
    let hello: Uint8Array | undefined;
    let openedUs = 0;
    let isAnswered = false;
    let isOver = false;
    this.#open += 1;
    const conn = reach.dial({
      onOpen: () => {
        openedUs = kernel.nowUs;
        const parts = said();
        hello = parts.find((bytes) => isClientHello(wireFrame(bytes), 'bank'));
        parts.forEach((bytes, i) => {
          if (paceMs === 0) conn.write(bytes);
          else kernel.schedule(kernel.world, 1_000 * paceMs * i, () => !isOver && conn.write(bytes));
        });
      },
      onData: (chunk) => {
        for (const { type, epoch } of splitter.split(chunk).frames) {
          if (epoch > 0 && [data, keyUpdate, close].some((told) => told === type))
            onBreach('the bank took the adversary for a terminal');
          if (type === serverHello && hello) answers.add(hello, 'a call');
          if (type !== alert || isAnswered) continue;
          isAnswered = true;
          if (marks.alert) onMark(marks.alert);
        }
      },
      onEnd: () => conn.end(),
      onClose: () => {
        if (isOver) return;
        isOver = true;
        this.#open -= 1;
        const isDropped = !isAnswered && openedUs > 0 && kernel.nowUs - openedUs >= PATIENCE_US;
        if (isDropped && marks.dropped) onMark(marks.dropped);
      },
    });
  }
}

/**
 * The bank has not seen this hello: said by somebody else it opens a handshake which that somebody cannot finish, and
 * said too late it opens none.
 */
function steal({ frame, recording }: Passing, fault: Fault): Play {
  const how = fault.pick(['line', 'call', 'late call'] as const);
  if (how === 'line') return { on: [], kept: frame.bytes, text: 'kept for the line of another terminal' };
  const freshMs = Math.max(0, Math.ceil(HELLO_WINDOW_MS - helloAgeMs(frame.bytes, recording.atUs)));
  const call: Call = {
    afterMs: how === 'call' ? fault.below(1_000) : freshMs + fault.between(2_000, 60_000),
    said: () => [frame.bytes],
    paceMs: 0,
    marks: how === 'call' ? { dropped: 'stolen hello timed out' } : { alert: 'stale hello refused' },
  };
  return { on: [], calls: [call], text: `kept for a call ${call.afterMs} ms later` };
}

function replayWhole({ recording, memory, frame }: Passing, fault: Fault): Play {
  const of = fault.pick([recording, ...memory.others(recording, 'bank')]);
  const whole = () => {
    const frames = of.towards.bank.map(({ bytes }) => bytes);
    return frames.length > 0 ? frames : [frame.bytes];
  };
  const call: Call = {
    afterMs: fault.below(REPLAY_MS),
    said: whole,
    paceMs: fault.pick([0, 0, 100]),
    marks: { alert: 'replayed session refused' },
  };
  return { calls: [call], text: `the session of ${of.terminal} is said again ${call.afterMs} ms later` };
}

function flood(passing: Passing, fault: Fault): Play {
  const calls = Array.from({ length: fault.between(...FLOOD) }, () => stranger(passing, fault));
  return { calls, text: `${calls.length} strangers call` };
}

/** One of a crowd. */
function stranger({ frame, recording, memory }: Passing, fault: Fault): Call {
  const hellos = memory.recordings.flatMap((of) =>
    of === recording
      ? []
      : of.towards.bank.filter((said) => isClientHello(said, 'bank')).map((said) => ({ said, of })),
  );
  const old = hellos.length > 0 ? fault.pick(hellos) : { said: frame, of: recording };
  const afterMs = fault.below(FLOOD_MS);
  const call = (said: readonly Uint8Array[], marks: Call['marks'], paceMs = 0): Call => ({
    afterMs,
    said: () => said,
    paceMs,
    marks,
  });
  const hello = old.said.bytes;
  const dropped = 'silent caller dropped';
  switch (fault.pick(['old', 'forged', 'half', 'slow', 'silent', 'garbage', 'bomb', 'records'] as const)) {
    case 'old':
      return call([hello], { alert: ageMark(hello, recording.atUs) });
    case 'forged': {
      const forged = forgedHello(hello, ({ clientTimeMs }) => ({
        clientTimeMs: clientTimeMs + 1,
        nonceC: noise(fault, 32),
      }));
      return call([forged ?? hello], { alert: 'forged ClientHello refused' });
    }
    case 'half':
      return call([hello.subarray(0, fault.between(1, hello.length - 1))], { dropped });
    case 'slow':
      return call(
        Array.from(hello, (_, at) => hello.subarray(at, at + 1)),
        { dropped },
        500,
      );
    case 'silent':
      return call([], { dropped });
    case 'garbage':
      return call([unlikeFrames(noise(fault, 200))], { alert: 'garbage refused' });
    case 'bomb':
      return call([clearFrame(FRAME_TYPES.clientHello, 0, new Uint8Array(0xffff))], {
        alert: 'garbage refused',
      });
    case 'records':
      return call(
        old.of.towards.bank.filter(({ epoch }) => epoch > 0).map(({ bytes }) => bytes),
        { alert: 'handshake step refused', dropped },
      );
  }
}

/** Out of the window the bank may have forgotten the hello, and must refuse it for its age. */
const ageMark = (hello: Uint8Array, nowUs: number): ByzantineMark =>
  helloAgeMs(hello, nowUs) > HELLO_WINDOW_MS ? 'stale hello refused' : 'replayed hello refused';

/** With another first byte than a frame has. */
function unlikeFrames(bytes: Uint8Array): Uint8Array {
  bytes[0] = 0;
  return bytes;
}
