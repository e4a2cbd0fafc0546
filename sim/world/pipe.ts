/**
 * One direction of a connection: pieces of bytes that arrive in order, each after its delay and after whatever holds
 * the line. Two nulls make an end: `null` is FIN, and an abort overtakes what is under way.
 *
 * @module
 */
import type { Kernel } from './kernel.ts';

export interface PipeDeps {
  readonly kernel: Kernel;
  /** How long the weather holds this direction from now on, µs. */
  readonly heldUs: () => number;
}

export interface PipeEvents {
  onBytes(bytes: Uint8Array, piece: string): void;
  onEnd(): void;
  onAbort(): void;
}

interface Piece {
  bytes: Uint8Array | null;
  readonly dueUs: number;
  /** Of all that was joined in it, with spaces between. */
  id: string;
}

export class Pipe {
  readonly #deps: PipeDeps;
  readonly #events: PipeEvents;
  #queue: Piece[] = [];
  #lastUs = 0;
  #holdUntilUs = 0;
  #dead = false;
  #aborted = false;
  #cancel: (() => void) | null = null;

  constructor(deps: PipeDeps, events: PipeEvents) {
    this.#deps = deps;
    this.#events = events;
  }

  /** Bytes that a stalled or dead line has not taken. */
  get heldBytes(): number {
    return this.#queue.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0);
  }

  /** Bytes, or null for the end of the stream. */
  add(bytes: Uint8Array | null, delayUs: number, id = ''): void {
    if (this.#dead || this.#aborted) return;
    const { kernel, heldUs } = this.#deps;
    const freeUs = Math.max(kernel.nowUs + heldUs(), this.#holdUntilUs);
    this.#lastUs = Math.max(this.#lastUs + 1, freeUs + delayUs);
    this.#queue.push({ bytes, dueUs: this.#lastUs, id });
    if (this.#queue.length === 1) this.#arm();
  }

  /** As {@link add}, but together with what was added last and is still under way. */
  join(bytes: Uint8Array, delayUs: number, id: string): void {
    const last = this.#queue.at(-1);
    if (this.#dead || this.#aborted || !last?.bytes) return this.add(bytes, delayUs, id);
    last.bytes = Buffer.concat([last.bytes, bytes]);
    last.id += ` ${id}`;
  }

  /** Nothing that is added from now on arrives earlier than in `us`. */
  hold(us: number): void {
    this.#holdUntilUs = Math.max(this.#holdUntilUs, this.#deps.kernel.nowUs + us);
  }

  /** Whatever is added from now on is lost, and nobody is told. */
  die(): void {
    this.#dead = true;
  }

  /** Every hold is over: what waits for one arrives soon. */
  resume(): void {
    const { kernel } = this.#deps;
    this.#holdUntilUs = 0;
    this.#queue = this.#queue.map((piece, i) => ({
      ...piece,
      dueUs: Math.min(piece.dueUs, kernel.nowUs + 1_000 * (i + 1)),
    }));
    this.#lastUs = this.#queue.at(-1)?.dueUs ?? 0;
    this.#arm();
  }

  /** The connection is gone: what is under way is lost. A dead line does not tell even that. */
  abort(delayUs: number): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#queue = [];
    this.#cancel?.();
    if (this.#dead) return;
    const { kernel, heldUs } = this.#deps;
    kernel.schedule(kernel.world, heldUs() + delayUs, () => this.#events.onAbort());
  }

  #arm(): void {
    this.#cancel?.();
    this.#cancel = null;
    const [next] = this.#queue;
    if (!next) return;
    const { kernel } = this.#deps;
    this.#cancel = kernel.schedule(kernel.world, next.dueUs - kernel.nowUs, () => this.#deliver());
  }

  #deliver(): void {
    const piece = this.#queue.shift();
    this.#arm();
    if (!piece) return;
    if (piece.bytes === null) this.#events.onEnd();
    else this.#events.onBytes(piece.bytes, piece.id);
  }
}
