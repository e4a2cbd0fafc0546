/**
 * Looks from time to time for holds that nobody will settle any more, of terminals that were revoked or stayed silent
 * for too long, and has the bank book them to suspense (ARCHITECTURE "Problem": what nobody can know is never guessed).
 *
 * @module
 */
import type { BankState } from '../bank/state.ts';
import type { Clock, TimerId } from '../protocol/ports.ts';
import type { BankActor } from './bank-actor.ts';
import type { BankServer } from './bank-server.ts';

/** A hold that is abandoned is days old, or its terminal was just revoked: a minute more does not matter. */
export const SWEEP_MS = 60_000;

export interface HoldSweepDeps {
  readonly clock: Clock;
  readonly bank: Pick<BankActor, 'submit'> & { readonly state: BankState };
  readonly server: Pick<BankServer, 'announce'>;
}

/** Looks every {@link SWEEP_MS}, until the returned function is called. */
export function sweepHolds({ clock, bank, server }: HoldSweepDeps): () => void {
  let timer: TimerId;
  const look = () => {
    for (const { terminal, txnId } of [...bank.state.abandonedHolds(clock.now())]) {
      bank.submit({ type: 'abandonHold', terminal, txnId }, ({ changed }) => server.announce(changed));
    }
    timer = clock.setTimeout(look, SWEEP_MS);
  };
  timer = clock.setTimeout(look, SWEEP_MS);
  return () => clock.clearTimeout(timer);
}
