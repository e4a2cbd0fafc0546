/**
 * Frames and hellos as docs/PROTOCOL.md §2 and §3 write them down, read a second time: nothing here comes from
 * `protocol/`, so a mistake there is not repeated here.
 *
 * @module
 */
export const TYPE = {
  clientHello: 0x01,
  serverHello: 0x02,
  finished: 0x03,
  data: 0x10,
  keyUpdate: 0x11,
  close: 0x12,
  alert: 0x15,
} as const;
export const TYPE_NAMES = new Map<number, string>(Object.entries(TYPE).map(([name, type]) => [type, name]));

const HEADER_BYTES = 16;
const BINDER_BYTES = 32;
const NOTHING = Buffer.alloc(0);

export interface Header {
  readonly type: number;
  readonly epoch: number;
  readonly seq: bigint;
}

export const headerOf = (frame: Buffer): Header => ({
  type: frame.readUInt8(2),
  epoch: frame.readUInt16BE(4),
  seq: frame.readBigUInt64BE(8),
});

/** What is wrong with a frame's form, or null. */
export function formFault(frame: Buffer): string | null {
  const { type, epoch } = headerOf(frame);
  const bytes = frame.length - HEADER_BYTES;
  if (frame.readUInt8(3) !== 0) return 'a fourth byte that is not zero';
  if (!TYPE_NAMES.has(type)) return `a type ${type} that is none`;
  if (epoch > 0) {
    const hello = type === TYPE.clientHello || type === TYPE.serverHello;
    const exact = type === TYPE.data ? null : type === TYPE.finished ? 96 : 64;
    const fits = exact === null ? bytes >= 64 && bytes <= 16_432 && bytes % 16 === 0 : bytes === exact;
    return hello || !fits ? `a ${TYPE_NAMES.get(type)} of ${bytes} bytes under keys` : null;
  }
  const fits =
    (type === TYPE.clientHello && bytes >= 128 && bytes <= 142) ||
    (type === TYPE.serverHello && bytes === 86) ||
    (type === TYPE.alert && bytes === 0);
  return fits ? null : `a ${TYPE_NAMES.get(type)} of ${bytes} bytes in clear`;
}

/** Cuts a stream into frames. */
export class FrameCutter {
  /** From here on the stream is no frames; null while it is. */
  garbage: Buffer | null = null;
  #rest: Buffer = NOTHING;

  /** A frame has begun and is not whole. */
  get isCut(): boolean {
    return this.garbage === null && this.#rest.length > 0;
  }

  /** Whole frames, in copies of their own: the sender's array may change on its way. */
  push(bytes: Uint8Array): Buffer[] {
    const frames: Buffer[] = [];
    if (this.garbage !== null) return frames;
    let rest = Buffer.concat([this.#rest, bytes]);
    // A header is judged when it is whole, as the honest ends do.
    while (rest.length >= HEADER_BYTES) {
      if (rest[0] !== 0xa7 || rest[1] !== 0x01) {
        this.garbage = rest;
        break;
      }
      const bytesInAll = HEADER_BYTES + rest.readUInt16BE(6);
      if (rest.length < bytesInAll) break;
      frames.push(rest.subarray(0, bytesInAll));
      rest = rest.subarray(bytesInAll);
    }
    this.#rest = rest;
    return frames;
  }
}

export interface ClientHello {
  readonly frame: Buffer;
  /** 16 bytes, padded with NUL. */
  readonly tid: Buffer;
  readonly terminal: string;
  readonly keyId: number;
  readonly nonce: Buffer;
  readonly share: Buffer;
  readonly suites: readonly number[];
  /** What the binder is made of. */
  readonly bound: Buffer;
  readonly binder: Buffer;
}

/** `frame` has the form of a ClientHello. */
export function readClientHello(frame: Buffer): ClientHello {
  const body = frame.subarray(HEADER_BYTES);
  const tid = body.subarray(0, 16);
  const suites: number[] = [];
  for (let n = 0; n < body.readUInt8(92) && 95 + 2 * n <= body.length; n++)
    suites.push(body.readUInt16BE(93 + 2 * n));
  return {
    frame,
    tid,
    terminal: tid.toString('latin1').replace(/\0+$/, ''),
    keyId: body.readUInt32BE(16),
    nonce: body.subarray(28, 60),
    share: body.subarray(60, 92),
    suites,
    bound: frame.subarray(0, frame.length - BINDER_BYTES),
    binder: frame.subarray(frame.length - BINDER_BYTES),
  };
}

export interface ServerHello {
  readonly frame: Buffer;
  readonly nonce: Buffer;
  readonly share: Buffer;
  readonly suite: number;
  readonly keyId: number;
  readonly sessionId: Buffer;
}

/** `frame` has the form of a ServerHello. */
export function readServerHello(frame: Buffer): ServerHello {
  const body = frame.subarray(HEADER_BYTES);
  return {
    frame,
    nonce: body.subarray(0, 32),
    share: body.subarray(32, 64),
    suite: body.readUInt16BE(64),
    keyId: body.readUInt32BE(66),
    sessionId: body.subarray(70, 86),
  };
}
