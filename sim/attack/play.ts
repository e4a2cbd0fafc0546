/**
 * One case from its first sanity transaction to its last: an honest customer is served before and, on a new connection,
 * after; accounts hold what their owners' own transactions left there, no cent more or less.
 *
 * @module
 */
import type { CustomerPlan } from '../load/fleet.ts';
import { OPENING_BALANCE } from '../load/fleet.ts';
import type { Attack } from './attack.ts';
import type { CaseResult, Fault } from './case-result.ts';
import type { Compared } from './compared.ts';
import { Stage, type StageInput } from './stage.ts';

/** A case that takes longer hangs. */
const CASE_MS = 90_000;

export interface Played {
  readonly stage: Stage;
  readonly ms: number;
  readonly balances: Compared;
}

/** Plays it and closes what it opened; the audit trail is compared later, when all of it is written. */
export async function play(attack: Attack, input: StageInput): Promise<Played> {
  const startedMs = performance.now();
  const stage = new Stage(input);
  let balances: Compared = { checks: 0, wrong: [] };
  try {
    const bases = await before(stage);
    await bounded(attack.play(stage));
    balances = await after(stage, bases);
  } catch (error) {
    stage.control(false, `the case could not be played: ${error instanceof Error ? error.stack : error}`);
  } finally {
    await stage.close();
  }
  return { stage, ms: Math.round(performance.now() - startedMs), balances };
}

/** @param extra what was found once everything was over @param records compared with the trail; null for none */
export function resultOf(
  { name }: Attack,
  { stage, ms }: Played,
  { extra, records }: { extra: readonly Fault[]; records: number | null },
): CaseResult {
  const faults = [...stage.faults, ...extra];
  return {
    name,
    status: faults.length > 0 ? 'through' : 'held',
    attempts: stage.attempts,
    accepted: stage.accepted,
    answers: Object.fromEntries(stage.answers),
    controls: stage.controls,
    controlFaults: stage.controlFaults,
    faults,
    records,
    ms,
  };
}

export const notChecked = ({ name }: Attack, reason: string): CaseResult => ({
  name,
  status: 'not-checked',
  attempts: 0,
  accepted: 0,
  answers: {},
  controls: 0,
  controlFaults: [],
  faults: [],
  records: null,
  reason,
  ms: 0,
});

type Bases = ReadonlyMap<string, bigint>;

/** What accounts hold before the case: known of a fleet that is the suite's own, else as the bank says. */
async function before(stage: Stage): Promise<Bases> {
  const bases = new Map<string, bigint>();
  if (stage.target.data !== null) {
    for (const { customers } of stage.fleet)
      for (const { account } of customers) bases.set(account, OPENING_BALANCE);
  }
  const atm = await stage.atm(0);
  const { account } = stage.customer();
  const isIn = await atm.logIn();
  const base = await atm.balance();
  stage.control(isIn && base !== null, 'the customer could not log in before the attack');
  if (base !== null) bases.set(account, base);
  const result = await atm.deposit();
  stage.control(result.outcome === 'ok', `the deposit before the attack ended ${result.outcome}`);
  await atm.stop();
  return bases;
}

/** The same on a new connection; returns the accounts that were compared. */
async function after(stage: Stage, bases: Bases): Promise<Compared> {
  const atm = stage.idleAtm(0);
  const customers = stage.fleet.flatMap((plan) => plan.customers);
  let checks = 0;
  const wrong: string[] = [];
  const compare = async (customer: CustomerPlan) => {
    const expected = (bases.get(customer.account) ?? 0n) + stage.movedBy(customer.account);
    const found = (await atm.logIn(customer)) ? await atm.balance() : null;
    checks += 1;
    if (found === expected) return;
    const what = found === null ? 'is not told' : `is ${found}`;
    const text = `the balance of ${customer.account} ${what}, its owner's own doing left ${expected}`;
    wrong.push(text);
    stage.fault('accepted', text);
  };
  if (!(await atm.up())) {
    stage.fault('accepted', 'no honest terminal can connect after the attack');
    return { checks, wrong };
  }
  await compare(stage.customer());
  if ((await atm.deposit()).outcome !== 'ok')
    stage.fault('accepted', 'an honest customer is not served after the attack');
  await compare(stage.customer());
  for (const customer of customers) {
    if (customer === stage.customer() || stage.movedBy(customer.account) === 0n) continue;
    if (bases.has(customer.account)) await compare(customer);
  }
  await atm.stop();
  return { checks, wrong };
}

async function bounded(playing: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not over after ${CASE_MS} ms`)), CASE_MS);
  });
  await Promise.race([playing, late]).finally(() => clearTimeout(timer));
}
