/**
 * What has the same name goes on one after the other, in the order in which it came; what has not, side by side.
 *
 * @module
 */
type Act = (over: () => void) => void;

export class Turns {
  /** Of each name that has its turn, those that wait. */
  readonly #waiting = new Map<string, Act[]>();

  /** Calls `act` when it is its turn; it calls `over`, once, when the next one may go on. */
  take(name: string, act: Act): void {
    const waiting = this.#waiting.get(name);
    if (waiting) {
      waiting.push(act);
      return;
    }
    this.#waiting.set(name, []);
    act(() => this.#next(name));
  }

  #next(name: string): void {
    const act = this.#waiting.get(name)?.shift();
    if (act) act(() => this.#next(name));
    else this.#waiting.delete(name);
  }
}
