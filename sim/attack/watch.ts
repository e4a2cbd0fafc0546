/**
 * Waiting for something to become true on a connection, for a bounded time.
 *
 * @module
 */
import { FRAME_TYPES } from '../../protocol/frame.ts';
import type { WireFrame } from '../world/byzantine-frames.ts';

export class Watch {
  readonly #looks = new Set<() => void>();

  /** Something changed. */
  tell(): void {
    for (const look of [...this.#looks]) look();
  }

  /** Resolves once `is` holds or the time is over; says which. */
  until(is: () => boolean, withinMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = (met: boolean) => {
        clearTimeout(timer);
        this.#looks.delete(look);
        resolve(met);
      };
      const look = () => {
        if (is()) finish(true);
      };
      const timer = setTimeout(() => finish(is()), withinMs);
      this.#looks.add(look);
      look();
    });
  }
}

/** How a victim took what was done to it: an Alert, an end without one, a frame of another kind, nothing. */
export type Reaction = 'Alert' | 'closed' | 'answered' | 'silent';

/** What one end of a connection says, as those hear it who did not say it. */
export interface Voice {
  readonly watch: Watch;
  /** Whole frames, oldest first. */
  readonly said: readonly WireFrame[];
  hasEnded(): boolean;
}

/**
 * What a victim does from now on, for at most `withinMs`. An honest answer to what came before may pass first, so an
 * answer counts only once the time is over.
 */
export async function reactionOf({ watch, said, hasEnded }: Voice, withinMs: number): Promise<Reaction> {
  const from = said.length;
  const alerted = () => said.slice(from).some(({ type }) => type === FRAME_TYPES.alert);
  await watch.until(() => alerted() || hasEnded(), withinMs);
  if (alerted()) return 'Alert';
  if (hasEnded()) return 'closed';
  return said.length > from ? 'answered' : 'silent';
}
