/**
 * Plays cases against a target, several side by side, and compares books and audit trail once all is over. Its findings
 * are plain data, for whoever reports them.
 *
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TerminalPlan } from '../load/fleet.ts';
import type { Verified } from '../load/verify-run.ts';
import type { Attack } from './attack.ts';
import type { CaseResult, Fault } from './case-result.ts';
import { add, type Compared, hunted, tally, toldOf } from './compared.ts';
import { merged, verified } from './inspect.ts';
import { sourceOf } from './net.ts';
import { OwnBank } from './own-bank.ts';
import { notChecked, type Played, play, resultOf } from './play.ts';
import type { Target } from './stage.ts';
import { isAlertOf, isOf, readTrail, strays, type TrailLine } from './trail.ts';

export interface ForeignTarget {
  readonly address: string;
  readonly fleet: readonly TerminalPlan[];
  /** The data directory of a bank that is ours to read; null for somebody else's. */
  readonly data: string | null;
}

export interface SuiteInput {
  readonly attacks: readonly Attack[];
  /** Null: a bank of the suite's own. */
  readonly foreign: ForeignTarget | null;
  readonly knowsFinished: boolean;
  /** Cases side by side, at least 1. */
  readonly concurrency: number;
  onBegun(name: string): void;
  /** A case is over; its audit records are compared later, and may still speak against it. */
  onPlayed(result: CaseResult): void;
}

export interface SuiteOutcome {
  /** In the order of the catalogue. */
  readonly results: readonly CaseResult[];
  /** Null where no bank's books were ours to read. */
  readonly bank: Verified | null;
  /** Accounts, records and places that were compared, and what was wrong. */
  readonly balances: Compared;
  readonly records: Compared;
  readonly secrets: Compared;
  readonly interrupted: boolean;
}

/** Refusals of strangers reach the trail within a second. */
const COALESCED_MS = 1_500;

export const terminalsOf = ({ terminals = 2 }: Attack): number => terminals;

export class Suite {
  readonly #input: SuiteInput;
  readonly #scratch = mkdtempSync(join(tmpdir(), 'cashpoint-attack-'));
  readonly #running = new Set<{ readonly crashes: Fault[] }>();
  readonly #banks: Verified[] = [];
  readonly #balances = tally();
  readonly #records = tally();
  readonly #secrets = tally();
  #stopped = false;

  constructor(input: SuiteInput) {
    this.#input = input;
  }

  /** No further case begins; those under way end. */
  stop(): void {
    this.#stopped = true;
  }

  async run(): Promise<SuiteOutcome> {
    try {
      return await this.#run();
    } finally {
      rmSync(this.#scratch, { recursive: true, force: true });
    }
  }

  async #run(): Promise<SuiteOutcome> {
    const { attacks } = this.#input;
    const shared = attacks.filter(({ needs }) => needs !== 'own');
    const own = await this.#target(shared);
    const seq = own.data === null ? 0 : (readTrail(own.data, 0).at(-1)?.seq ?? 0);
    const late = new Map<Attack, Late>();
    let dealt = 0;
    const hands = new Map(
      shared.map((attack) => {
        const from = dealt;
        dealt += terminalsOf(attack);
        return [attack, own.fleet.slice(from, dealt)] as const;
      }),
    );
    const results = new Map<Attack, CaseResult>();
    const one = async (attack: Attack) => {
      if (this.#stopped) return;
      this.#input.onBegun(attack.name);
      const result =
        attack.needs === 'own'
          ? await this.#playAlone(attack)
          : await this.#playShared(attack, { target: own, fleet: hands.get(attack) ?? [], late });
      results.set(attack, result);
      this.#input.onPlayed(result);
    };
    const { concurrency } = this.#input;
    // Long ones first, so that they do not begin last.
    const together = attacks.filter(({ alone }) => !alone).sort((a, b) => weightOf(b) - weightOf(a));
    await sideBySide(together, sourceOf(1, own.address) === null ? 1 : concurrency, one);
    for (const attack of attacks) if (attack.alone) await one(attack);
    const crashes = await this.#closeTarget(own);
    if (own.data !== null) this.#compare(own, { seq, late, results });
    const last = [...results.values()].at(-1);
    if (last && crashes.length > 0)
      results.set(attacks[attacks.length - 1] as Attack, withFaults(last, crashes));
    return {
      results: attacks.flatMap((attack) => results.get(attack) ?? []),
      bank: merged(this.#banks),
      balances: this.#balances,
      records: this.#records,
      secrets: this.#secrets,
      interrupted: this.#stopped,
    };
  }

  async #target(shared: readonly Attack[]): Promise<Target> {
    const { foreign, knowsFinished } = this.#input;
    if (foreign) return { ...foreign, knowsFinished, bank: null };
    const terminals = Math.max(
      1,
      shared.reduce((sum, attack) => sum + terminalsOf(attack), 0),
    );
    const bank = await OwnBank.open(join(this.#scratch, 'bank'), {
      terminals,
      events: {
        onCrash: (how) => {
          for (const { crashes } of this.#running) crashes.push(crash(how));
        },
      },
    });
    return { address: bank.address, fleet: bank.fleet, knowsFinished, data: bank.data, bank };
  }

  async #playShared(
    attack: Attack,
    { target, fleet, late }: { target: Target; fleet: readonly TerminalPlan[]; late: Map<Attack, Late> },
  ): Promise<CaseResult> {
    const ours = target.data !== null;
    if (attack.needs === 'books' && !ours) return notChecked(attack, 'needs a bank whose data can be read');
    if (fleet.length < terminalsOf(attack))
      return notChecked(attack, `needs ${terminalsOf(attack)} terminals of its own`);
    const watched = { crashes: [] as Fault[] };
    this.#running.add(watched);
    const source = sourceOf(attack.number, target.address);
    const played = await play(attack, { target, fleet, source });
    this.#running.delete(watched);
    late.set(attack, { played, crashes: watched.crashes });
    add(this.#balances, played.balances);
    return resultOf(attack, played, { extra: watched.crashes, records: null });
  }

  /** On a bank of its own, which is stopped and looked into at once. */
  async #playAlone(attack: Attack): Promise<CaseResult> {
    const unavailable = attack.unavailable?.() ?? null;
    if (unavailable !== null) return notChecked(attack, unavailable);
    if (this.#input.foreign)
      return notChecked(attack, 'needs a bank of its own: stops it, starves it or changes its keys');
    const crashes: Fault[] = [];
    const data = join(this.#scratch, attack.name);
    const bank = await OwnBank.open(data, {
      terminals: terminalsOf(attack),
      ...(attack.bank && { plan: attack.bank(data) }),
      events: { onCrash: (how) => crashes.push(crash(how)) },
    });
    const seq = readTrail(data, 0).at(-1)?.seq ?? 0;
    const { fleet, address } = bank;
    const target = { address, fleet, knowsFinished: this.#input.knowsFinished, data, bank };
    const source = sourceOf(attack.number, address);
    const played = await play(attack, { target, fleet, source });
    await bank.stop();
    this.#banks.push(verified(bank, played.stage.heads));
    add(this.#balances, played.balances);
    const lines = readTrail(data, seq);
    const { faults, records } = this.#judgeTrail(played, { lines, alerts: bank.alerts, source });
    return resultOf(attack, played, { extra: [...(attack.mayDie ? [] : crashes), ...faults], records });
  }

  async #closeTarget(target: Target): Promise<readonly Fault[]> {
    const { bank, data } = target;
    const watched = { crashes: [] as Fault[] };
    this.#running.add(watched);
    if (bank) await bank.stop();
    else if (data !== null) await new Promise((resolve) => setTimeout(resolve, COALESCED_MS));
    this.#running.delete(watched);
    return watched.crashes;
  }

  #compare(
    target: Target,
    {
      seq,
      late,
      results,
    }: { seq: number; late: ReadonlyMap<Attack, Late>; results: Map<Attack, CaseResult> },
  ): void {
    if (target.data === null) return;
    const lines = readTrail(target.data, seq);
    const unowned = new Set(lines);
    for (const [attack, { played, crashes }] of late) {
      const source = sourceOf(attack.number, target.address);
      const { suspects } = played.stage;
      const own = lines.filter((line) => isOf(line, suspects));
      for (const line of own) unowned.delete(line);
      const alerts = target.bank?.alerts.filter((text) => isAlertOf(text, suspects)) ?? null;
      const { faults, records } = this.#judgeTrail(played, { lines: own, alerts, source });
      results.set(attack, resultOf(attack, played, { extra: [...crashes, ...faults], records }));
    }
    // Somebody else's bank has records of somebody else's doing.
    const unnamed = [...late.values()].reduce((sum, { played }) => sum + played.stage.expected.unnamed, 0);
    if (target.bank) add(this.#records, { checks: unowned.size, wrong: strays([...unowned], unnamed) });
    const told = [
      ...lines.map(({ customer, action }) => `${customer} | ${action}`),
      ...toldOf(results.values()),
    ];
    add(this.#secrets, hunted(target.fleet, told.join('\n')));
    const heads = [...late.values()].flatMap(({ played }) => played.stage.heads);
    if (target.bank) this.#banks.push(verified(target.bank, heads));
  }

  /** Without an address of its own a case's refusals are everybody's, and nothing is compared. */
  #judgeTrail({ stage: { expected } }: Played, { lines, alerts, source }: Traces) {
    if (source === null) return { faults: [], records: null };
    const wrong = [
      ...expected.differences(lines).map((text) => `audit trail: ${text}`),
      ...(alerts === null ? [] : expected.alertDifferences(alerts)),
    ];
    add(this.#records, { checks: Math.max(1, lines.length), wrong });
    const faults = wrong.map((text): Fault => ({ kind: 'correctness', text }));
    return { faults, records: lines.length };
  }
}

/** What a case left at the bank. */
interface Traces {
  readonly lines: readonly TrailLine[];
  /** Null where they are told to somebody else. */
  readonly alerts: readonly string[] | null;
  readonly source: string | null;
}

interface Late {
  readonly played: Played;
  readonly crashes: readonly Fault[];
}

const crash = (how: string): Fault => ({ kind: 'crash', text: `the bank died with ${how}` });

const withFaults = (result: CaseResult, more: readonly Fault[]): CaseResult => ({
  ...result,
  status: 'through',
  faults: [...result.faults, ...more],
});

const weightOf = ({ slow, needs }: Attack): number => (slow ? 2 : 0) + (needs === 'own' ? 1 : 0);

async function sideBySide<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const hand = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: width }, hand));
}
