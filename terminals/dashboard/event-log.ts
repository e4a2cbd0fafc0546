/**
 * Events of the run, as many as the dashboard has seen: a snapshot carries the newest alone. An event keeps its number,
 * counted from the run's first, so that a page stands still while new ones come.
 *
 * @module
 */
import type { DashboardModel, RunEvent } from './model.ts';

/** Lines kept; the oldest go first. */
export const LOG_MAX = 5000;

export interface Logged {
  readonly number: number;
  readonly event: RunEvent;
}

export class EventLog {
  #lines: Logged[] = [];
  /** Number of the event that comes next. */
  #next = 0;

  add({ events, eventsBefore }: Pick<DashboardModel, 'events' | 'eventsBefore'>): void {
    const missed = eventsBefore - this.#next;
    const [oldest] = events;
    if (missed > 0 && oldest) {
      const text = `${missed} earlier events did not reach this screen`;
      this.#lines.push({
        number: eventsBefore - 1,
        event: { tMs: oldest.tMs, level: 'warn', actor: '', text },
      });
    }
    events.forEach((event, i) => {
      if (eventsBefore + i >= this.#next) this.#lines.push({ number: eventsBefore + i, event });
    });
    this.#next = Math.max(this.#next, eventsBefore + events.length);
    if (this.#lines.length > LOG_MAX) this.#lines = this.#lines.slice(-LOG_MAX);
  }

  /** Newest first. @param actor whose events alone; null: all @param end number of the first that is too new */
  lines(actor: string | null, end: number): readonly Logged[] {
    const isShown = ({ number, event }: Logged) => number < end && (actor === null || event.actor === actor);
    return this.#lines.filter(isShown).reverse();
  }
}

/** What there is from the line with this number on, or from the newest when it is null; and how many are above. */
export function fromTop(
  lines: readonly Logged[],
  top: number | null,
): { readonly lines: readonly Logged[]; readonly newer: number } {
  const found = top === null ? 0 : lines.findIndex(({ number }) => number <= top);
  const newer = Math.max(0, found);
  return { lines: lines.slice(newer), newer };
}
