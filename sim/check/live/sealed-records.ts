/**
 * Judges one sealed record that an honest end wrote (docs/PROTOCOL.md §5 and §6): under its own direction's keys, in its
 * place, with a fresh IV, and saying what its type may say.
 *
 * @module
 */
import type { Canaries } from './canaries.ts';
import { headerOf, TYPE, TYPE_NAMES } from './frames.ts';
import type { Freshness } from './freshness.ts';
import type { Judge, LiveInvariant } from './judge.ts';
import { type Direction, isTagged } from './keys.ts';
import type { Message, View } from './view.ts';

export interface SealedRecordsDeps {
  readonly judge: Judge;
  readonly canaries: Canaries;
  readonly fresh: Freshness;
}

const NO_MESSAGES: readonly Message[] = [];

export class SealedRecords {
  readonly #deps: SealedRecordsDeps;
  /** Every MAC key of the run, and whose it is. */
  readonly #macs: { readonly mac: Buffer; readonly whose: string }[] = [];
  /** Directions whose last record was a KeyUpdate. */
  readonly #updated = new WeakSet<Direction>();

  constructor(deps: SealedRecordsDeps) {
    this.#deps = deps;
  }

  /** New keys: none may have been there before. */
  register({ keys, epoch }: Direction, whose: string): void {
    const { fresh, canaries } = this.#deps;
    const where = `${whose}, epoch ${epoch}`;
    this.#macs.push({ mac: keys.mac, whose: where });
    for (const key of [keys.traffic, keys.enc, keys.mac]) {
      fresh.once('KEYFRESH', key, { kind: 'key', where });
      canaries.learnKey(key);
    }
  }

  /** The messages of a Data record; none of any other. */
  judge(view: View, direction: Direction, frame: Buffer): readonly Message[] {
    const { judge } = this.#deps;
    const { name } = view;
    if (!direction.verifies(frame)) {
      this.#blame(view, frame);
      return NO_MESSAGES;
    }
    const { type, epoch, seq } = headerOf(frame);
    const what = `${name}: ${TYPE_NAMES.get(type)} ${epoch}/${seq}`;
    judge.check(
      'NONCE',
      epoch === direction.epoch && seq === direction.seq,
      () => `${what} stands where ${direction.epoch}/${direction.seq} is next`,
    );
    const { tail } = direction;
    const { block, plaintext } = direction.open(frame);
    this.#judgeIv({ what, iv: frame.subarray(16, 32), block, tail });
    direction.seq += 1n;
    if (plaintext === null) {
      this.#blameBody(what, frame);
      return NO_MESSAGES;
    }
    return this.#contents({ view, direction, frame, what }, plaintext);
  }

  /** Fresh and not to be guessed: nothing that was there before, not even in the block that it encrypts. */
  #judgeIv({ what, iv, block, tail }: { what: string; iv: Buffer; block: Buffer; tail: Buffer }): void {
    const { judge, fresh, canaries } = this.#deps;
    fresh.once('NONCE', iv, { kind: 'IV', where: what });
    judge.check('NONCE', !iv.equals(tail), () => `${what}: the IV is the last block before it`);
    fresh.once('NONCE', block, { kind: 'block under the IV', where: what });
    const found = canaries.inRandom(iv);
    judge.check('PLAINTEXT', found === null, () => `${what}: the IV holds ${found}`);
  }

  #contents(
    { view, direction, frame, what }: { view: View; direction: Direction; frame: Buffer; what: string },
    plaintext: Buffer,
  ): readonly Message[] {
    const { judge } = this.#deps;
    const { type } = headerOf(frame);
    const isFirst = view.sent.length === 0;
    const wasUpdate = this.#updated.has(direction);
    this.#updated.delete(direction);
    if (type === TYPE.finished) {
      judge.check(
        'AGREE',
        isFirst && plaintext.equals(direction.finished),
        () => `${what} does not prove the transcript`,
      );
      if (view.side === 'terminal')
        judge.check('AGREE', view.taken > 0, () => `${what} comes before the bank's Finished`);
      return NO_MESSAGES;
    }
    judge.check('AGREE', !isFirst || type === TYPE.alert, () => `${what} comes in place of Finished`);
    if (type === TYPE.data) {
      const isProven = view.side === 'terminal' || view.taken > 0;
      judge.check('AGREE', isProven, () => `${what} comes before the terminal's Finished`);
      const messages = messagesIn(plaintext);
      if (messages === null) this.#blameBody(what, frame);
      return messages ?? NO_MESSAGES;
    }
    judge.check('INTEGRITY', plaintext.length === 0, () => `${what} says something`);
    if (type === TYPE.keyUpdate) {
      judge.check('INTEGRITY', !wasUpdate, () => `${what} follows a KeyUpdate`);
      direction.update();
      this.#updated.add(direction);
      this.register(direction, view.name);
    } else {
      view.last = TYPE_NAMES.get(type) ?? 'record';
    }
    return NO_MESSAGES;
  }

  /** A record that verifies and does not decrypt to what a record is. */
  #blameBody(what: string, frame: Buffer): void {
    const { judge, canaries } = this.#deps;
    const clear = canaries.inClear(frame.subarray(16));
    if (clear !== null) judge.fail('PLAINTEXT', `${what} holds ${clear} in clear`);
    else judge.fail('INTEGRITY', `${what} is not messages and padding`);
  }

  /** A record that does not verify: whose fault is it? */
  #blame(view: View, frame: Buffer): void {
    const { judge, canaries } = this.#deps;
    const { type, epoch, seq } = headerOf(frame);
    const what = `${view.name}: ${TYPE_NAMES.get(type)} ${epoch}/${seq}`;
    const clear = canaries.inClear(frame.subarray(16));
    const other = this.#macs.find(({ mac }) => isTagged(mac, frame));
    const [invariant, text]: [LiveInvariant, string] =
      clear !== null
        ? ['PLAINTEXT', `holds ${clear} in clear`]
        : other
          ? ['KEYFRESH', `is under the keys of ${other.whose}`]
          : view.sent.length === 0
            ? ['AGREE', 'is not under the keys of the two hellos']
            : ['INTEGRITY', 'is under no key'];
    judge.fail(invariant, `${what} ${text}`);
  }
}

/** Null when it is not `(u16 length ‖ message)*` and zeros, or a message is no JSON object. */
function messagesIn(plaintext: Buffer): Message[] | null {
  const messages: Message[] = [];
  let at = 0;
  while (at < plaintext.length) {
    if (at + 2 > plaintext.length) return null;
    const bytes = plaintext.readUInt16BE(at);
    at += 2;
    if (bytes === 0) return plaintext.subarray(at).every((byte) => byte === 0) ? messages : null;
    if (at + bytes > plaintext.length) return null;
    const message = parsed(plaintext.toString('utf8', at, at + bytes));
    if (message === null) return null;
    messages.push(message);
    at += bytes;
  }
  return messages;
}

function parsed(text: string): Message | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Message) : null;
  } catch {
    return null;
  }
}
