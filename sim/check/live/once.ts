/**
 * ONCE, as far as it can be seen while a run goes on: a transaction id of a terminal is approved for one content only,
 * and each of its effects on money is decided at most once, whatever becomes of the bank in between.
 *
 * @module
 */
import type { Outgoing } from '../../../actors/terminal-link-port.ts';
import type { Command, Decision } from '../../../bank/commands.ts';
import type { EntryRow } from '../../../bank/model.ts';
import type { TerminalId } from '../../../protocol/ids.ts';
import type { Request } from '../../../protocol/messages.ts';
import type { Observation } from '../observation.ts';
import type { Judge } from './judge.ts';

export class Once {
  readonly #judge: Judge;
  /** Business content of what was approved. */
  readonly #approved = new Map<string, string>();
  readonly #effects = new Set<string>();
  /** Business content of what a terminal asked for. */
  readonly #issuedAs = new Map<string, string>();

  constructor(judge: Judge) {
    this.#judge = judge;
  }

  see(observation: Observation): void {
    if (observation.type === 'issued' && !observation.rogue)
      this.#issued(observation.terminal, observation.request);
    if (observation.type !== 'decided') return;
    const { command, decision } = observation;
    for (const write of decision.writes) if (write.table === 'entry') this.#effect(write.row);
    if (decision.code === 'APPROVED') this.#approval(command, decision);
  }

  /** A terminal asks for one thing under one id, and asks again under the same. */
  #issued(terminal: TerminalId, request: Outgoing): void {
    if (!('attempt' in request)) return;
    const key = `${terminal}/${request.txnId}`;
    const content = contentOf(request);
    const before = this.#issuedAs.get(key);
    this.#issuedAs.set(key, before ?? content);
    // The first sending of an advice may have died with the power, after the journal had counted it.
    const isNew = before === undefined && (request.attempt === 1 || 'origTxnId' in request);
    this.#judge.check(
      'ONCE',
      isNew || before === content,
      () =>
        `${key}, a ${request.type} in attempt ${request.attempt}, was ${before === undefined ? 'not asked' : 'something else'} before`,
    );
  }

  #effect(row: Pick<EntryRow, 'terminal' | 'txnId' | 'phase' | 'kind' | 'debit' | 'credit'>): void {
    if (row.txnId === null) return;
    const key = `${row.terminal}/${row.txnId}`;
    const effect = `${key} ${effectOf(row)}`;
    this.#judge.check('ONCE', !this.#effects.has(effect), () => `${key} is to ${effectOf(row)} money twice`);
    this.#effects.add(effect);
  }

  #approval(command: Command, { loggedIn }: Decision): void {
    if (!('request' in command) || !('txnId' in command.request) || command.request.type === 'inquiry')
      return;
    const { origin, request } = command;
    const key = `${origin.terminal}/${request.txnId}`;
    const content = contentOf(request);
    const before = this.#approved.get(key);
    this.#approved.set(key, before ?? content);
    this.#judge.check(
      'ONCE',
      before === undefined || (before === content && loggedIn === undefined),
      () => `${key} is approved again, ${before === content ? 'a login' : 'for something else'}`,
    );
  }
}

/** A withdrawal begins with a hold, whatever else with a post; cash without a hold is booked to suspense. */
function effectOf({
  phase,
  kind,
  debit,
  credit,
}: Pick<EntryRow, 'phase' | 'kind' | 'debit' | 'credit'>): string {
  if (phase === 'settle' || phase === 'release') return phase;
  if (kind === 'resolve') return kind;
  return [debit, credit].some((account) => account.startsWith('customer:')) ? 'begin with' : 'suspend';
}

/** Not the number, not the attempt, and never a password. */
export const contentOf = (request: Request | Outgoing): string =>
  JSON.stringify(request, (name, value: unknown) =>
    ['rid', 'attempt', 'old', 'new', 'password'].includes(name)
      ? undefined
      : typeof value === 'bigint'
        ? value.toString()
        : value,
  );
