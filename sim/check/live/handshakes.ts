/**
 * Judges the hellos that honest ends write, and makes of two hellos the session and its keys (docs/PROTOCOL.md §3, §4).
 *
 * @module
 */
import type { TerminalId } from '../../../protocol/ids.ts';
import type { Observation } from '../observation.ts';
import type { Canaries } from './canaries.ts';
import { type ClientHello, readClientHello, readServerHello, type ServerHello } from './frames.ts';
import type { Freshness } from './freshness.ts';
import type { Judge } from './judge.ts';
import { agree, binderOf, Direction, sha256, voicesOf } from './keys.ts';
import type { SealedRecords } from './sealed-records.ts';
import type { Session, View } from './view.ts';

/** K_SHARED, 32 bytes; null for a terminal or key id that never was. */
export type KeyLookup = (terminal: TerminalId, keyId: number) => Uint8Array | null;

export interface HandshakesDeps {
  readonly judge: Judge;
  readonly canaries: Canaries;
  readonly fresh: Freshness;
  readonly keys: KeyLookup;
  readonly records: SealedRecords;
}

const DH_SUITE = 0x0002;
const BASE_SUITE = 0x0001;
/** Header and terminal id. */
const NAME_END = 32;

export class Handshakes {
  readonly #deps: HandshakesDeps;
  /** By transcript. */
  readonly #sessions = new Map<string, Session>();
  /** The private key each honest party drew last. */
  readonly #drawn = new Map<string, Uint8Array>();
  /** Hellos that terminals wrote, and those of them the bank's present process has answered. */
  readonly #offers = new Set<string>();
  #answers = new Set<string>();

  constructor(deps: HandshakesDeps) {
    this.#deps = deps;
  }

  see(observation: Observation): void {
    if (observation.type === 'entropy') {
      const { label, terminal, bytes } = observation;
      if (label === 'eph_c' || label === 'eph_s') this.#drawn.set(terminal ?? 'bank', bytes);
    } else if (observation.type === 'started' && observation.life.startsWith('bank')) {
      this.#answers = new Set();
    }
  }

  /** A ClientHello that an honest end wrote. */
  offered(view: View, frame: Buffer): void {
    const { judge, keys, canaries, fresh } = this.#deps;
    const { name } = view;
    const hello = readClientHello(frame);
    const isFirst = view.side === 'terminal' && view.clientHello === null;
    judge.check('AGREE', isFirst, () => `${name} wrote a ClientHello out of turn`);
    view.clientHello = hello;
    view.drawn = this.#drawn.get(hello.terminal) ?? null;
    this.#offers.add(frame.toString('latin1'));
    this.#search(name, frame);
    fresh.once('NONCE', hello.nonce, { kind: 'nonce', where: name });
    this.#share(name, hello.share);
    const kShared = keys(hello.terminal as TerminalId, hello.keyId);
    if (kShared !== null) canaries.learnKey(kShared);
    judge.check(
      'AGREE',
      kShared !== null && binderOf(kShared, hello).equals(hello.binder),
      () => `${name}: the binder is not that of ${hello.terminal}'s hello`,
    );
  }

  /** A ServerHello that an honest end wrote, and the session that it makes. */
  answered(view: View, frame: Buffer): void {
    const { judge, fresh } = this.#deps;
    const { name, clientHello: offer } = view;
    const isFirst = view.side === 'bank' && view.serverHello === null;
    judge.check('AGREE', isFirst && offer !== null, () => `${name} wrote a ServerHello out of turn`);
    if (offer === null) return;
    const hello = readServerHello(frame);
    view.serverHello = hello;
    view.drawn = this.#drawn.get('bank') ?? null;
    this.#search(name, frame);
    fresh.once('NONCE', hello.nonce, { kind: 'nonce', where: name });
    fresh.once('NONCE', hello.sessionId, { kind: 'session id', where: name });
    this.#share(name, hello.share);
    const asked = offer.frame.toString('latin1');
    const what = `a hello of ${offer.terminal}`;
    judge.check('AGREE', this.#offers.has(asked), () => `${name} answered ${what} that nobody wrote`);
    judge.check('REPLAY', !this.#answers.has(asked), () => `${name} answered ${what} twice`);
    this.#answers.add(asked);
    judge.check(
      'AGREE',
      isRightAnswer(offer, hello),
      () =>
        `${name} answered suites ${offer.suites.join()} of key ${offer.keyId} with ${hello.suite} of ${hello.keyId}`,
    );
    view.session = this.join(view);
  }

  /** The session of the two hellos as this side knows them, if the other side has it already. */
  known(view: View): Session | null {
    const { clientHello, serverHello, side } = view;
    if (!clientHello || !serverHello) return null;
    const transcript = sha256(clientHello.frame, serverHello.frame);
    const session = this.#sessions.get(transcript.toString('latin1'));
    if (session) session.ends[side] ??= view;
    return session ?? null;
  }

  /** The session of the two hellos as this side knows them, made when it is the first to have it. */
  join(view: View): Session | null {
    const known = this.known(view);
    const { clientHello, serverHello, side, name } = view;
    if (known !== null || !clientHello || !serverHello) return known;
    const transcript = sha256(clientHello.frame, serverHello.frame);
    const directions = this.#directions(view, { clientHello, serverHello, transcript });
    if (directions) {
      this.#deps.records.register(directions.terminal, `${name}, terminal to bank`);
      this.#deps.records.register(directions.bank, `${name}, bank to terminal`);
    }
    const session: Session = { clientHello, serverHello, ends: { [side]: view }, directions };
    this.#sessions.set(transcript.toString('latin1'), session);
    return session;
  }

  /** Null when no keys can come of the two hellos. */
  #directions(
    { side, drawn, name }: View,
    {
      clientHello,
      serverHello,
      transcript,
    }: { clientHello: ClientHello; serverHello: ServerHello; transcript: Buffer },
  ): Session['directions'] {
    const { judge, keys } = this.#deps;
    const kShared = keys(clientHello.terminal as TerminalId, clientHello.keyId);
    if (kShared === null) return null;
    let dh: Buffer | null = null;
    if (serverHello.suite === DH_SUITE) {
      const [own, other] = side === 'bank' ? [serverHello, clientHello] : [clientHello, serverHello];
      const agreed = drawn && agree(drawn, other.share);
      if (!agreed) return null;
      judge.check(
        'KEYFRESH',
        agreed.own.equals(own.share),
        () => `${name}: its share is not the one it drew`,
      );
      dh = agreed.secret;
    }
    const nonces = { nonceC: clientHello.nonce, nonceS: serverHello.nonce };
    const { bank, terminal } = voicesOf({ kShared, ...nonces, dh, transcript });
    return { bank: new Direction(bank), terminal: new Direction(terminal) };
  }

  /** What is neither a name, nor a number, nor a time, is random. */
  #search(name: string, hello: Buffer): void {
    const { judge, canaries } = this.#deps;
    const found = canaries.inRandom(hello.subarray(NAME_END));
    judge.check('PLAINTEXT', found === null, () => `${name} wrote ${found} in its hello`);
  }

  #share(where: string, share: Buffer): void {
    if (!isZero(share)) this.#deps.fresh.once('KEYFRESH', share, { kind: 'X25519 share', where });
  }
}

/** The best suite of those offered, the same key, and a share exactly when the suite has one. */
function isRightAnswer(offer: ClientHello, { suite, keyId, share }: ServerHello): boolean {
  const hasShare = offer.suites.includes(DH_SUITE) && !isZero(offer.share);
  const best = hasShare ? DH_SUITE : BASE_SUITE;
  return (
    suite === best &&
    offer.suites.includes(suite) &&
    keyId === offer.keyId &&
    isZero(share) === (suite !== DH_SUITE)
  );
}

const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);
