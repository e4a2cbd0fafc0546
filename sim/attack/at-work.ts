/**
 * An honest customer at work through a man in the middle: the beginning of most attacks on records.
 *
 * @module
 */
import { FRAMES } from './exchange.ts';
import type { Stage } from './stage.ts';
import { observe } from './verbs.ts';

/** An honest ATM in a session with somebody logged in; the control is that its deposit passes untouched. */
export async function atWork(stage: Stage) {
  const middle = await stage.middle();
  const atm = await stage.atm(0, { middle });
  stage.control(await atm.logIn(), 'nobody could log in through an honest line');
  void middle.next(FRAMES.request, observe());
  stage.control((await atm.deposit()).outcome === 'ok', 'a deposit whose record passed untouched failed');
  return { middle, atm };
}
