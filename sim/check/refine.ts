/**
 * REFINE: every transition of every actor is one of the table, and no event is ignored but where that is meant. The
 * table (`transitions.ts`) and the list of what may be ignored stand apart from the machines: a machine that changes
 * fails here until somebody has changed them too.
 *
 * @module
 */
import type { Transition } from '../../actors/inspect.ts';
import { IGNORED } from './ignored.ts';
import type { Report } from './observation.ts';
import { TRANSITIONS } from './transitions.ts';

/** `machine|from|event|to`, or `machine|from|event|ignored`. */
export type Row = string;

export const rowOf = ({ machine, from, event, to }: Omit<Transition, 'actor'>): Row =>
  `${machine}|${from}|${event}|${to ?? 'ignored'}`;

/** Everything that may be observed. */
export const ROWS: ReadonlySet<Row> = new Set([...transitionRows(), ...ignoredRows()]);

export class RefineCheck {
  readonly id = 'REFINE';
  readonly #report: Report;
  #checks = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  get checks(): number {
    return this.#checks;
  }

  see(transition: Transition): void {
    this.#checks += 1;
    if (ROWS.has(rowOf(transition))) return;
    const { machine, actor, event, from, to } = transition;
    const what = to === null ? `ignored ${event} in ${from}` : `went from ${from} to ${to} on ${event}`;
    this.#report(this.id, `${machine} (${actor}) ${what}, which its table does not have`);
  }
}

function* transitionRows(): Generator<Row> {
  for (const [machine, states] of Object.entries(TRANSITIONS))
    for (const [from, events] of Object.entries(states))
      for (const [event, targets] of Object.entries(events))
        for (const to of targets) yield rowOf({ machine, from, event, to });
}

function* ignoredRows(): Generator<Row> {
  for (const { machine, event, states } of IGNORED)
    for (const from of states) yield rowOf({ machine, from, event, to: null });
}
