/**
 * Listens in on every line with the keys of all terminals and the private halves that honest parties drew. It derives
 * every session's keys from the hellos by its own twin of docs/PROTOCOL.md (`frames.ts`, `keys.ts`) and judges what
 * honest ends write; of what they read it knows whether it is the peer's next record. An honest end that read anything
 * else must fall silent.
 *
 * @module
 */
import type { TerminalId } from '../../../protocol/ids.ts';
import type { Observation, Side } from '../observation.ts';
import { Canaries } from './canaries.ts';
import { formFault, headerOf, readClientHello, readServerHello, TYPE, TYPE_NAMES } from './frames.ts';
import { Freshness } from './freshness.ts';
import type { Judge } from './judge.ts';
import { agree, binderOf, Direction, sha256, voicesOf } from './keys.ts';
import { SealedRecords } from './sealed-records.ts';
import { type Message, type Session, View } from './view.ts';

/** K_SHARED, 32 bytes; null for a terminal or key id that never was. */
export type KeyLookup = (terminal: TerminalId, keyId: number) => Uint8Array | null;

/** One message of one honest end. */
export interface Utterance {
  readonly from: Side;
  /** The line of the end that said or heard it. */
  readonly line: string;
  readonly terminal: TerminalId;
  readonly message: Message;
}

export interface Listener {
  /** An honest end has sealed it. */
  said(utterance: Utterance): void;
  /** It has arrived whole and in its place at the other honest end, and is about to be processed. */
  heard(utterance: Utterance): void;
}

export interface EavesdropperDeps {
  readonly judge: Judge;
  readonly keys: KeyLookup;
  readonly listener: Listener;
}

const DH_SUITE = 0x0002;
const BASE_SUITE = 0x0001;
const OTHER = { bank: 'terminal', terminal: 'bank' } as const;

export class Eavesdropper {
  readonly #judge: Judge;
  readonly #keys: KeyLookup;
  readonly #listener: Listener;
  readonly #canaries = new Canaries();
  readonly #fresh: Freshness;
  readonly #records: SealedRecords;
  readonly #views = new Map<string, View>();
  readonly #sessions = new Map<string, Session>();
  /** The private key each honest party drew last. */
  readonly #drawn = new Map<string, Uint8Array>();
  /** Hellos that terminals wrote, and those of them the bank's present process has answered. */
  readonly #offered = new Set<string>();
  #answered = new Set<string>();
  /** Tags of the records that some honest end has taken. */
  readonly #taken = new Set<string>();
  /** Counts arrivals: whatever is written in answer to one is written before the next. */
  #step = 0;

  constructor({ judge, keys, listener }: EavesdropperDeps) {
    this.#judge = judge;
    this.#keys = keys;
    this.#listener = listener;
    this.#fresh = new Freshness(judge);
    this.#records = new SealedRecords({ judge, canaries: this.#canaries, fresh: this.#fresh });
  }

  /** An end of a line that has said or heard something. */
  viewOf(line: string, side: Side): View | undefined {
    return this.#views.get(`${line} ${side}`);
  }

  see(observation: Observation): void {
    this.#canaries.learn(observation);
    if (observation.type === 'entropy') {
      const { label, terminal, bytes } = observation;
      if (label === 'eph_c' || label === 'eph_s') this.#drawn.set(terminal ?? 'bank', bytes);
    } else if (observation.type === 'started') {
      if (observation.life.startsWith('bank')) this.#answered = new Set();
    } else if (observation.type === 'wire') {
      const { line, side, direction, bytes } = observation;
      const view = this.#view(line, side);
      if (direction === 'out') this.#written(view, bytes);
      else this.#read(view, bytes);
    } else if (observation.type === 'established') {
      const view = this.viewOf(observation.line, observation.side);
      if (view) this.#mustBeSilent(view, 'took the session for established');
    }
  }

  #view(line: string, side: Side): View {
    const key = `${line} ${side}`;
    const known = this.#views.get(key);
    if (known) return known;
    const view = new View(line, side);
    this.#views.set(key, view);
    return view;
  }

  #mustBeSilent({ name, broken, last }: View, what: string): void {
    const isLate = broken !== null && broken.step < this.#step;
    this.#judge.check(
      broken?.invariant ?? 'INTEGRITY',
      !isLate,
      () => `${name} ${what} after it had read ${broken?.text}`,
    );
    this.#judge.check('INTEGRITY', last === null, () => `${name} ${what} after its ${last}`);
  }

  #written(view: View, bytes: Uint8Array): void {
    this.#mustBeSilent(view, 'went on');
    for (const frame of view.written.push(bytes)) {
      const fault = formFault(frame);
      const { type, epoch } = headerOf(frame);
      if (fault !== null) this.#blameForm(view, frame, fault);
      else if (epoch > 0) this.#sealed(view, frame);
      else if (type === TYPE.clientHello) this.#clientHello(view, frame);
      else if (type === TYPE.serverHello) this.#serverHello(view, frame);
      else view.last = 'Alert';
    }
    const { garbage } = view.written;
    if (garbage !== null) this.#blameForm(view, garbage, 'bytes that are no frame');
  }

  #blameForm({ name }: View, bytes: Buffer, fault: string): void {
    const found = this.#canaries.inClear(bytes);
    if (found !== null) this.#judge.fail('PLAINTEXT', `${name} wrote ${found} in clear, in ${fault}`);
    else this.#judge.fail('INTEGRITY', `${name} wrote ${fault}`);
  }

  #clientHello(view: View, frame: Buffer): void {
    const hello = readClientHello(frame);
    const where = view.name;
    const isFirst = view.side === 'terminal' && view.clientHello === null;
    this.#judge.check('AGREE', isFirst, () => `${where} wrote a ClientHello out of turn`);
    view.clientHello = hello;
    view.drawn = this.#drawn.get(hello.terminal) ?? null;
    this.#offered.add(frame.toString('latin1'));
    this.#searchHello(view, frame);
    this.#fresh.once('NONCE', hello.nonce, { kind: 'nonce', where });
    if (!isZero(hello.share)) this.#fresh.once('KEYFRESH', hello.share, { kind: 'X25519 share', where });
    const kShared = this.#keys(hello.terminal as TerminalId, hello.keyId);
    this.#judge.check(
      'AGREE',
      kShared !== null && binderOf(kShared, hello).equals(hello.binder),
      () => `${where}: the binder is not that of ${hello.terminal}'s hello`,
    );
    if (kShared) this.#canaries.learnKey(kShared);
  }

  #serverHello(view: View, frame: Buffer): void {
    const hello = readServerHello(frame);
    const where = view.name;
    const offer = view.clientHello;
    const isFirst = view.side === 'bank' && view.serverHello === null && offer !== null;
    if (!this.#judge.check('AGREE', isFirst, () => `${where} wrote a ServerHello out of turn`) || !offer)
      return;
    view.serverHello = hello;
    view.drawn = this.#drawn.get('bank') ?? null;
    this.#searchHello(view, frame);
    this.#fresh.once('NONCE', hello.nonce, { kind: 'nonce', where });
    this.#fresh.once('NONCE', hello.sessionId, { kind: 'session id', where });
    if (!isZero(hello.share)) this.#fresh.once('KEYFRESH', hello.share, { kind: 'X25519 share', where });
    const asked = offer.frame.toString('latin1');
    const name = `a hello of ${offer.terminal}`;
    this.#judge.check('AGREE', this.#offered.has(asked), () => `${where} answered ${name} that nobody wrote`);
    this.#judge.check('REPLAY', !this.#answered.has(asked), () => `${where} answered ${name} twice`);
    this.#answered.add(asked);
    const hasDh = offer.suites.includes(DH_SUITE) && !isZero(offer.share);
    const best = hasDh ? DH_SUITE : BASE_SUITE;
    const isRight =
      offer.suites.includes(hello.suite) &&
      hello.suite === best &&
      hello.keyId === offer.keyId &&
      isZero(hello.share) === (hello.suite !== DH_SUITE);
    this.#judge.check(
      'AGREE',
      isRight,
      () => `${where} chose suite ${hello.suite} of ${offer.suites.join()}`,
    );
    view.session = this.#join(view);
  }

  /** What is neither a name, nor a number, nor a time, is random. */
  #searchHello({ name }: View, frame: Buffer): void {
    const found = this.#canaries.inRandom(frame.subarray(32));
    this.#judge.check('PLAINTEXT', found === null, () => `${name} wrote ${found} in its hello`);
  }

  #sealed(view: View, frame: Buffer): void {
    view.session ??= this.#join(view);
    const direction = view.session?.directions?.[view.side];
    if (!view.session || !direction) {
      const type = TYPE_NAMES.get(headerOf(frame).type);
      this.#blameForm(view, frame, `a ${type} under keys that the hellos do not give`);
      return;
    }
    const messages = this.#records.judge(view, direction, frame);
    view.sent.push({ frame, messages });
    const terminal = view.session.clientHello.terminal as TerminalId;
    for (const message of messages)
      this.#listener.said({ from: view.side, line: view.line, terminal, message });
  }

  /** The session of the two hellos as this side knows them. */
  #join(view: View): Session | null {
    const { clientHello, serverHello, drawn, side, name } = view;
    if (!clientHello || !serverHello) return null;
    const transcript = sha256(clientHello.frame, serverHello.frame);
    const key = transcript.toString('latin1');
    const known = this.#sessions.get(key);
    if (known) {
      known.ends[side] ??= view;
      return known;
    }
    const kShared = this.#keys(clientHello.terminal as TerminalId, clientHello.keyId);
    const isDh = serverHello.suite === DH_SUITE;
    const dh = isDh && drawn ? agree(drawn, (side === 'bank' ? clientHello : serverHello).share) : null;
    const own = (side === 'bank' ? serverHello : clientHello).share;
    if (dh)
      this.#judge.check(
        'KEYFRESH',
        dh.own.equals(own),
        () => `${name}: its X25519 share is not the one it drew`,
      );
    const isPossible = kShared !== null && (!isDh || dh !== null);
    const voices = isPossible
      ? voicesOf({
          kShared,
          nonceC: clientHello.nonce,
          nonceS: serverHello.nonce,
          dh: dh?.secret ?? null,
          transcript,
        })
      : null;
    const directions = voices && {
      bank: new Direction(voices.bank),
      terminal: new Direction(voices.terminal),
    };
    if (directions) {
      this.#records.register(directions.terminal, `${name}, terminal to bank`);
      this.#records.register(directions.bank, `${name}, bank to terminal`);
    }
    const session: Session = { clientHello, serverHello, ends: { [side]: view }, directions };
    this.#sessions.set(key, session);
    return session;
  }

  #read(view: View, bytes: Uint8Array): void {
    this.#step += 1;
    for (const frame of view.read.push(bytes)) if (view.broken === null) this.#take(view, frame);
    if (view.read.garbage !== null && view.broken === null)
      this.#break(view, 'bytes that are no frame', false);
  }

  #take(view: View, frame: Buffer): void {
    const isWhole = formFault(frame) === null;
    const { type } = headerOf(frame);
    if (isWhole && view.side === 'bank' && type === TYPE.clientHello && !view.clientHello) {
      view.clientHello = readClientHello(frame);
      return;
    }
    if (isWhole && view.side === 'terminal' && type === TYPE.serverHello && !view.serverHello) {
      view.serverHello = readServerHello(frame);
      const key = view.clientHello && sha256(view.clientHello.frame, frame).toString('latin1');
      if (key !== null && this.#sessions.has(key)) view.session = this.#join(view);
      return;
    }
    const next = view.peer?.sent[view.taken];
    const tag = frame.subarray(-32).toString('latin1');
    if (!next?.frame.equals(frame) || !view.session) {
      const what = `a ${TYPE_NAMES.get(type) ?? 'frame'} that is not the peer's next`;
      this.#break(view, what, this.#taken.has(tag));
      return;
    }
    view.taken += 1;
    this.#taken.add(tag);
    const { side, line, session } = view;
    const terminal = session.clientHello.terminal as TerminalId;
    for (const message of next.messages) this.#listener.heard({ from: OTHER[side], line, terminal, message });
  }

  #break(view: View, text: string, isReplay: boolean): void {
    const said = isReplay ? `${text}, and was taken before` : text;
    view.broken = { invariant: isReplay ? 'REPLAY' : 'INTEGRITY', text: said, step: this.#step };
  }
}

const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);
