/**
 * One simulated run: a bank, some terminals and their customers in a world that goes wrong as decided; then everything
 * is healed, comes to rest, and is checked. Synchronous, one thread, repeatable from its config to the byte.
 *
 * ```
 * set up (no faults) → faults → heal → quiesce → final reads → stop → checks
 * ```
 *
 * @module
 */
import { inspectTransitions } from '../../actors/inspect.ts';
import type { Command } from '../../bank/commands.ts';
import { invariant } from '../../protocol/invariant.ts';
import { Coverage } from '../check/coverage.ts';
import { RefineCheck } from '../check/refine.ts';
import { atEnd } from './aftermath.ts';
import { encodedPassword } from './bank-node.ts';
import type { WorldConfig } from './config.ts';
import type { WorldOutcome } from './outcome.ts';
import { OPENING, type Population, populate, VAULT_FUNDS } from './population.ts';

export interface RunOptions {
  /** Keep every event of the trace. */
  readonly trace?: boolean;
  /** Count every transition of every machine. */
  readonly coverage?: boolean;
}

/**
 * From the end of the faults until everything must have come to rest, and as long again for the final reads. Clean runs
 * took 52 s at most for both (400 seeds of `swarm`).
 */
export const LIVE_BOUND_MS = 120_000;
const STOP_BOUND_MS = 60_000;
/** A run that takes more events than this goes round in circles. */
const EVENTS_MAX = 3_000_000;

export function runWorld(config: WorldConfig, options: RunOptions = {}): WorldOutcome {
  const world = populate(config, options);
  const refine = new RefineCheck(world.sink.report);
  const coverage = new Coverage();
  inspectTransitions((transition) => {
    refine.see(transition);
    if (options.coverage) coverage.see(transition);
  });
  try {
    const settleMs = live(world);
    return { ...atEnd(world, { settleMs, refined: refine.checks }), transitions: coverage.counts() };
  } finally {
    inspectTransitions(null);
  }
}

/** From set-up to stop; how long everything took to settle after the faults, ms, or null where it did not. */
function live(world: Population): number | null {
  const { kernel, decisions, sink } = world;
  try {
    setUp(world);
    decisions.healed = false;
    for (const patron of world.patrons) patron.start();
    world.operator.start();
    world.net.weather.start(world.atms.map(({ terminal }) => terminal));
    until(world, world.config.faultsMs, () => world.patrons.every(({ idle }) => idle));
    heal(world);
    const healedUs = kernel.nowUs;
    if (!until(world, LIVE_BOUND_MS, () => isQuiet(world)))
      late(world, 'has not come to rest', LIVE_BOUND_MS);
    for (const patron of world.patrons) patron.retire();
    const areRead = () => world.patrons.every(({ finished }) => finished) && isQuiet(world);
    if (!until(world, LIVE_BOUND_MS, areRead)) late(world, 'has not read every balance', LIVE_BOUND_MS);
    const settleMs = sink.first ? null : Math.round((kernel.nowUs - healedUs) / 1000);
    stop(world);
    return settleMs;
  } catch (error) {
    sink.internal('simulator', error);
    return null;
  }
}

/** Lets time pass until the condition holds; false when it did not in time, or something was violated before. */
function until({ kernel, sink }: Population, withinMs: number, condition: () => boolean): boolean {
  const untilUs = kernel.nowUs + 1_000 * withinMs;
  while (sink.first === null) {
    if (condition()) return true;
    if (!kernel.step(untilUs)) return condition();
    invariant(kernel.events < EVENTS_MAX, 'a run ends');
  }
  return false;
}

function setUp(world: Population): void {
  const { bank, atms, purses, ring } = world;
  bank.start();
  const commands: Command[] = [{ type: 'fundVault', amount: VAULT_FUNDS }];
  for (const { terminal, loaded } of atms) {
    commands.push({ type: 'enrolTerminal', terminal, keyId: ring.baseKey.id });
    if (loaded > 0n) commands.push({ type: 'loadCash', terminal, amount: loaded });
  }
  for (const { customer, account, password } of purses) {
    const accounts = [{ id: account, opening: OPENING }];
    commands.push({ type: 'addCustomer', customer, password: encodedPassword(password), accounts });
  }
  ask(world, commands);
  for (const atm of atms) atm.start();
}

/** As many at once as the mailbox takes, so that they share commits. */
function ask(world: Population, commands: readonly Command[]): void {
  let asked = 0;
  let answered = 0;
  const areDone = () => {
    while (asked < commands.length && submit(world, commands[asked] as Command, () => answered++)) asked += 1;
    return answered === commands.length;
  };
  invariant(until(world, STOP_BOUND_MS, areDone), 'a world can be set up');
}

function submit({ bank }: Population, command: Command, approved: () => void): boolean {
  return bank.ask(command, ({ code }) => {
    invariant(code === 'APPROVED', `${command.type} is approved when a world is set up`);
    approved();
  });
}

function heal({ decisions, net, operator, trace }: Population): void {
  trace.emit('operator', 'heal');
  decisions.healed = true;
  net.heal();
  operator.heal();
}

/** Every terminal serves, owes the bank nothing, and nobody waits for a result. */
function isQuiet({ atms, patrons, operator, bank }: Population): boolean {
  return (
    operator.idle &&
    bank.running !== null &&
    patrons.every(({ resting }) => resting) &&
    atms.every(({ running }) => running?.host.ready && running.host.openAdvices === 0)
  );
}

function late(world: Population, what: string, withinMs: number): void {
  const { sink, atms, patrons, bank } = world;
  if (sink.first) return;
  const who = atms
    .filter(({ running }, i) => !running?.host.ready || running.host.openAdvices > 0 || !patrons[i]?.resting)
    .map(({ terminal, running }) => {
      const advices = running?.host.openAdvices ?? 0;
      return `${terminal} is ${running?.host.state ?? 'without power'}${advices > 0 ? ` with ${advices} advices open` : ''}`;
    });
  const text =
    [...who, ...(bank.running ? [] : ['the bank is down'])].join(', ') || 'the operator is not done';
  sink.report('LIVE', `${what} within ${withinMs / 1000} s of the end of the faults: ${text}`);
}

function stop(world: Population): void {
  const { atms, bank } = world;
  let left = atms.length;
  for (const atm of atms) {
    atm.stop(() => {
      left -= 1;
    });
  }
  if (!until(world, STOP_BOUND_MS, () => left === 0)) late(world, 'has not stopped', STOP_BOUND_MS);
  let isStopped = false;
  bank.running?.stop(() => {
    isStopped = true;
  });
  if (!until(world, STOP_BOUND_MS, () => isStopped)) late(world, 'did not see its bank stop', STOP_BOUND_MS);
}
