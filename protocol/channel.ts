/**
 * The secure channel, sans-I/O: bytes and the time go in, effects come out (PROTOCOL §3 and §5). Here is what both
 * sides share: framing, Finished, records, key update, Close, and the one failure (R8). `client-channel.ts` and
 * `server-channel.ts` add their half of the key agreement, and nothing else.
 *
 * @module
 */
import {
  type Agreement,
  forgetFinishedKeys,
  isPeersFinished,
  ownFinished,
  type SessionInfo,
} from './agreement.ts';
import { concat, EMPTY } from './bytes.ts';
import { type ChannelEffect, type ChannelEnd, NO_EFFECTS, pushSend } from './channel-effects.ts';
import { type ChannelLimits, Inbound, LIMITS, Outbound, type SealedMessages } from './direction.ts';
import { clearFrame, FRAME_TYPES, type FrameHeader, type FrameType } from './frame.ts';
import { type Frame, FrameReader } from './frame-reader.ts';
import { invariant } from './invariant.ts';
import { KEY_BYTES } from './key-schedule.ts';
import type { Entropy } from './ports.ts';
import { BUCKET_BYTES_DEFAULT, type Message, unpackMessages } from './record.ts';
import { plaintextArea } from './seal.ts';

/** `hello`: the handshake is under way. `closing`: our Close is sent, the peer's awaited. */
export type ChannelPhase = 'idle' | 'hello' | 'established' | 'closing' | 'closed';

export interface ChannelOptions {
  /** Bytes to a multiple of which Data plaintexts are padded, 1..4096; 1 for none. @default 512 */
  readonly bucketBytes?: number;
  /** @default {@link LIMITS} */
  readonly limits?: Partial<ChannelLimits>;
}

export abstract class Channel {
  protected readonly entropy: Entropy;
  protected readonly limits: ChannelLimits;
  readonly #bucketBytes: number;
  readonly #reader = new FrameReader();
  #phase: ChannelPhase = 'idle';
  /** From the hellos until both Finished are verified. */
  #agreement: Agreement | null = null;
  #agreed: SessionInfo | null = null;
  #outbound: Outbound | null = null;
  #inbound: Inbound | null = null;
  /** Clear frames so far, each way: the sequence of epoch 0. */
  #clearSent = 0;
  #clearReceived = 0;
  #held: Message[] = [];
  #accepted = 0;

  constructor(entropy: Entropy, options: ChannelOptions) {
    this.entropy = entropy;
    this.limits = options.limits ? { ...LIMITS, ...options.limits } : LIMITS;
    this.#bucketBytes = options.bucketBytes ?? BUCKET_BYTES_DEFAULT;
    invariant(this.#bucketBytes >= 1 && this.#bucketBytes <= 4096, 'a bucket has 1..4096 bytes');
  }

  get phase(): ChannelPhase {
    return this.#phase;
  }

  /**
   * Frames of the peer that were whole and in their place. Bytes alone are no sign of life: with one false length on the
   * way, all that follows is taken for the rest of a frame.
   */
  get accepted(): number {
    return this.#accepted;
  }

  /** Whom the hellos named; proven to be there only once the session is established. */
  get agreed(): SessionInfo | null {
    return this.#agreed;
  }

  /** Takes bytes from the peer, cut anywhere. The chunk may be reused afterwards. */
  receive(chunk: Uint8Array, nowMs: number): readonly ChannelEffect[] {
    if (this.#phase === 'closed') return NO_EFFECTS;
    const effects: ChannelEffect[] = [];
    this.#reader.push(chunk);
    do {
      const frame = this.#reader.next(this);
      if (frame === null) break;
      const fault = typeof frame === 'string' ? frame : this.#accept(frame, nowMs, effects);
      if (fault === null) this.#accepted += 1;
      else this.#violate(fault, effects);
    } while (this.phase !== 'closed');
    return effects;
  }

  /**
   * Sends messages of 1..16,381 bytes each, many a record. Before the session is established they are held and go
   * out with its first write; once our Close is sent they are dropped.
   */
  send(messages: readonly Message[], nowMs: number): readonly ChannelEffect[] {
    if (messages.length === 0) return NO_EFFECTS;
    if (this.#phase === 'idle' || this.#phase === 'hello') this.#held.push(...messages);
    if (this.#phase !== 'established') return NO_EFFECTS;
    const { frames, isExhausted } = this.#sealMessages(messages, nowMs);
    const effects: ChannelEffect[] = [];
    pushSend(effects, frames);
    if (isExhausted) this.#exhaust(effects);
    return effects;
  }

  /** Updates our sending keys (R14). Nothing happens before the session, or twice without Data in between. */
  rekey(nowMs: number): readonly ChannelEffect[] {
    if (this.#phase !== 'established' || !this.#outbound?.mayUpdate) return NO_EFFECTS;
    return [{ type: 'send', bytes: this.#outbound.update(nowMs) }];
  }

  /** Sends Close, our last record, and waits for the peer's; before the session is up it just ends. */
  close(_nowMs: number): readonly ChannelEffect[] {
    const effects: ChannelEffect[] = [];
    if (this.#phase === 'idle' || this.#phase === 'hello') this.#end('closed', 'before the session', effects);
    if (this.#phase === 'established') {
      effects.push({ type: 'send', bytes: this.#seal(FRAME_TYPES.close) });
      this.#phase = 'closing';
    }
    return effects;
  }

  /** The peer's bytes have ended. */
  eof(_nowMs: number): readonly ChannelEffect[] {
    if (this.#phase === 'closed') return NO_EFFECTS;
    const effects: ChannelEffect[] = [];
    this.#end('truncated', 'end of stream without Close', effects);
    return effects;
  }

  /** Whether this header may come now; the frame reader asks before it waits for the body. */
  headerFault(header: FrameHeader): string | null {
    if (header.epoch === 0) {
      if (header.seq !== this.#clearReceived) return 'bad seq';
      const isExpected = header.type === this.peerHello && header.seq === 0;
      return isExpected || header.type === FRAME_TYPES.alert ? null : 'bad step';
    }
    if (!this.#inbound) return 'bad epoch';
    // R1: until the peer's Finished nothing but it, or an alert, is even looked at.
    const isFinished = header.type === FRAME_TYPES.finished;
    if (this.#phase === 'hello' ? !isFinished && header.type !== FRAME_TYPES.alert : isFinished)
      return 'bad step';
    return this.#inbound.headerFault(header);
  }

  protected abstract readonly peerHello: FrameType;
  /** Takes the peer's hello frame; a text says what is wrong with it. */
  protected abstract agree(hello: Uint8Array, nowMs: number): Agreement | string;

  /** Begins the handshake with our own hello. */
  protected sendHello(hello: Uint8Array): readonly ChannelEffect[] {
    this.#phase = 'hello';
    this.#clearSent = 1;
    return [{ type: 'send', bytes: hello }];
  }

  #accept({ header, bytes }: Frame, nowMs: number, effects: ChannelEffect[]): string | null {
    if (header.epoch === 0) return this.#acceptClear(header, bytes, { nowMs, effects });
    invariant(this.#inbound, 'a sealed frame passes the header check only with keys');
    const plaintext = this.#inbound.open(bytes, header);
    if (typeof plaintext === 'string') return plaintext;
    switch (header.type) {
      case FRAME_TYPES.data:
        return acceptData(plaintext, effects);
      case FRAME_TYPES.finished:
        return this.#acceptFinished(plaintext, nowMs, effects);
      default:
        return plaintext.length === 0 ? this.#acceptControl(header.type, effects) : 'bad length';
    }
  }

  #acceptClear(
    header: FrameHeader,
    bytes: Uint8Array,
    { nowMs, effects }: { nowMs: number; effects: ChannelEffect[] },
  ): string | null {
    if (header.type === FRAME_TYPES.alert) {
      // Anyone can write one: with keys in place it proves no more than a lost connection does.
      if (this.#inbound) this.#end('truncated', 'clear alert', effects);
      else this.#end('alert', 'alert from the peer', effects);
      return null;
    }
    const agreement = this.agree(bytes, nowMs);
    if (typeof agreement === 'string') return agreement;
    this.#phase = 'hello';
    this.#clearReceived = 1;
    this.#agreement = agreement;
    this.#agreed = agreement.info;
    this.#outbound = new Outbound(
      { entropy: this.entropy, limits: this.limits },
      agreement.outbound.traffic,
      nowMs,
    );
    this.#inbound = new Inbound(agreement.inbound.traffic, this.limits);
    if (agreement.reply) {
      this.#clearSent = 1;
      effects.push({ type: 'send', bytes: concat([agreement.reply, this.#sealFinished(agreement)]) });
    }
    return null;
  }

  #acceptFinished(verify: Uint8Array, nowMs: number, effects: ChannelEffect[]): string | null {
    const agreement = this.#agreement;
    invariant(agreement, 'a Finished passes the header check only once');
    if (!isPeersFinished(agreement, verify)) return 'bad finished';
    // The bank's Finished went with its hello; the client's goes now, in one write with whatever was held.
    const first = agreement.reply ? [] : [this.#sealFinished(agreement)];
    const { frames, isExhausted } = this.#sealMessages(this.#held, nowMs);
    this.#phase = 'established';
    this.#held = [];
    this.#forgetAgreement();
    pushSend(effects, [...first, ...frames]);
    effects.push({ type: 'established', ...agreement.info });
    if (isExhausted) this.#exhaust(effects);
    return null;
  }

  #acceptControl(type: FrameType, effects: ChannelEffect[]): string | null {
    if (type === FRAME_TYPES.keyUpdate) return this.#inbound?.update() ?? null;
    if (type === FRAME_TYPES.alert) {
      this.#end('alert', 'alert from the peer', effects);
      return null;
    }
    if (this.#phase === 'established') {
      effects.push({ type: 'send', bytes: this.#seal(FRAME_TYPES.close) });
    }
    this.#end('closed', 'close from both sides', effects);
    return null;
  }

  #sealMessages(messages: readonly Message[], nowMs: number): SealedMessages {
    invariant(this.#outbound, 'messages are sealed with keys');
    return this.#outbound.sealMessages(messages, { nowMs, bucketBytes: this.#bucketBytes });
  }

  #seal(type: FrameType): Uint8Array {
    invariant(this.#outbound, 'a record is sealed with keys');
    return this.#outbound.seal(type, 0);
  }

  #sealFinished(agreement: Agreement): Uint8Array {
    invariant(this.#outbound, 'Finished is sealed with keys');
    plaintextArea.set(ownFinished(agreement));
    return this.#outbound.seal(FRAME_TYPES.finished, KEY_BYTES);
  }

  /** R8: whatever was wrong, the peer sees one Alert and the end. After our own Close not even that. */
  #violate(detail: string, effects: ChannelEffect[]): void {
    if (this.#phase !== 'closing') {
      const alert = FRAME_TYPES.alert;
      const bytes = this.#outbound ? this.#seal(alert) : clearFrame(alert, this.#clearSent, EMPTY);
      effects.push({ type: 'send', bytes });
    }
    this.#end('violation', detail, effects);
  }

  /** The epoch's last number goes to Close; there is no waiting for the peer's. */
  #exhaust(effects: ChannelEffect[]): void {
    effects.push({ type: 'send', bytes: this.#seal(FRAME_TYPES.close) });
    this.#end('exhausted', 'no sequence number is left', effects);
  }

  #end(reason: ChannelEnd, detail: string, effects: ChannelEffect[]): void {
    this.#phase = 'closed';
    this.#held = [];
    this.#forgetAgreement();
    this.#outbound?.destroy();
    this.#inbound?.destroy();
    this.#outbound = null;
    this.#inbound = null;
    effects.push({ type: 'closed', reason, detail });
  }

  #forgetAgreement(): void {
    if (this.#agreement) forgetFinishedKeys(this.#agreement);
    this.#agreement = null;
  }
}

function acceptData(plaintext: Uint8Array, effects: ChannelEffect[]): string | null {
  const messages = unpackMessages(plaintext);
  if (!messages) return 'padding';
  for (const bytes of messages) effects.push({ type: 'message', bytes });
  return null;
}
