/**
 * A customer at work while the bank is flooded: must be served as if nothing were, on the session there was.
 *
 * @module
 */
import { type Atm, pause } from './atm.ts';
import type { Stage } from './stage.ts';

/** Somebody works at `atm` until the attack is over; how many operations there were, and the slowest, ms. */
async function served(atm: Atm, during: Promise<void>): Promise<{ operations: number; slowestMs: number }> {
  let isOver = false;
  let operations = 0;
  let slowestMs = 0;
  const attack = during.then(
    () => null,
    (error: unknown) => ({ error }),
  );
  void attack.then(() => {
    isOver = true;
  });
  do {
    const startedMs = performance.now();
    const { outcome } = await atm.deposit();
    if (outcome !== 'ok') throw new Error(`a deposit while the attack went on ended ${outcome}`);
    slowestMs = Math.max(slowestMs, performance.now() - startedMs);
    operations += 1;
    // A customer, not a load.
    await pause(10);
  } while (!isOver);
  const failed = await attack;
  if (failed !== null) throw failed.error;
  return { operations, slowestMs };
}

/** An operation that takes longer than that was held up. */
export const PATIENCE_MS = 5_000;

/** A customer is served while the attack goes on, as if nothing were. */
export async function atService(stage: Stage, attack: () => Promise<void>): Promise<void> {
  const atm = await stage.atm(2 % stage.fleet.length);
  stage.control(await atm.logIn(), 'nobody could log in');
  stage.control((await atm.deposit()).outcome === 'ok', 'a deposit before the attack failed');
  const { sessions } = atm;
  const { slowestMs } = await served(atm, attack());
  const isServed = slowestMs < PATIENCE_MS && atm.sessions === sessions;
  const answer = isServed ? 'served' : atm.sessions === sessions ? 'held up' : 'session lost';
  stage.attempt(answer, isServed, `a customer at work, slowest deposit ${Math.round(slowestMs)} ms`);
  await atm.stop();
}
