/**
 * The live checks of a simulated run: one watch an invariant, over what crosses the ports of honest parties
 * (docs/TESTING.md "Invariants"). The first of them listens in on every line with the keys of all terminals.
 *
 * @module
 */
import type { BankPolicy } from '../../../bank/policy.ts';
import type { Report, Watch } from '../observation.ts';
import { Agree } from './agree.ts';
import { Bound } from './bound.ts';
import { Covered } from './covered.ts';
import { Eavesdropper } from './eavesdropper.ts';
import type { KeyLookup } from './handshakes.ts';
import { Incidents } from './incidents.ts';
import { Integrity } from './integrity.ts';
import { Judge, LIVE_INVARIANTS, type LiveInvariant } from './judge.ts';
import { Lockout } from './lockout.ts';
import { Model } from './model.ts';
import { Once } from './once.ts';

export type { KeyLookup } from './handshakes.ts';
export { LIVE_INVARIANTS } from './judge.ts';

export interface WatchDeps {
  readonly report: Report;
  /** K_SHARED of a terminal, 32 bytes; also of keys that are retired, for their sessions are not over at once. */
  readonly keys: KeyLookup;
  readonly policy: BankPolicy;
}

/** To be shown every observation of a run, each observation to all of them in this order. */
export function watches({ report, keys, policy }: WatchDeps): readonly Watch[] {
  const judge = new Judge(report);
  const integrity = new Integrity(judge);
  const eavesdropper = new Eavesdropper({ judge, keys, listener: integrity });
  // What the eavesdropper finds out by itself has no part of its own.
  const parts: Partial<Record<LiveInvariant, Pick<Watch, 'see' | 'finish'>>> = {
    PLAINTEXT: eavesdropper,
    AGREE: new Agree(judge, eavesdropper),
    INTEGRITY: integrity,
    LOCKOUT: new Lockout(judge, policy),
    ONCE: new Once(judge),
    DISPENSE: new Covered(judge),
    BOUND: new Bound(judge),
    LINEAR: new Model(judge, policy),
    AUDIT: new Incidents(judge, eavesdropper),
  };
  return LIVE_INVARIANTS.map((id) => {
    const part = parts[id];
    return {
      id,
      get checks() {
        return judge.count(id);
      },
      ...(part && { see: (observation) => part.see?.(observation), finish: () => part.finish?.() }),
    };
  });
}
