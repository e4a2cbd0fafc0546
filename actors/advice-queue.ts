/**
 * Completions and reversals on their way to the bank: journalled, sent in order one at a time, repeated with capped
 * back-off until acknowledged; they outlive sessions and restarts (docs/ARCHITECTURE "Advices").
 *
 * @module
 */

import type { TxnId } from '../protocol/ids.ts';
import type { Reply } from '../protocol/messages.ts';
import type { Clock, Journal, TimerId } from '../protocol/ports.ts';
import type { Advice, JournalEntry } from '../terminals/journal.ts';
import type { Timeouts } from './operation.ts';
import { type AdviceBody, backoffMs, verdictOf } from './terminal-command.ts';
import type { TerminalLink } from './terminal-link-port.ts';

export interface AdviceQueueDeps {
  readonly clock: Clock;
  readonly journal: Journal<JournalEntry>;
  readonly link: TerminalLink;
  readonly timeouts: Timeouts;
  readonly newId: () => TxnId;
  /** After each acknowledged advice. */
  readonly onAcknowledged: () => void;
}

type Acknowledged = (reply: Reply) => void;

interface Item {
  readonly advice: Advice;
  readonly acknowledged: Acknowledged | undefined;
  attempt: number;
  durable: boolean;
}

export class AdviceQueue {
  readonly #deps: AdviceQueueDeps;
  readonly #items: Item[] = [];
  /** Runs while the head waits for its answer or for its next try. */
  #timer: TimerId | null = null;
  #stopped = false;

  constructor(deps: AdviceQueueDeps) {
    this.#deps = deps;
  }

  /** Advices not yet acknowledged. */
  get size(): number {
    return this.#items.length;
  }

  has(origTxnId: TxnId): boolean {
    return this.#items.some(({ advice }) => advice.origTxnId === origTxnId);
  }

  /** Journals `entries` and the advice together, then sends it when its turn has come. */
  add(
    body: AdviceBody,
    { entries = [], acknowledged }: { entries?: readonly JournalEntry[]; acknowledged?: Acknowledged } = {},
  ): void {
    const advice: Advice = { ...body, txnId: this.#deps.newId() };
    const item: Item = { advice, acknowledged, attempt: 0, durable: false };
    this.#items.push(item);
    const queued: JournalEntry = { mark: 'adviceQueued', txnId: advice.origTxnId, advice };
    this.#deps.journal.append([...entries, queued], () => {
      item.durable = true;
      this.#pump();
    });
  }

  /** Takes up an advice that is in the journal already and may have been sent before. */
  restore(advice: Advice, acknowledged?: Acknowledged): void {
    this.#items.push({ advice, acknowledged, attempt: 1, durable: true });
    this.#pump();
  }

  /** There is a session again: no reason to wait longer. */
  wake(): void {
    this.#disarm();
    this.#pump();
  }

  /** For good: the terminal lost power. */
  stop(): void {
    this.#stopped = true;
    this.#disarm();
  }

  #pump(): void {
    const head = this.#items[0];
    if (this.#stopped || !head?.durable || this.#timer !== null || !this.#deps.link.up) return;
    head.attempt += 1;
    this.#arm(this.#deps.timeouts.replyMs);
    this.#deps.link.request({ ...head.advice, attempt: head.attempt }, (result) => {
      // An answer to an earlier sending is as good; after it, one to a later sending means nothing.
      if (this.#stopped || this.#items[0] !== head) return;
      this.#disarm();
      if (result === 'lost' || isPostponed(result)) this.#arm(backoffMs(this.#deps.timeouts, head.attempt));
      else this.#acknowledge(head, result);
    });
  }

  #acknowledge(head: Item, reply: Reply): void {
    this.#items.shift();
    const { code, audit } = reply;
    this.#deps.journal.append([{ mark: 'adviceDone', txnId: head.advice.origTxnId, code, audit }], () => {});
    head.acknowledged?.(reply);
    this.#deps.onAcknowledged();
    this.#pump();
  }

  #arm(ms: number): void {
    this.#timer = this.#deps.clock.setTimeout(() => {
      this.#timer = null;
      this.#pump();
    }, ms);
  }

  #disarm(): void {
    if (this.#timer !== null) this.#deps.clock.clearTimeout(this.#timer);
    this.#timer = null;
  }
}

function isPostponed({ code }: Reply): boolean {
  const verdict = verdictOf(code);
  return verdict === 'busy' || verdict === 'unsure';
}
