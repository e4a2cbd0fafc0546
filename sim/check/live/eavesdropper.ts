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
import { Handshakes, type KeyLookup } from './handshakes.ts';
import type { Judge } from './judge.ts';
import { SealedRecords } from './sealed-records.ts';
import { type Message, type Sealed, View } from './view.ts';

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
  /** Its record has arrived at an honest end, whole and out of its place: it must not be processed. */
  strayed(utterance: Utterance): void;
}

export interface EavesdropperDeps {
  readonly judge: Judge;
  readonly keys: KeyLookup;
  readonly listener: Listener;
}

const OTHER = { bank: 'terminal', terminal: 'bank' } as const;

export class Eavesdropper {
  readonly #judge: Judge;
  readonly #listener: Listener;
  readonly #canaries = new Canaries();
  readonly #handshakes: Handshakes;
  readonly #records: SealedRecords;
  readonly #views = new Map<string, View>();
  /** All records that honest ends sealed, by tag. */
  readonly #authentic = new Map<string, Sealed>();
  /** Counts arrivals: whatever is written in answer to one is written before the next. */
  #step = 0;

  constructor({ judge, keys, listener }: EavesdropperDeps) {
    this.#judge = judge;
    this.#listener = listener;
    const shared = { judge, canaries: this.#canaries, fresh: new Freshness(judge) };
    this.#records = new SealedRecords(shared);
    this.#handshakes = new Handshakes({ ...shared, keys, records: this.#records });
  }

  /** An end of a line that has said or heard something. */
  viewOf(line: string, side: Side): View | undefined {
    return this.#views.get(`${line} ${side}`);
  }

  see(observation: Observation): void {
    this.#canaries.learn(observation);
    this.#handshakes.see(observation);
    if (observation.type === 'wire') {
      const { line, side, direction, bytes } = observation;
      const view = this.#view(line, side);
      if (direction === 'out') this.#written(view, bytes);
      else this.#read(view, bytes);
    } else if (observation.type === 'established') {
      const view = this.viewOf(observation.line, observation.side);
      if (view) this.#mustBeSilent(view, 'took the session for established');
    } else if (observation.type === 'closed') {
      const view = this.viewOf(observation.line, observation.side);
      const text = () => `${view?.name} has not answered its peer's Close`;
      if (view) this.#judge.check('INTEGRITY', !view.owesClose, text);
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
      else if (type === TYPE.clientHello) this.#handshakes.offered(view, frame);
      else if (type === TYPE.serverHello) this.#handshakes.answered(view, frame);
      else view.last = 'alert';
    }
    const { garbage } = view.written;
    if (garbage !== null) this.#blameForm(view, garbage, 'bytes that are no frame');
  }

  #blameForm({ name }: View, bytes: Buffer, fault: string): void {
    const found = this.#canaries.inClear(bytes);
    if (found !== null) this.#judge.fail('PLAINTEXT', `${name} wrote ${found} in clear, in ${fault}`);
    else this.#judge.fail('INTEGRITY', `${name} wrote ${fault}`);
  }

  #sealed(view: View, frame: Buffer): void {
    view.session ??= this.#handshakes.join(view);
    const direction = view.session?.directions?.[view.side];
    if (!view.session || !direction) {
      const type = TYPE_NAMES.get(headerOf(frame).type);
      this.#blameForm(view, frame, `a ${type} under keys that the hellos do not give`);
      return;
    }
    const messages = this.#records.judge(view, direction, frame);
    view.owesClose &&= view.last === null;
    const sealed = { frame, messages };
    view.sent.push(sealed);
    this.#authentic.set(tagOf(frame), sealed);
    this.#tell('said', sealed, view, view.side);
  }

  #read(view: View, bytes: Uint8Array): void {
    this.#step += 1;
    for (const frame of view.read.push(bytes)) {
      if (view.broken === null) this.#take(view, frame);
      // Whoever takes one record out of its place takes the next ones from there.
      else if (view.broken.invariant === 'REPLAY') this.#stray(view, frame);
    }
    if (view.read.garbage !== null && view.broken === null)
      this.#break(view, 'bytes that are no frame', { isAuthentic: false, isAlert: false });
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
      view.session = this.#handshakes.known(view);
      return;
    }
    const next = view.peer?.sent[view.taken];
    if (next?.frame.equals(frame)) {
      view.taken += 1;
      view.owesClose = type === TYPE.close && view.last === null;
      this.#tell('heard', next, view, OTHER[view.side]);
      return;
    }
    const isAuthentic = this.#stray(view, frame);
    const which = isAuthentic ? 'out of its place' : 'that its peer did not write';
    const isAlert = isWhole && type === TYPE.alert && headerOf(frame).epoch === 0;
    this.#break(view, `a ${TYPE_NAMES.get(type) ?? 'frame'} ${which}`, { isAuthentic, isAlert });
  }

  /** Whether an honest end wrote it, if not for here and now. */
  #stray(view: View, frame: Buffer): boolean {
    const stray = this.#authentic.get(tagOf(frame));
    if (!stray?.frame.equals(frame)) return false;
    this.#tell('strayed', stray, view, OTHER[view.side]);
    return true;
  }

  #tell(what: keyof Listener, { messages }: Sealed, view: View, from: Side): void {
    const terminal = view.clientHello?.terminal as TerminalId;
    for (const message of messages) this.#listener[what]({ from, line: view.line, terminal, message });
  }

  /** An authentic record out of its place can only be told by its number, any other only by its tag. */
  #break(
    view: View,
    text: string,
    { isAuthentic, isAlert }: { isAuthentic: boolean; isAlert: boolean },
  ): void {
    view.broken = { invariant: isAuthentic ? 'REPLAY' : 'INTEGRITY', text, step: this.#step, isAlert };
  }
}

const tagOf = (frame: Buffer): string => frame.toString('latin1', frame.length - 32);
