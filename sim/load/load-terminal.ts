/**
 * One ATM of the load: the production host and link on real sockets, simulated devices, a share of the worker's journal,
 * and the customers who use it.
 *
 * @module
 */
import { TIMEOUTS_DEFAULT } from '../../actors/operation.ts';
import { TerminalHost } from '../../actors/terminal-host.ts';
import { SecureLink } from '../../actors/terminal-link.ts';
import { verifyDispenseToken } from '../../protocol/dispense-token.ts';
import type { Clock, Entropy, Journal, Net } from '../../protocol/ports.ts';
import { SimulatedAcceptor } from '../../terminals/acceptor.ts';
import { newCassettes } from '../../terminals/cassettes.ts';
import { STATE_CODES } from '../../terminals/dashboard/model.ts';
import { SimulatedDispenser } from '../../terminals/dispenser.ts';
import type { JournalEntry } from '../../terminals/journal.ts';
import type { CashCount, OperationRecord } from '../history.ts';
import { Rng } from '../rng.ts';
import { CASH_LOADED, CASSETTES, type TerminalPlan } from './fleet.ts';
import { Visitor, type VisitorOptions } from './visitor.ts';

export interface LoadTerminalDeps {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly net: Net;
  readonly ticks: () => number;
  readonly journal: Journal<JournalEntry>;
  onError(error: unknown): void;
  onOperation(record: OperationRecord): void;
  onLine(up: boolean): void;
  onArrivalBegun?(dueUs: number, waited: boolean): void;
  onFinished?(): void;
}

export interface LoadTerminalOptions extends Omit<VisitorOptions, 'terminal'> {
  readonly seed: string;
  readonly address: string;
}

export class LoadTerminal {
  readonly link: SecureLink;
  readonly host: TerminalHost;
  readonly visitor: Visitor;

  constructor(deps: LoadTerminalDeps, plan: TerminalPlan, options: LoadTerminalOptions) {
    const { clock, entropy, net, ticks, journal, onError } = deps;
    const cassettes = newCassettes(CASSETTES);
    const kDispense = Buffer.from(plan.kDispense, 'hex');
    let link: SecureLink | null = null;
    this.host = new TerminalHost(
      {
        clock,
        entropy,
        ticks,
        journal,
        dispenser: new SimulatedDispenser({
          cassettes,
          entropy,
          verifyToken: (order) =>
            verifyDispenseToken(kDispense, { ...order, terminal: plan.terminal }, order.token),
        }),
        acceptor: new SimulatedAcceptor({ cassettes }),
        onError,
        link: (events) => {
          link = new SecureLink(
            { clock, entropy, net, onError },
            {
              address: options.address,
              terminal: plan.terminal,
              keyId: plan.keyId,
              kShared: Buffer.from(plan.kShared, 'hex'),
            },
            {
              onUp: () => {
                events.onUp();
                deps.onLine(true);
                this.visitor.lineUp();
              },
              onDown: () => {
                events.onDown();
                deps.onLine(false);
                this.visitor.lineDown();
              },
              onPush: (push) => events.onPush(push),
            },
          );
          return link;
        },
      },
      { terminal: plan.terminal, cassettes, timeouts: TIMEOUTS_DEFAULT },
    );
    if (link === null) throw new Error('the host makes its link');
    this.link = link;
    this.visitor = new Visitor(
      {
        clock,
        ticks,
        host: this.host,
        rng: new Rng(options.seed, plan.terminal),
        thinking: new Rng(options.seed, `${plan.terminal} thinking`),
        onOperation: deps.onOperation,
        ...(deps.onArrivalBegun && { onArrivalBegun: deps.onArrivalBegun }),
        ...(deps.onFinished && { onFinished: deps.onFinished }),
      },
      { ...options, terminal: plan },
    );
    this.host.recover();
  }

  /** One character for the dashboard. */
  get stateCode(): string {
    const { state } = this.host;
    return state === 'transaction' ? STATE_CODES.txn : STATE_CODES[state];
  }

  /** Cash inside, minor units. */
  get cash(): bigint {
    return this.host.counted();
  }

  cashCount(): CashCount {
    return {
      type: 'cash',
      terminal: this.host.terminal,
      loaded: String(CASH_LOADED),
      counted: String(this.host.counted()),
      open: this.host.openAdvices + (this.visitor.busy ? 1 : 0),
    };
  }
}
