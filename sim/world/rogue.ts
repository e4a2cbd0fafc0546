/**
 * Software of a terminal that is not to be trusted, beside the honest one on the same session: once something is
 * approved it says something else about it. The bank must charge and pay nobody for that.
 *
 * @module
 */
import type { Outgoing, TerminalLink } from '../../actors/terminal-link-port.ts';
import type { TerminalId, TxnId } from '../../protocol/ids.ts';
import type { Complete, Reply } from '../../protocol/messages.ts';
import { cents } from '../../protocol/money.ts';
import type { Surroundings } from './party.ts';

type Settled = Omit<Complete, 'rid'>;

export class Rogue {
  readonly #around: Surroundings;
  readonly #terminal: TerminalId;
  readonly #link: Pick<TerminalLink, 'request'>;

  constructor(around: Surroundings, terminal: TerminalId, link: Pick<TerminalLink, 'request'>) {
    this.#around = around;
    this.#terminal = terminal;
    this.#link = link;
  }

  /** The bank has approved `request`. */
  after(request: Outgoing): void {
    const { type } = request;
    if (type === 'complete') this.#tellOtherwise(request);
    if (type === 'authorise' || type === 'deposit' || type === 'transfer') this.#askForMore(request);
  }

  /** Under the id of what is approved: it must not be taken for a repeat. */
  #askForMore(approved: Extract<Outgoing, { type: 'authorise' | 'deposit' | 'transfer' }>): void {
    const { decisions, onMark } = this.#around;
    if (decisions.decide('atm.sameId', this.#terminal) === null) return;
    const { amount, attempt } = approved;
    this.#say({ ...approved, amount: cents(amount + 10_00n), attempt: attempt + 1 }, ({ code }) => {
      if (code === 'DUPLICATE_MISMATCH') onMark('other request under a used id');
    });
  }

  /** Of a withdrawal that is settled: that more was taken, or nothing. */
  #tellOtherwise(settled: Settled): void {
    const { decisions, onMark } = this.#around;
    const fault = decisions.decide('atm.tellsOtherwise', this.#terminal);
    if (fault === null) return;
    const { origTxnId } = settled;
    const txnId = otherId(settled.txnId);
    const request = fault.pick<Outgoing>([
      { ...settled, txnId, dispensed: cents(settled.dispensed + 10_00n) },
      { type: 'reverse', txnId, attempt: 1, origTxnId, reason: 'timeout' },
    ]);
    this.#say(request, ({ code }) => {
      if (code === 'STATE_CONFLICT') onMark('other word on a settled withdrawal');
    });
  }

  #say(request: Outgoing, done: (reply: Reply) => void): void {
    const { observe } = this.#around;
    const terminal = this.#terminal;
    observe({ type: 'issued', terminal, request, rogue: true });
    this.#link.request(request, (reply) => {
      observe({ type: 'believed', terminal, request, reply });
      if (reply !== 'lost') done(reply);
    });
  }
}

/** The id that differs in its first bit. */
function otherId(id: TxnId): TxnId {
  const [first = '0'] = id;
  return ((Number.parseInt(first, 16) ^ 8).toString(16) + id.slice(1)) as TxnId;
}
