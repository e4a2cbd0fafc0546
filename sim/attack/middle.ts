/**
 * The man in the middle, on real sockets: terminals dial it, it dials the bank, and every frame passes its rules. A rule
 * waits for a frame and plays a verb on it (`verbs.ts`); what no rule takes travels on untouched.
 *
 * @module
 */
import { listenTcp, type TcpListener } from '../../actors/node/tcp.ts';
import type { Conn } from '../../protocol/ports.ts';
import { FrameSplitter, type WireFrame } from '../world/byzantine-frames.ts';
import type { Side } from '../world/middle.ts';
import { dialFrom } from './net.ts';
import { type Reaction, reactionOf, Watch } from './watch.ts';

/** A frame on its way, and where it is. */
export interface Passing {
  readonly frame: WireFrame;
  readonly towards: Side;
  readonly line: Line;
}

/** Says what happens to a frame instead of its being forwarded. */
export type Verb = (passing: Passing) => void;

/** What a frame must be for a rule to take it. */
export interface Pick {
  readonly type: number;
  readonly towards: Side;
}

/** A victim that has not reacted by then is not going to: what it does, it does within milliseconds. */
export const REACTION_MS = 3_000;

const other = (side: Side): Side => (side === 'bank' ? 'terminal' : 'bank');

/** One connection of a terminal, and the one to the bank that goes with it. */
export class Line {
  /** Whole frames as the honest ends sent them, by whom they were for. */
  readonly frames: Readonly<Record<Side, WireFrame[]>> = { bank: [], terminal: [] };
  readonly #ends: Record<Side, Conn | null> = { bank: null, terminal: null };
  readonly #stalled: Record<Side, Uint8Array[] | null> = { bank: null, terminal: null };
  readonly #ended = new Set<Side>();
  readonly #watch = new Watch();

  attach(side: Side, conn: Conn): void {
    this.#ends[side] = conn;
  }

  /** Bytes for one end, as if the other had sent them. */
  say(towards: Side, bytes: Uint8Array): void {
    const stalled = this.#stalled[towards];
    if (stalled) stalled.push(bytes);
    else this.#ends[towards]?.write(bytes);
  }

  /** Nothing reaches that end for so long; then all of it does, in order. */
  stall(towards: Side, ms: number): void {
    this.#stalled[towards] ??= [];
    setTimeout(() => {
      const kept = this.#stalled[towards] ?? [];
      this.#stalled[towards] = null;
      for (const bytes of kept) this.say(towards, bytes);
    }, ms);
  }

  /** FIN: the other will say no more. */
  end(towards: Side): void {
    this.#ends[towards]?.end();
  }

  destroy(): void {
    this.#ends.bank?.destroy();
    this.#ends.terminal?.destroy();
  }

  /** Lets the bank hear the last word of its terminal and end the session, then is gone. */
  async over(): Promise<void> {
    await this.until(() => this.hasEnded('bank'));
    this.destroy();
  }

  hasEnded(side: Side): boolean {
    return this.#ended.has(side);
  }

  heard(from: Side, frame: WireFrame): void {
    this.frames[other(from)].push(frame);
    this.#watch.tell();
  }

  noteEnd(side: Side): void {
    this.#ended.add(side);
    this.#watch.tell();
  }

  /** @see reactionOf */
  reaction(victim: Side, withinMs = REACTION_MS): Promise<Reaction> {
    return reactionOf(
      {
        watch: this.#watch,
        said: this.frames[other(victim)],
        hasEnded: () => this.hasEnded(victim),
      },
      withinMs,
    );
  }

  until(is: () => boolean, withinMs = REACTION_MS): Promise<boolean> {
    return this.#watch.until(is, withinMs);
  }
}

interface Rule {
  readonly pick: Pick;
  readonly verb: Verb;
  /** Frames it still lets pass before it acts. */
  skip: number;
  readonly taken: PromiseWithResolvers<Line>;
}

export class Middle {
  readonly lines: Line[] = [];
  readonly #rules: Rule[] = [];
  readonly #bank: string;
  readonly #source: string | null;
  #listener: TcpListener | null = null;

  private constructor(bank: string, source: string | null) {
    this.#bank = bank;
    this.#source = source;
  }

  static async open(bank: string, source: string | null): Promise<Middle> {
    const middle = new Middle(bank, source);
    middle.#listener = await listenTcp('127.0.0.1:0', (conn) => middle.#accept(conn));
    return middle;
  }

  /** Where terminals dial. */
  get address(): string {
    return this.#listener?.address ?? '';
  }

  /** The newest connection. */
  get line(): Line {
    const line = this.lines.at(-1);
    if (!line) throw new Error('nobody has dialled yet');
    return line;
  }

  /** The next such frame, after `skip` others of its kind, goes to `verb`. Resolves with its line once it has. */
  next(pick: Pick, verb: Verb, skip = 0): Promise<Line> {
    const rule: Rule = { pick, verb, skip, taken: Promise.withResolvers() };
    this.#rules.push(rule);
    return rule.taken.promise;
  }

  /** Forgets rules that never met their frame. */
  rest(): void {
    this.#rules.length = 0;
  }

  close(): void {
    this.#listener?.close();
    for (const line of this.lines) line.destroy();
  }

  #accept(terminal: Conn) {
    const line = new Line();
    this.lines.push(line);
    line.attach('terminal', terminal);
    const ear = { onOpen: () => {}, ...this.#ear(line, 'bank') };
    line.attach('bank', dialFrom(this.#source, this.#bank, ear));
    return { onOpen: () => {}, ...this.#ear(line, 'terminal') };
  }

  /** Hears what one end says. Only an end that is gone takes the other with it: a FIN may be a half of a Close. */
  #ear(line: Line, from: Side) {
    const splitter = new FrameSplitter();
    const towards = other(from);
    return {
      onData: (chunk: Uint8Array) => {
        // The socket's area is reused, and frames are remembered.
        const { frames, stray } = splitter.split(Uint8Array.from(chunk));
        for (const frame of frames) {
          line.heard(from, frame);
          this.#pass({ frame, towards, line });
        }
        if (stray.length > 0) line.say(towards, stray);
      },
      onEnd: () => {
        const held = splitter.release();
        if (held.length > 0) line.say(towards, held);
        line.end(towards);
        line.noteEnd(from);
      },
      onClose: () => {
        line.end(towards);
        line.noteEnd(from);
      },
    };
  }

  #pass(passing: Passing): void {
    const at = this.#rules.findIndex(
      ({ pick }) => pick.type === passing.frame.type && pick.towards === passing.towards,
    );
    const rule = this.#rules[at];
    if (!rule) return passing.line.say(passing.towards, passing.frame.bytes);
    if (rule.skip > 0) {
      rule.skip -= 1;
      return passing.line.say(passing.towards, passing.frame.bytes);
    }
    this.#rules.splice(at, 1);
    rule.verb(passing);
    rule.taken.resolve(passing.line);
  }
}
