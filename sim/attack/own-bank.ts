/**
 * A bank that the suite started itself, with a fleet of its own on scratch data: in a process of its own, or here where
 * a case needs its operator's desk.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import { openDataDirectory } from '../../actors/node/data-directory.ts';
import { type RunningBank, serveBank } from '../../actors/node/serve-bank.ts';
import { EmbeddedBank, type Launch } from '../load/embedded-bank.ts';
import type { TerminalPlan } from '../load/fleet.ts';
import { LOAD_POLICY } from '../load/load-policy.ts';
import { type Provisioned, provision } from '../load/provision.ts';

export const CUSTOMERS_PER_TERMINAL = 2;

export interface BankPlan {
  /** In this process, with its desk. */
  readonly here?: true;
  readonly launch?: () => Launch;
}

export interface BankEvents {
  /** It died of itself, which no bank should whatever it is sent. */
  onCrash(how: string): void;
}

export class OwnBank {
  readonly provisioned: Provisioned;
  /** Deaths by somebody's hand. */
  deaths = 0;
  /** What it raised for its operator. */
  readonly alerts: string[] = [];
  readonly #process: EmbeddedBank | null;
  #here: RunningBank | null = null;
  readonly #events: BankEvents;

  private constructor(provisioned: Provisioned, { here, launch }: BankPlan, events: BankEvents) {
    this.provisioned = provisioned;
    this.#events = events;
    const served = { data: this.data, listen: '127.0.0.1:0', passwordCost: 'load-test' } as const;
    this.#process = here
      ? null
      : new EmbeddedBank(
          { ...served, policy: LOAD_POLICY },
          {
            onFigures: () => {},
            onAlert: (text) => this.alerts.push(text),
            onDied: ({ cause, how }) => {
              this.deaths += 1;
              if (cause === 'failed') events.onCrash(how);
            },
            onRestarted: () => {},
            onLost: (message) => events.onCrash(message),
          },
          launch,
        );
  }

  static async open(
    data: string,
    { terminals, plan = {}, events }: { terminals: number; plan?: BankPlan; events: BankEvents },
  ): Promise<OwnBank> {
    const sizes = { terminals, accounts: CUSTOMERS_PER_TERMINAL * terminals };
    const seed = randomBytes(16).toString('hex');
    const bank = new OwnBank(await provision(data, { ...sizes, seed }, () => {}), plan, events);
    await bank.#start();
    return bank;
  }

  get data(): string {
    return this.provisioned.directory.path;
  }

  get fleet(): readonly TerminalPlan[] {
    return this.provisioned.terminals;
  }

  get address(): string {
    return this.#process?.address ?? this.#here?.address ?? '';
  }

  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  /** Only of a bank that is served here. */
  get desk(): RunningBank['desk'] {
    if (!this.#here) throw new Error('this bank is served elsewhere');
    return this.#here.desk;
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
    await this.#here?.stop();
  }

  async #start(): Promise<void> {
    if (this.#process) return this.#process.start();
    this.#here = await serveBank(openDataDirectory(this.data, { create: false }), {
      listen: '127.0.0.1:0',
      passwordCost: 'load-test',
      policy: LOAD_POLICY,
      onFatal: (error) => this.#events.onCrash(error instanceof Error ? error.message : String(error)),
      onAlert: (text) => this.alerts.push(text),
      onCommitted: () => {},
    });
  }
}
