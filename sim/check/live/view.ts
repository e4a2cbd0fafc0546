/**
 * What one honest end of a line has said and heard, and the session it takes part in. A session is known by its
 * transcript, not by its line: whoever stands between may carry one end's bytes to the other end of another line.
 *
 * @module
 */
import type { Side } from '../observation.ts';
import { type ClientHello, FrameCutter, type ServerHello } from './frames.ts';
import type { LiveInvariant } from './judge.ts';
import type { Direction } from './keys.ts';

/** One JSON message, as its sender sealed it. */
export type Message = Readonly<Record<string, unknown>>;

export interface Sealed {
  readonly frame: Buffer;
  readonly messages: readonly Message[];
}

export interface Broken {
  readonly invariant: LiveInvariant;
  readonly text: string;
  readonly step: number;
  /** It was an Alert in clear. */
  readonly isAlert: boolean;
}

export class View {
  readonly line: string;
  readonly side: Side;
  readonly written = new FrameCutter();
  readonly read = new FrameCutter();
  /** As this side wrote or read them. */
  clientHello: ClientHello | null = null;
  serverHello: ServerHello | null = null;
  /** X25519 private key it drew for this handshake. */
  drawn: Uint8Array | null = null;
  session: Session | null = null;
  /** Its sealed records, in order. */
  readonly sent: Sealed[] = [];
  /** Records of its peer that arrived in their place. */
  taken = 0;
  /** What its last record was, when nothing may follow it. */
  last: string | null = null;
  /** A record came that is not the peer's next: from the step after on it may say nothing more. */
  broken: Broken | null = null;
  /** Its peer's Close came and is not answered yet. */
  owesClose = false;
  established = false;

  constructor(line: string, side: Side) {
    this.line = line;
    this.side = side;
  }

  get name(): string {
    return `${this.line} ${this.side}`;
  }

  get peer(): View | null {
    return this.session?.ends[this.side === 'bank' ? 'terminal' : 'bank'] ?? null;
  }
}

export interface Session {
  readonly clientHello: ClientHello;
  readonly serverHello: ServerHello;
  readonly ends: Partial<Record<Side, View>>;
  /** Null when no keys can come of the two hellos. */
  readonly directions: Readonly<Record<Side, Direction>> | null;
}
