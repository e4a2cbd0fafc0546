/**
 * What the screen of a terminal's machine is about: the operation under way, and how the last one ended. References only,
 * written out for who looks.
 *
 * @module
 */
import type { OperationResult } from '../../actors/operation.ts';
import type { WatchedAct, WatchedTerminal } from '../../terminals/dashboard/watched.ts';

export interface ShownAct {
  readonly op: WatchedAct['op'];
  /** Minor units; null for what moves no money. */
  readonly amount: bigint | null;
  readonly to: string | null;
}

type Kept = Pick<OperationResult, 'outcome' | 'code' | 'cash' | 'settledBy'>;

export class OwnScreen {
  #act: ShownAct | null = null;
  #last: { readonly act: ShownAct; readonly result: Kept; readonly atMs: number } | null = null;

  begin(op: ShownAct['op'], amount: bigint | null = null, to: string | null = null): void {
    this.#act = { op, amount, to };
  }

  end({ outcome, code, cash, settledBy }: OperationResult, atMs: number): void {
    if (this.#act) this.#last = { act: this.#act, result: { outcome, code, cash, settledBy }, atMs };
  }

  shown(busy: boolean): Pick<WatchedTerminal, 'act' | 'last'> {
    const last = this.#last;
    return {
      act: busy && this.#act ? written(this.#act) : null,
      last: last && {
        ...last.result,
        act: written(last.act),
        cash: String(last.result.cash),
        atMs: last.atMs,
      },
    };
  }
}

const written = ({ op, amount, to }: ShownAct): WatchedAct => ({
  op,
  amount: amount === null ? null : String(amount),
  to,
});
