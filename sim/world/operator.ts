/**
 * Who runs the simulated world's machines: starts again what died, rotates and retires keys, revokes terminals and
 * enrols them again, locks and unlocks customers; and the accidents that happen to whole machines.
 *
 * @module
 */
import type { Command } from '../../bank/commands.ts';
import type { CustomerId } from '../../protocol/ids.ts';
import { invariant } from '../../protocol/invariant.ts';
import { Rng } from '../rng.ts';
import type { AtmNode } from './atm-node.ts';
import type { BankNode } from './bank-node.ts';
import type { KeyRing } from './key-ring.ts';
import type { Surroundings } from './party.ts';

export interface OperatorDeps {
  readonly bank: BankNode;
  readonly atms: readonly AtmNode[];
  readonly ring: KeyRing;
  readonly customers: readonly CustomerId[];
  readonly faultsUs: number;
}

const LOOK_US = 1_000_000;
/** So often in a fault phase things may go wrong, however long it is: an hour has no more restarts than a minute. */
const LOOKS = 20;
const OWING_BOOST = 6;
const ASK_AGAIN_US = 1_000_000;
const RETIRE_AFTER_US = 15_000_000;
const BANK_DOWN_US = { min: 50_000, mean: 2_000_000 };
const ATM_DOWN_US = { min: 500_000, mean: 4_000_000 };
const REVOKED_US = { min: 3_000_000, mean: 15_000_000 };
/** Once everything is healed, what is down comes back that soon. */
const HEALED_US = 100_000;

export class Operator {
  readonly #around: Surroundings;
  readonly #deps: OperatorDeps;
  readonly #rng: Rng;
  #rotating = false;
  #stopping: BankNode['running'] = null;
  #open = 0;

  constructor(around: Surroundings, deps: OperatorDeps) {
    this.#around = around;
    this.#deps = deps;
    this.#rng = new Rng(around.seed, 'operator');
  }

  /** Nothing that was begun waits for its end. */
  get idle(): boolean {
    return this.#open === 0;
  }

  start(): void {
    this.#after(LOOK_US, () => this.#look());
  }

  /** Starts everything that is down, unlocks everybody and sets the clocks right. */
  heal(): void {
    const { bank, atms, customers } = this.#deps;
    if (!bank.running) this.bankDied();
    for (const atm of atms) {
      if (atm.skewMs !== 0 && atm.running) {
        atm.skewMs = 0;
        atm.losePower('to set its clock');
      } else if (!atm.running) this.atmDied(atm);
    }
    for (const customer of customers) this.#insist({ type: 'unlockCustomer', customer });
  }

  bankDied(): void {
    const { decisions } = this.#around;
    const waitUs = BANK_DOWN_US.min + this.#rng.exponential(BANK_DOWN_US.mean);
    this.#after(decisions.healed ? HEALED_US : waitUs, () => {
      if (!this.#deps.bank.running) this.#deps.bank.start();
    });
  }

  atmDied(atm: AtmNode): void {
    const { decisions } = this.#around;
    const waitUs = ATM_DOWN_US.min + this.#rng.exponential(ATM_DOWN_US.mean);
    this.#after(decisions.healed ? HEALED_US : waitUs, () => {
      if (atm.running) return;
      if (decisions.healed) atm.skewMs = 0;
      atm.start();
    });
  }

  #look(): void {
    const { decisions, onMark } = this.#around;
    const { bank, atms, customers } = this.#deps;
    if (decisions.healed) return;
    this.#after(this.#deps.faultsUs / LOOKS, () => this.#look());
    if (decisions.decide('bank.crash', 'bank')) bank.crash('at any instant');
    if (decisions.decide('bank.restart', 'bank')) this.#restartBank();
    for (const atm of atms) {
      // What it owes the bank is in its journal alone.
      const boost = (atm.running?.host.openAdvices ?? 0) > 0 ? OWING_BOOST : 1;
      if (decisions.decide('atm.powerCut', atm.terminal, boost)) atm.losePower('at any instant');
      const revoke = decisions.decide('op.revoke', atm.terminal);
      if (revoke) this.#revoke(atm);
    }
    if (decisions.decide('op.rotate', 'bank')) this.#rotate();
    const lock = decisions.decide('op.lock', 'bank');
    if (lock) this.#insist({ type: 'lockCustomer', customer: lock.pick(customers) });
    if (decisions.decide('op.unlock', 'bank')) {
      for (const customer of customers) this.#insist({ type: 'unlockCustomer', customer });
      onMark('customers unlocked');
    }
  }

  #restartBank(): void {
    const { bank } = this.#deps;
    const { running } = bank;
    // A bank that takes its time to stop is not told a second time.
    if (!running || running === this.#stopping) return;
    this.#stopping = running;
    this.#around.onMark('bank restarted in good order');
    running.stop(() => this.bankDied());
  }

  /** Its old key id is burnt: it comes back with the next base key. */
  #revoke(atm: AtmNode): void {
    const { terminal } = atm;
    const { bank } = this.#deps;
    this.#insist({ type: 'revokeTerminal', terminal }, () => {
      bank.running?.server.dismissTerminal(terminal);
      this.#around.onMark('terminal revoked');
      this.#later(REVOKED_US.min + this.#rng.exponential(REVOKED_US.mean), () => this.#rotate());
    });
  }

  /** A new base key; every terminal is enrolled anew and gets it; then the old one is retired. */
  #rotate(): void {
    const { atms, ring, bank } = this.#deps;
    if (this.#rotating) return this.#later(LOOK_US, () => this.#rotate());
    this.#rotating = true;
    const old = ring.baseKey.id;
    const { id } = ring.add();
    this.#around.trace.emit('operator', 'rotate', `base key ${id}`);
    let left = atms.length;
    const enrolled = (atm: AtmNode) => {
      this.#giveKey(atm, id);
      left -= 1;
      if (left > 0) return;
      this.#later(RETIRE_AFTER_US, () => {
        this.#insist({ type: 'retireKey', keyId: old }, () => {
          bank.running?.server.dismissKey(old);
          this.#around.onMark('old key retired');
          this.#rotating = false;
        });
      });
    };
    for (const atm of atms) {
      this.#insist({ type: 'enrolTerminal', terminal: atm.terminal, keyId: id }, () => enrolled(atm));
    }
  }

  #giveKey(atm: AtmNode, keyId: number): void {
    if (atm.key.keyId === keyId) return;
    const base = this.#deps.ring.baseKeys.get(keyId);
    invariant(base, 'a key that is given out is on the ring');
    atm.key = { keyId, baseKey: base.key };
    atm.losePower('to get a new key');
  }

  /** Asks until the bank has decided: it may be down, or die before it answers. */
  #insist(command: Command, then: () => void = () => {}): void {
    const { bank } = this.#deps;
    this.#open += 1;
    let settled = false;
    const ask = () => {
      if (settled) return;
      bank.ask(command, (decision) => {
        if (settled) return;
        settled = true;
        this.#open -= 1;
        this.#around.trace.emit('operator', 'command', `${command.type} ${decision.code}`);
        then();
      });
      this.#after(ASK_AGAIN_US, ask);
    };
    ask();
  }

  /** After that time, or soon once everything is healed; until then the operator is not idle. */
  #later(us: number, fn: () => void): void {
    const { kernel, decisions } = this.#around;
    const dueUs = kernel.nowUs + us;
    this.#open += 1;
    const look = () => {
      if (kernel.nowUs < dueUs && !decisions.healed) return this.#after(LOOK_US, look);
      this.#open -= 1;
      fn();
    };
    this.#after(Math.min(us, LOOK_US), look);
  }

  #after(us: number, fn: () => void): void {
    const { kernel } = this.#around;
    kernel.schedule(kernel.world, us, fn);
  }
}
