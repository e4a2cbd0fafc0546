/**
 * The ear at every actor: what each machine did with each event it took from its mailbox. For the simulator's REFINE
 * check and its coverage; nobody listens in production. Module-level, because actors are started deep inside the parts
 * that are observed: one run at a time in a thread, and no cost for actors started while nobody listens.
 *
 * @module
 */
import type { AnyMachineSnapshot, InspectionEvent, StateValue } from 'xstate';

/** Plain data, the same in every process: none of XState's own numbers are in it. */
export interface Transition {
  /** The machine's id. */
  readonly machine: string;
  /** The actor's id, chosen by who started it. */
  readonly actor: string;
  /** As sent; `xstate.after.<delay>.<state>` for a delay that has passed, {@link ALWAYS} for a step without an event. */
  readonly event: string;
  /** Dotted path of the state's value. */
  readonly from: string;
  /** Null when the machine ignored the event; the same as `from` when it acted and stayed or came back. */
  readonly to: string | null;
}

export const ALWAYS = 'always';

let observer: ((transition: Transition) => void) | null = null;

/** Tells `next` of every transition of the actors started from now on; null for nobody. */
export function inspectTransitions(next: ((transition: Transition) => void) | null): void {
  observer = next;
}

/** What `createActor` needs for it: nothing while nobody listens. An actor that is done takes no more events. */
export function inspection(
  machine: string,
  actor: string,
): { inspect?: (inspected: InspectionEvent) => void } {
  const tell = observer;
  if (tell === null) return {};
  let from = '';
  const inspect = (inspected: InspectionEvent) => {
    if (inspected.type !== '@xstate.snapshot' && inspected.type !== '@xstate.microstep') return;
    const before = from;
    from = statePath((inspected.snapshot as AnyMachineSnapshot).value);
    if (inspected.type === '@xstate.snapshot' || inspected.event.type === 'xstate.stop') return;
    const [taken] = inspected._transitions;
    const event = taken?.eventType === '' ? ALWAYS : inspected.event.type;
    tell({ machine, actor, event, from: before, to: taken ? from : null });
  };
  return { inspect };
}

/** `serving.idle`; the machines have no parallel states. */
const statePath = (value: StateValue): string =>
  typeof value === 'string'
    ? value
    : Object.entries(value)
        .map(([key, inner]) => (inner ? `${key}.${statePath(inner)}` : key))
        .join();
