/**
 * Which hellos the bank has answered: none whose time is out of the window, and none twice in one of its lives
 * (PROTOCOL §3.1, R18). Bounded.
 *
 * @module
 */
import { readU64, toHex } from '../../protocol/bytes.ts';
import { HEADER_BYTES } from '../../protocol/frame.ts';
import { binderOf } from '../../protocol/hello.ts';
import { HELLO_WINDOW_MS } from '../../protocol/hello-guard.ts';
import { type Kernel, START_MS } from './kernel.ts';
import type { Reach } from './middle.ts';

const ANSWERED_MAX = 512;
const CLIENT_TIME_AT = HEADER_BYTES + 20;
/** An answer may be on its way for so long before it is seen. */
const SLACK_MS = 10_000;

/** Told what got through, and which promise of the protocol it broke. @param invariant INTEGRITY when left out */
export type OnBreach = (text: string, invariant?: 'INTEGRITY' | 'REPLAY') => void;

export interface AnswersDeps {
  readonly kernel: Kernel;
  readonly reach: Pick<Reach, 'bankLife'>;
  readonly onBreach: OnBreach;
}

export class Answers {
  readonly #deps: AnswersDeps;
  /** Binder to life. */
  readonly #answered = new Map<string, string>();

  constructor(deps: AnswersDeps) {
    this.#deps = deps;
  }

  /** The bank has said ServerHello to this ClientHello. */
  add(hello: Uint8Array, where: string): void {
    const { kernel, reach, onBreach } = this.#deps;
    const ageMs = helloAgeMs(hello, kernel.nowUs);
    if (Math.abs(ageMs) > HELLO_WINDOW_MS + SLACK_MS)
      onBreach(`${where}: the bank answered a hello that is ${Math.round(ageMs)} ms old`, 'REPLAY');
    const binder = toHex(binderOf(hello));
    const life = reach.bankLife();
    if (life !== '' && this.#answered.get(binder) === life)
      onBreach(`${where}: the bank answered a hello a second time`, 'REPLAY');
    this.#answered.set(binder, life);
    const [oldest] = this.#answered.keys();
    if (this.#answered.size > ANSWERED_MAX && oldest !== undefined) this.#answered.delete(oldest);
  }
}

/** By its terminal's clock, which need not be right. */
export const helloAgeMs = (hello: Uint8Array, nowUs: number): number =>
  START_MS + nowUs / 1_000 - readU64(hello, CLIENT_TIME_AT);
