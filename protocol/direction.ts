/**
 * One direction of an established session (PROTOCOL §5): its epoch, the 64-bit sequence that is under the MAC (R4,
 * R5), its keys and their update (R14), its limits (R15).
 *
 * @module
 */
import { FRAME_TYPES, type FrameHeader, type FrameType } from './frame.ts';
import { nextTraffic, recordKeys } from './key-schedule.ts';
import type { Entropy } from './ports.ts';
import { type Message, packMessages } from './record.ts';
import { Opener, plaintextArea, Sealer } from './seal.ts';

export interface ChannelLimits {
  /** Records of an epoch after which the sender updates its keys before the next Data. @default 2^20 */
  readonly softRecords: number;
  /** Frame bytes of an epoch, likewise. @default 256 MiB */
  readonly softBytes: number;
  /** Age of an epoch, likewise. @default 15 min */
  readonly softAgeMs: number;
  /** Records an epoch can have at all. @default 2^24 */
  readonly hardRecords: number;
  /** Age of a session at which the bank sends Close. @default 24 h */
  readonly sessionAgeMs: number;
}

export const LIMITS: ChannelLimits = {
  softRecords: 2 ** 20,
  softBytes: 256 * 2 ** 20,
  softAgeMs: 15 * 60_000,
  hardRecords: 2 ** 24,
  sessionAgeMs: 24 * 3_600_000,
};

const EPOCH_MAX = 0xffff;

export interface SealedMessages {
  readonly frames: readonly Uint8Array[];
  /** The messages did not all go: one number is left of the epoch, and no update may come. */
  readonly isExhausted: boolean;
}

export class Outbound {
  readonly #entropy: Entropy;
  readonly #limits: ChannelLimits;
  #traffic: Uint8Array;
  #sealer: Sealer;
  #epoch = 1;
  #seq = 0;
  #bytes = 0;
  #sinceMs: number;
  #hasData = false;

  constructor(deps: { entropy: Entropy; limits: ChannelLimits }, traffic: Uint8Array, nowMs: number) {
    this.#entropy = deps.entropy;
    this.#limits = deps.limits;
    this.#traffic = traffic;
    this.#sealer = new Sealer(deps.entropy, recordKeys(traffic));
    this.#sinceMs = nowMs;
  }

  /** A second update without Data in between would be refused by the peer. */
  get mayUpdate(): boolean {
    return this.#hasData && this.#epoch < EPOCH_MAX;
  }

  /** Data records of as many messages as fit each, with a key update before whichever it is due for (R15). */
  sealMessages(
    messages: readonly Message[],
    options: { nowMs: number; bucketBytes: number },
  ): SealedMessages {
    const frames: Uint8Array[] = [];
    for (let from = 0; from < messages.length; ) {
      if (this.#isUpdateDue(options.nowMs)) frames.push(this.update(options.nowMs));
      // The last number of an epoch is kept for a Close.
      if (this.#seq >= this.#limits.hardRecords - 1) return { frames, isExhausted: true };
      const packed = packMessages(plaintextArea, messages, { from, bucketBytes: options.bucketBytes });
      frames.push(this.seal(FRAME_TYPES.data, packed.length));
      from = packed.next;
    }
    return { frames, isExhausted: false };
  }

  #isUpdateDue(nowMs: number): boolean {
    const { softRecords, softBytes, softAgeMs } = this.#limits;
    if (!this.mayUpdate) return false;
    return this.#seq >= softRecords || this.#bytes >= softBytes || nowMs - this.#sinceMs >= softAgeMs;
  }

  /** Seals what stands in the plaintext area. */
  seal(type: FrameType, plaintextBytes: number): Uint8Array {
    const frame = this.#sealer.seal({ type, epoch: this.#epoch, seq: this.#seq }, plaintextBytes);
    this.#seq += 1;
    this.#bytes += frame.length;
    if (type === FRAME_TYPES.data) this.#hasData = true;
    return frame;
  }

  /** The KeyUpdate frame, last of its epoch; whatever is sealed after it is under the next keys. */
  update(nowMs: number): Uint8Array {
    const frame = this.seal(FRAME_TYPES.keyUpdate, 0);
    const traffic = nextTraffic(this.#traffic);
    this.destroy();
    this.#traffic = traffic;
    this.#sealer = new Sealer(this.#entropy, recordKeys(traffic));
    this.#epoch += 1;
    this.#seq = 0;
    this.#bytes = 0;
    this.#sinceMs = nowMs;
    this.#hasData = false;
    return frame;
  }

  destroy(): void {
    this.#sealer.destroy();
    this.#traffic.fill(0);
  }
}

export class Inbound {
  readonly #hardRecords: number;
  #traffic: Uint8Array;
  #opener: Opener;
  #epoch = 1;
  #seq = 0;
  /** Whether an update may come: the first one may, another only after Data. */
  #mayUpdate = true;

  constructor(traffic: Uint8Array, limits: ChannelLimits) {
    this.#hardRecords = limits.hardRecords;
    this.#traffic = traffic;
    this.#opener = new Opener(recordKeys(traffic));
  }

  /** R4: strictly the next number of this epoch, nothing else. */
  headerFault(header: FrameHeader): string | null {
    if (header.epoch !== this.#epoch) return 'bad epoch';
    return header.seq === this.#seq && this.#seq < this.#hardRecords ? null : 'bad seq';
  }

  /** The plaintext, or what is wrong. `header` has passed {@link headerFault}. */
  open(frame: Uint8Array, header: FrameHeader): Uint8Array | string {
    const plaintext = this.#opener.open(frame);
    if (typeof plaintext === 'string') return plaintext;
    this.#seq += 1;
    if (header.type === FRAME_TYPES.data) this.#mayUpdate = true;
    return plaintext;
  }

  /** Goes on with the next keys after a KeyUpdate; the old ones are destroyed (R14). */
  update(): string | null {
    if (!this.#mayUpdate || this.#epoch === EPOCH_MAX) return 'bad key update';
    const traffic = nextTraffic(this.#traffic);
    this.destroy();
    this.#traffic = traffic;
    this.#opener = new Opener(recordKeys(traffic));
    this.#epoch += 1;
    this.#seq = 0;
    this.#mayUpdate = false;
    return null;
  }

  destroy(): void {
    this.#opener.destroy();
    this.#traffic.fill(0);
  }
}
