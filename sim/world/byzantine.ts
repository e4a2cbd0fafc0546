/**
 * The byzantine network: a {@link Middle} that takes every stream apart into frames, remembers what was said, and plays
 * the attack catalogue on it. It has no key, no clock but the kernel's, and no luck but what a `Fault` gives it; once the
 * faults are over it only carries.
 *
 * ```
 *   honest bytes ─▶ FrameSplitter ─▶ Memory ─▶ tricks (records, hellos, calls) ─▶ bytes that travel on
 *                        │
 *                        └─▶ did the side that was lied to say Alert, and nothing else?  ─▶ a mark, or a breach
 * ```
 *
 * @module
 */
import { concat, EMPTY } from '../../protocol/bytes.ts';
import { FRAME_TYPES } from '../../protocol/frame.ts';
import type { TerminalId } from '../../protocol/ids.ts';
import { Answers, type OnBreach } from './byzantine-answers.ts';
import { CALL_TRICKS, Caller } from './byzantine-calls.ts';
import { FrameSplitter, renumbered, type WireFrame, wireFrame } from './byzantine-frames.ts';
import { HELLO_TRICKS, isClientHello } from './byzantine-hellos.ts';
import type { ByzantineMark } from './byzantine-marks.ts';
import { Memory, type Recording } from './byzantine-memory.ts';
import { RECORD_TRICKS } from './byzantine-records.ts';
import {
  type Expectation,
  OTHER,
  onlyAlertOf,
  type Passing,
  type Play,
  type Trick,
} from './byzantine-tricks.ts';
import type { Decisions } from './decisions.ts';
import type { Kernel } from './kernel.ts';
import type { Line, Middle, Reach, Side } from './middle.ts';

export interface ByzantineDeps {
  readonly kernel: Kernel;
  readonly decisions: Decisions;
  readonly reach: Reach;
  /** A defence was seen to work. */
  readonly onMark: (mark: ByzantineMark) => void;
  /** An honest side went on as if a lie were true: an attack got through. */
  readonly onBreach: OnBreach;
  readonly onTrace: (text: string) => void;
}

const TRICKS: readonly Trick[] = [...CALL_TRICKS, ...HELLO_TRICKS, ...RECORD_TRICKS];
/** A stolen hello is of use within the bank's window only. */
const KEPT_US_MAX = 60_000_000;

interface Stream {
  readonly splitter: FrameSplitter;
  /** Travels after the next frame; then its lie is told, and its reaction due. */
  later: { readonly bytes: Uint8Array; readonly expect: Expectation | undefined } | null;
  /** By how much the numbers of frames are lowered. */
  shift: number;
}

interface Tapped {
  readonly line: Line;
  readonly recording: Recording;
  readonly streams: Readonly<Record<Side, Stream>>;
  /** What each side must do. The first lie counts: who saw through it hears no second one. */
  readonly expected: Record<Side, Expectation | null>;
  /** The first ClientHello that travelled on, until the bank says something. */
  hello: Uint8Array | null;
}

export class Byzantine implements Middle {
  readonly #deps: ByzantineDeps;
  readonly #memory = new Memory();
  readonly #answers: Answers;
  readonly #caller: Caller;
  readonly #tapped = new Map<string, Tapped>();
  #kept: { readonly bytes: Uint8Array; readonly terminal: TerminalId; readonly atUs: number } | null = null;

  constructor(deps: ByzantineDeps) {
    this.#deps = deps;
    this.#answers = new Answers(deps);
    this.#caller = new Caller({ ...deps, answers: this.#answers });
  }

  opened(line: Line): void {
    this.#tapped.set(line.id, {
      line,
      recording: this.#memory.open(line.terminal, this.#deps.kernel.nowUs),
      streams: { bank: newStream(), terminal: newStream() },
      expected: { bank: null, terminal: null },
      hello: null,
    });
  }

  closed(line: Line): void {
    const tapped = this.#tapped.get(line.id);
    this.#tapped.delete(line.id);
    if (!tapped) return;
    for (const expectation of Object.values(tapped.expected))
      if (expectation?.sign === 'silence') this.#deps.onMark(expectation.mark);
  }

  /** One piece a write, as it came when nothing was done to it; none when all of it is held back. */
  pass(line: Line, towards: Side, bytes: Uint8Array): readonly Uint8Array[] {
    const tapped = this.#tapped.get(line.id);
    if (!tapped) return [bytes];
    const stream = tapped.streams[towards];
    const { frames, stray } = stream.splitter.split(bytes);
    const on = frames.flatMap((frame) => this.#frame(tapped, towards, frame));
    const held = this.#deps.decisions.healed ? stream.splitter.release() : EMPTY;
    return joined([...on, stray, held]);
  }

  #frame(tapped: Tapped, towards: Side, written: WireFrame): readonly Uint8Array[] {
    this.#judge(tapped, OTHER[towards], written);
    const { recording, streams } = tapped;
    const stream = streams[towards];
    const lie = stream.later?.expect;
    const after = takeLater(stream);
    const { healed } = this.#deps.decisions;
    if (lie && !healed) this.#expect(tapped, lie);
    const frame =
      stream.shift > 0 ? wireFrame(renumbered(written.bytes, written.seq - stream.shift)) : written;
    const on = healed
      ? [...after, written.bytes]
      : [...this.#meddle(tapped, { frame, towards, recording, memory: this.#memory }), ...after];
    recording.add(towards, written);
    if (isClientHello(written, towards)) tapped.hello ??= on[0] ?? null;
    return on;
  }

  /** Asks every trick that fits, whatever the others do, so that taking out one fault leaves the others alone. */
  #meddle(tapped: Tapped, passing: Passing): readonly Uint8Array[] {
    const { decisions, onTrace } = this.#deps;
    const { frame, towards } = passing;
    let on: readonly Uint8Array[] | null = this.#relay(tapped, passing);
    for (const trick of TRICKS) {
      if (!trick.fits(frame, towards)) continue;
      const fault = decisions.decide(trick.site, tapped.line.terminal);
      const play = fault && trick.play(passing, fault);
      // What travels on can be replaced only once.
      if (!fault || !play || (on && (play.on || play.end))) continue;
      onTrace(`${tapped.line.id} towards ${towards}, ${trick.site.slice(4)}: ${play.text}`);
      this.#perform(tapped, passing, play);
      on ??= play.on ?? null;
    }
    return on ?? [frame.bytes];
  }

  #perform(tapped: Tapped, { towards }: Passing, play: Play): void {
    const { kernel, reach } = this.#deps;
    const { line, streams } = tapped;
    const stream = streams[towards];
    if (play.expect && !play.later) this.#expect(tapped, play.expect);
    for (const bytes of play.back ?? []) reach.inject(line, OTHER[towards], bytes);
    for (const call of play.calls ?? []) this.#caller.call(call);
    if (play.shift) stream.shift += 1;
    if (play.kept) this.#kept = { bytes: play.kept, terminal: line.terminal, atUs: kernel.nowUs };
    if (play.end) kernel.schedule(kernel.world, 0, () => reach.end(line, towards));
    if (!play.later) return;
    const later = { bytes: play.later.bytes, expect: play.expect };
    stream.later = later;
    kernel.schedule(kernel.world, 1_000 * play.later.withinMs, () => {
      if (stream.later !== later) return;
      for (const bytes of takeLater(stream)) reach.inject(line, towards, bytes);
    });
  }

  /** The hello that was kept goes where another terminal's should: its answer is of no use to who gets it. */
  #relay(tapped: Tapped, { frame, towards }: Passing): readonly Uint8Array[] | null {
    const { kernel, onTrace } = this.#deps;
    const { line } = tapped;
    const kept = this.#kept;
    if (!kept || !isClientHello(frame, towards) || kept.terminal === line.terminal) return null;
    this.#kept = null;
    if (kernel.nowUs - kept.atUs > KEPT_US_MAX) return null;
    onTrace(`${line.id} towards ${towards}, steal: the hello of ${kept.terminal} instead`);
    this.#expect(tapped, onlyAlertOf('terminal', 'relayed hello refused'));
    return [kept.bytes];
  }

  #expect({ expected }: Tapped, expectation: Expectation): void {
    expected[expectation.of] ??= expectation;
  }

  /** What an honest side says now that it was lied to. */
  #judge(tapped: Tapped, side: Side, said: WireFrame): void {
    const { line, expected, hello } = tapped;
    if (side === 'bank' && hello) {
      if (said.type === FRAME_TYPES.serverHello) this.#answers.add(hello, line.id);
      tapped.hello = null;
    }
    const expectation = expected[side];
    if (!expectation) return;
    const { onMark, onBreach } = this.#deps;
    const isAlert = said.type === FRAME_TYPES.alert;
    if (isAlert && expectation.sign === 'alert') onMark(expectation.mark);
    if (!isAlert && expectation.isStrict)
      onBreach(`${line.id}: the ${side} went on, and this is not so: ${expectation.mark}`);
    if (isAlert || expectation.isStrict || expectation.sign === 'silence') expected[side] = null;
  }
}

const newStream = (): Stream => ({ splitter: new FrameSplitter(), later: null, shift: 0 });

function takeLater(stream: Stream): readonly Uint8Array[] {
  const { later } = stream;
  stream.later = null;
  return later ? [later.bytes] : [];
}

function joined(parts: readonly Uint8Array[]): readonly Uint8Array[] {
  const bytes = concat(parts);
  return bytes.length > 0 ? [bytes] : [];
}
