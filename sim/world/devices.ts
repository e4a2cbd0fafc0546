/**
 * The cash devices of a simulated terminal: the simulated dispenser and acceptor, made slow, so that power may be lost
 * between what the device did and the terminal's hearing of it, and made to fail as decided. The truth about who has
 * which notes is kept here, for the checks.
 *
 * @module
 */
import type { TerminalId, TxnId } from '../../protocol/ids.ts';
import type { Cents } from '../../protocol/money.ts';
import type { CashAcceptor, DispenseOrder, Dispenser, Entropy, PresentReport } from '../../protocol/ports.ts';
import { type Escrow, SimulatedAcceptor } from '../../terminals/acceptor.ts';
import type { Cassette } from '../../terminals/cassettes.ts';
import { type DispenserFault, type DispenserOrder, SimulatedDispenser } from '../../terminals/dispenser.ts';
import type { Rng } from '../rng.ts';
import type { Decisions, Fault } from './decisions.ts';
import type { Kernel, Life } from './kernel.ts';

export interface DeviceDeps {
  readonly kernel: Kernel;
  readonly decisions: Decisions;
  readonly rng: Rng;
  readonly terminal: TerminalId;
  readonly verifyToken: (order: DispenseOrder) => boolean;
  readonly onMark: (mark: string) => void;
}

/** What stays when the power is gone. */
export interface DeviceMemory {
  readonly cassettes: Cassette[];
  dispenser: SimulatedDispenser | null;
  acceptor: SimulatedAcceptor | null;
}

/** Notes that are in the customer's hands (withdrawals) or in the machine (deposits), by transaction. */
export type CashTruth = Map<TxnId, bigint>;

const STEP_US = { min: 200_000, mean: 500_000 };

/** Devices for one life of the terminal; what an earlier life left is in `memory`. */
export function devicesOf(
  deps: DeviceDeps & { readonly life: Life; readonly entropy: Entropy; readonly truth: CashTruth },
  memory: DeviceMemory,
): { readonly dispenser: Dispenser; readonly acceptor: CashAcceptor } {
  const { entropy, verifyToken, truth, terminal, decisions } = deps;
  const { cassettes } = memory;
  const note = (txnId: TxnId, amount: Cents) => {
    truth.set(txnId, (truth.get(txnId) ?? 0n) + amount);
  };
  const last: DispenserOrder | null = memory.dispenser?.last ?? null;
  const escrow: Escrow | null = memory.acceptor?.escrow ?? null;
  const dispenser = new SimulatedDispenser({ cassettes, entropy, verifyToken, onTaken: note, last });
  const acceptor = new SimulatedAcceptor({ cassettes, onStored: note, escrow });
  memory.dispenser = dispenser;
  memory.acceptor = acceptor;
  return {
    dispenser: slowDispenser(deps, dispenser),
    acceptor: slowAcceptor(deps, acceptor, (kind) => decisions.decide(kind, terminal) !== null),
  };
}

type Slow = Pick<DeviceDeps, 'kernel' | 'rng' | 'decisions' | 'terminal' | 'onMark'> & {
  readonly life: Life;
};

/** Moves notes, then tells: in between the power may go. */
function later({ kernel, rng, life }: Slow, fn: () => void): void {
  kernel.schedule(life, STEP_US.min + rng.exponential(STEP_US.mean), fn);
}

function slowDispenser(slow: Slow, inner: SimulatedDispenser): Dispenser {
  let last: DispenseOrder | null = null;
  return {
    nonce: () => inner.nonce(),
    stack(order, done) {
      const fault = faultOf(slow);
      if (fault) inner.script(fault);
      last = order;
      later(slow, () => inner.stack(order, (report) => later(slow, () => done(report))));
    },
    present(done, taken) {
      later(slow, () => {
        let isTaken = false;
        const tell = (report: PresentReport) =>
          later(slow, () => {
            done(report);
            if (isTaken) later(slow, taken);
          });
        inner.present(tell, () => {
          isTaken = true;
          if (last) stackAgain(slow, inner, last);
        });
      });
    },
    retract: (done) => later(slow, () => inner.retract((counts) => later(slow, () => done(counts)))),
    clear: (txnId, done) => inner.clear(txnId, (counts) => later(slow, () => done(counts))),
  };
}

/** Rogue software of the terminal still has the order that is paid: the dispenser must not pay it once more. */
function stackAgain(
  { decisions, terminal, onMark }: Slow,
  inner: SimulatedDispenser,
  order: DispenseOrder,
): void {
  if (decisions.decide('atm.stackAgain', terminal) === null) return;
  inner.stack(order, (report) => {
    if (report.type === 'refused') onMark('dispenser: paid order refused');
    if (report.type !== 'stacked') return;
    inner.present(
      () => {},
      () => {},
    );
  });
}

const DISPENSER_FAULTS: readonly (readonly [string, (fault: Fault) => DispenserFault])[] = [
  ['atm.jam', (fault) => ({ type: 'jam', after: fault.below(6) })],
  ['atm.presentFails', () => ({ type: 'presentFails' })],
  ['atm.presentUnknown', (fault) => ({ type: 'presentUnknown', taken: fault.below(8) })],
  ['atm.notTaken', (fault) => ({ type: 'notTaken', taken: fault.below(3) })],
  ['atm.retractUnknown', (fault) => ({ type: 'retractUnknown', taken: fault.below(3) })],
];

function faultOf({ decisions, terminal, onMark }: Slow): DispenserFault | null {
  for (const [site, make] of DISPENSER_FAULTS) {
    const fault = decisions.decide(site, terminal);
    if (!fault) continue;
    onMark(`dispenser: ${site.slice(4)}`);
    return make(fault);
  }
  return null;
}

function slowAcceptor(slow: Slow, inner: SimulatedAcceptor, fails: (site: string) => boolean): CashAcceptor {
  return {
    accept(txnId, notes, done) {
      if (fails('atm.acceptFails')) inner.script('acceptFails');
      later(slow, () => inner.accept(txnId, notes, (counted) => later(slow, () => done(counted))));
    },
    store: (done) => later(slow, () => inner.store(() => later(slow, done))),
    giveBack(done) {
      if (fails('atm.returnFails')) inner.script('returnFails');
      later(slow, () => inner.giveBack((ok) => later(slow, () => done(ok))));
    },
  };
}
