/**
 * The adversary beside a load: attacks on terminals and customers of its own, in a process of its own, against the bank
 * that is under load. Only those that leave the bank as it is for everybody else; what was not begun when the load was
 * over is not checked.
 *
 * @module
 */
import type { CaseResult } from '../attack/case-result.ts';
import { ATTACKS, attackNamed } from '../attack/catalogue.ts';
import { notChecked } from '../attack/play.ts';
import { terminalsOf } from '../attack/suite.ts';
import { SuiteRunner } from '../attack/suite-runner.ts';
import type { TerminalPlan } from './fleet.ts';
import { provision } from './provision.ts';
import type { RunView } from './run-view.ts';

const BESIDE_LOAD = ATTACKS.filter(({ needs, notBesideLoad }) => needs !== 'own' && !notBesideLoad);
/** Attacks at one time: fewer than alone, for the load is measured. */
const CONCURRENCY = 2;

export class Adversary {
  readonly #data: string;
  readonly #fleet: readonly TerminalPlan[];
  readonly #view: RunView;
  readonly #played = new Map<string, CaseResult>();
  #runner: SuiteRunner | null = null;
  #over: Promise<readonly CaseResult[]> | null = null;

  private constructor(data: string, fleet: readonly TerminalPlan[], view: RunView) {
    this.#data = data;
    this.#fleet = fleet;
    this.#view = view;
  }

  /** Before the load's own fleet is set up, and the bank started. */
  static async prepare(data: string, view: RunView, onProgress: (text: string) => void): Promise<Adversary> {
    const terminals = BESIDE_LOAD.reduce((sum, attack) => sum + terminalsOf(attack), 0);
    const sizes = { terminals, accounts: 2 * terminals, seed: `adversary ${Date.now()}` };
    onProgress('setting up the terminals of the adversary');
    const { terminals: fleet } = await provision(data, sizes, onProgress);
    view.adversary = { tried: 0, accepted: 0 };
    return new Adversary(data, fleet, view);
  }

  begin(address: string): void {
    this.#runner = new SuiteRunner(
      {
        names: BESIDE_LOAD.map(({ name }) => name),
        foreign: { address, fleet: this.#fleet, data: this.#data },
        knowsFinished: true,
        concurrency: CONCURRENCY,
      },
      [],
      { onPlayed: (result) => this.#show(result) },
    );
    this.#over = this.#runner.run().then(({ results }) => results);
    // Whoever waits for the end hears of it.
    this.#over.catch(() => {});
  }

  /** No further attack begins; resolves once those under way are over. In the order of the catalogue. */
  async end(): Promise<readonly CaseResult[]> {
    this.#runner?.stop();
    const results = (await this.#over) ?? [];
    return ATTACKS.map(
      (attack) =>
        results.find(({ name }) => name === attack.name) ??
        notChecked(
          attack,
          BESIDE_LOAD.includes(attack) ? 'the load was over' : 'is not played beside a load',
        ),
    );
  }

  #show(result: CaseResult): void {
    this.#played.set(result.name, result);
    const all = [...this.#played.values()];
    const accepted = all.reduce((sum, one) => sum + Math.max(one.accepted, one.faults.length > 0 ? 1 : 0), 0);
    this.#view.adversary = { tried: all.reduce((sum, { attempts }) => sum + attempts, 0), accepted };
    const number = attackNamed(result.name)?.number ?? 0;
    const how = result.status === 'held' ? 'held' : (result.faults[0]?.text ?? result.status);
    this.#view.event('adver', 'adversary', `${number} ${result.name}: ${how}`);
  }
}
