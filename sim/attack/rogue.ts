/**
 * A terminal in the adversary's hands: it has the terminal's key and keeps no rule. It seals frames of any type under
 * any number, says any text, and opens what the bank says (PROTOCOL §3 to §6, its own way).
 *
 * @module
 */
import { systemEntropy } from '../../actors/node/entropy.ts';
import { TIMEOUTS_DEFAULT } from '../../actors/operation.ts';
import { EMPTY } from '../../protocol/bytes.ts';
import { decodeBankMessage } from '../../protocol/decode.ts';
import { Inbound, LIMITS } from '../../protocol/direction.ts';
import { encodeRequest } from '../../protocol/encode.ts';
import { FRAME_TYPES, type FrameType } from '../../protocol/frame.ts';
import { type ClientHello, decodeServerHello, encodeClientHello } from '../../protocol/hello.ts';
import { hmac } from '../../protocol/hmac.ts';
import {
  handshakeSecret,
  kBind,
  masterSecret,
  nextTraffic,
  recordKeys,
  type SessionSecrets,
  sessionSecrets,
  transcriptHash,
} from '../../protocol/key-schedule.ts';
import type { BankMessage, Reply, Request } from '../../protocol/messages.ts';
import { BUCKET_BYTES_DEFAULT, packMessages, unpackMessages } from '../../protocol/record.ts';
import { plaintextArea, Sealer } from '../../protocol/seal.ts';
import { SUITES } from '../../protocol/suites.ts';
import { type KeyShare, keyShare, sharedSecret } from '../../protocol/x25519.ts';
import type { TerminalPlan } from '../load/fleet.ts';
import type { WireFrame } from '../world/byzantine-frames.ts';
import { Caller } from './caller.ts';
import { REACTION_MS } from './middle.ts';
import type { Reaction } from './watch.ts';

/** As long as an honest terminal waits: a busy bank that answers late is no sign of anything. */
const ANSWER_MS = TIMEOUTS_DEFAULT.replyMs;

const { clientHello: _, serverHello, finished, data, keyUpdate, close } = FRAME_TYPES;

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
export type Ask = DistributiveOmit<Request, 'rid'>;

export interface Lair {
  readonly address: string;
  readonly source: string | null;
  /** The bank of seed mode knows no Finished: a session is up with its hello. */
  readonly knowsFinished: boolean;
}

export interface Place {
  readonly epoch?: number;
  readonly seq?: number;
}

const entropy = systemEntropy();
const shareOf = (): KeyShare => keyShare(entropy.bytes(32, 'rogue'));

/** A hello of `plan`'s terminal with whatever is to be different, under its own binder. */
export function helloOf(
  { terminal, keyId, kShared }: Pick<TerminalPlan, 'terminal' | 'keyId' | 'kShared'>,
  over: Partial<ClientHello> = {},
): { readonly frame: Uint8Array; readonly share: KeyShare } {
  const share = shareOf();
  const hello = {
    terminal,
    keyId,
    clientTimeMs: Date.now(),
    nonceC: entropy.bytes(32, 'rogue'),
    ephC: share.publicKey,
    suites: SUITES.map(({ id }) => id),
    ...over,
  };
  const key = Buffer.from(kShared, 'hex');
  return { frame: encodeClientHello(hello, kBind(key, { terminal, keyId })), share };
}

export class Rogue {
  readonly caller: Caller;
  /** Opened messages, oldest first. */
  readonly heard: BankMessage[] = [];
  readonly #lair: Lair;
  readonly #hello: ReturnType<typeof helloOf>;
  readonly #kShared: Uint8Array;
  #secrets: SessionSecrets | null = null;
  #transcript: Uint8Array = EMPTY;
  #traffic: Uint8Array = EMPTY;
  #sealer: Sealer | null = null;
  #inbound: Inbound | null = null;
  #epoch = 1;
  #seq = 0;
  #rid = 0;
  #confirmed = false;

  private constructor(lair: Lair, plan: TerminalPlan, over: Partial<ClientHello>) {
    this.#lair = lair;
    this.#kShared = Buffer.from(plan.kShared, 'hex');
    this.#hello = helloOf(plan, over);
    this.caller = new Caller(lair.address, lair.source, (frame) => this.#hear(frame));
  }

  /** Dials and says hello; resolves once the bank has answered, or refused. */
  static async dial(lair: Lair, plan: TerminalPlan, over: Partial<ClientHello> = {}): Promise<Rogue> {
    const rogue = new Rogue(lair, plan, over);
    rogue.caller.say(rogue.#hello.frame);
    const { caller } = rogue;
    await caller.until(() => rogue.isAnswered || caller.said.length > 0 || caller.hasEnded());
    return rogue;
  }

  /** Dials, and goes through with the handshake. */
  static async establish(lair: Lair, plan: TerminalPlan, over: Partial<ClientHello> = {}): Promise<Rogue> {
    const rogue = await Rogue.dial(lair, plan, over);
    if (rogue.isAnswered) rogue.finish();
    return rogue;
  }

  /** The bank has said ServerHello, and its Finished where there is one. */
  get isAnswered(): boolean {
    return this.#secrets !== null && (this.#confirmed || !this.#lair.knowsFinished);
  }

  /** What was said first. */
  get hello(): Uint8Array {
    return this.#hello.frame;
  }

  get serverHello(): WireFrame | undefined {
    return this.caller.said.find(({ type }) => type === serverHello);
  }

  /** Of the direction to the bank. */
  get keys() {
    return recordKeys(this.#traffic);
  }

  get seq(): number {
    return this.#seq;
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** Where the protocol has one. */
  finish(): void {
    if (this.#lair.knowsFinished) this.caller.say(this.finished());
  }

  finished(place: Place = {}): Uint8Array {
    return this.seal(finished, this.verifyData(), place);
  }

  verifyData(): Uint8Array {
    return hmac(this.#secrets?.clientFinished ?? EMPTY, this.#transcript);
  }

  /** A frame; with a place of its own it leaves the numbers as they are. */
  seal(type: number, plaintext: Uint8Array, place: Place = {}): Uint8Array {
    if (!this.#sealer) throw new Error('the bank has not answered');
    plaintextArea.set(plaintext);
    const { epoch = this.#epoch, seq = this.#seq } = place;
    const frame = this.#sealer.seal({ type: type as FrameType, epoch, seq }, plaintext.length);
    if (place.epoch === undefined && place.seq === undefined) this.#seq += 1;
    return frame;
  }

  /** One Data record with these texts. */
  record(...texts: readonly string[]): Uint8Array {
    const area = Buffer.alloc(plaintextArea.length);
    const { length } = packMessages(area, texts, { from: 0, bucketBytes: BUCKET_BYTES_DEFAULT });
    return this.seal(data, area.subarray(0, length));
  }

  say(...texts: readonly string[]): void {
    this.caller.say(this.record(...texts));
  }

  /** The text of a request under the next number. */
  text(ask: Ask): string {
    this.#rid += 1;
    return encodeRequest({ ...ask, rid: this.#rid } as Request);
  }

  /** What the bank replies; null when it ends the session instead. */
  async ask(ask: Ask, withinMs = ANSWER_MS): Promise<Reply | null> {
    if (!this.isAnswered) return null;
    this.say(this.text(ask));
    return this.reply(this.#rid, withinMs);
  }

  async reply(rid: number, withinMs = REACTION_MS): Promise<Reply | null> {
    const find = () => this.heard.find((m): m is Reply => m.type === 'reply' && m.rid === rid);
    await this.caller.until(() => find() !== undefined || this.caller.hasEnded(), withinMs);
    return find() ?? null;
  }

  /** Texts of the adversary's own making count their number themselves. */
  nextRid(): number {
    this.#rid += 1;
    return this.#rid;
  }

  /** KeyUpdate, and everything after it under the next keys. */
  update(): Uint8Array {
    const frame = this.seal(keyUpdate, EMPTY);
    this.#adopt(nextTraffic(this.#traffic), this.#epoch + 1);
    return frame;
  }

  reaction(withinMs = REACTION_MS): Promise<Reaction> {
    return this.caller.reaction(withinMs);
  }

  /** Close both ways, so that nothing is left to be audited. */
  async leave(): Promise<void> {
    if (!this.caller.hasEnded() && this.isAnswered) this.caller.say(this.seal(close, EMPTY));
    await this.caller.until(() => this.caller.hasEnded());
    this.caller.destroy();
  }

  #adopt(traffic: Uint8Array, epoch: number): void {
    this.#traffic = traffic;
    this.#sealer = new Sealer(entropy, recordKeys(traffic));
    this.#epoch = epoch;
    this.#seq = 0;
  }

  #hear(frame: WireFrame): void {
    if (frame.type === serverHello && frame.epoch === 0) return this.#agree(frame.bytes);
    if (frame.epoch === 0 || !this.#inbound) return;
    const header = { ...frame, type: frame.type as FrameType, bodyBytes: frame.bytes.length - 16 };
    const plaintext = this.#inbound.open(frame.bytes, header);
    if (typeof plaintext === 'string') return;
    if (frame.type === finished) this.#confirmed = true;
    if (frame.type === keyUpdate) this.#inbound.update();
    if (frame.type !== data) return;
    for (const bytes of unpackMessages(plaintext) ?? []) {
      const decoded = decodeBankMessage(bytes);
      if (decoded.ok) this.heard.push(decoded.message);
    }
  }

  /** Of a share that is not its own it knows one thing: a point of low order makes every secret zero. */
  #dhSecret(ephS: Uint8Array): Uint8Array | null {
    const { share, frame } = this.#hello;
    const isOwn = Buffer.compare(frame.subarray(76, 108), share.publicKey) === 0;
    return isOwn ? sharedSecret(share.privateKey, ephS) : new Uint8Array(32);
  }

  #agree(frame: Uint8Array): void {
    const { nonceS, ephS, suite } = decodeServerHello(frame);
    const nonceC = this.#hello.frame.subarray(44, 76);
    const isDh = SUITES.some(({ id, dh }) => id === suite && dh);
    const dh = isDh ? this.#dhSecret(ephS) : null;
    this.#transcript = transcriptHash(this.#hello.frame, frame);
    const prk = handshakeSecret(masterSecret(this.#kShared, { nonceC, nonceS }), dh);
    this.#secrets = sessionSecrets(prk, this.#transcript);
    this.#adopt(this.#secrets.clientTraffic, 1);
    this.#inbound = new Inbound(this.#secrets.serverTraffic, LIMITS);
  }
}
