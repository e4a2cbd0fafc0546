/**
 * Drives a terminal machine by pure transitions, with no actor and no clock: each step gives the state, the commands
 * emitted and the delays armed.
 *
 * @module
 */
import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type InputFrom,
  initialTransition,
  transition,
} from 'xstate';
import { getAdjacencyMap } from 'xstate/graph';
import type { Settlement } from '../../actors/operation.ts';
import type { TerminalCommand, TerminalEvent } from '../../actors/terminal-command.ts';

/** A delayed transition that fires, e.g. `after('replyTimeout', 'withdrawal.authorising')`. */
export const after = (delay: string, state: string): TerminalEvent =>
  ({ type: `xstate.after.${delay}.${state}` }) as unknown as TerminalEvent;

export interface Step {
  /** Dotted path of the state's value. */
  readonly state: string;
  readonly commands: readonly TerminalCommand[];
  /** Delays in ms that were armed, by name. */
  readonly delays: Readonly<Record<string, number>>;
}

interface Action {
  readonly type: string;
  readonly params: unknown;
}

export class Walk {
  readonly #machine: AnyStateMachine;
  #snapshot: AnyMachineSnapshot;
  readonly steps: Step[] = [];

  constructor(machine: AnyStateMachine, input: InputFrom<AnyStateMachine>) {
    this.#machine = machine;
    const [snapshot, actions] = initialTransition(machine, input);
    this.#snapshot = snapshot;
    this.steps.push(stepOf(snapshot, actions));
  }

  send(...events: readonly TerminalEvent[]): this {
    for (const event of events) {
      const [snapshot, actions] = transition(this.#machine, this.#snapshot, event);
      this.#snapshot = snapshot;
      this.steps.push(stepOf(snapshot, actions));
    }
    return this;
  }

  get last(): Step {
    return this.steps.at(-1) ?? { state: '', commands: [], delays: {} };
  }

  get commands(): readonly TerminalCommand[] {
    return this.steps.flatMap(({ commands }) => commands);
  }

  get marks(): readonly string[] {
    return this.commands.flatMap(({ entries }) => entries.map(({ mark }) => mark));
  }

  get output(): Settlement | undefined {
    return this.#snapshot.status === 'done' ? (this.#snapshot.output as Settlement) : undefined;
  }
}

/** One way through a machine that ends in a final state. */
export type Ending = readonly TerminalEvent[];

/**
 * Every state the machine can be in under `events`, and for each pair (state, event) that changes it one run: a
 * shortest way there, then the event.
 */
export function explore(
  machine: AnyStateMachine,
  input: InputFrom<AnyStateMachine>,
  events: readonly TerminalEvent[],
): { readonly states: ReadonlySet<string>; readonly runs: readonly Ending[] } {
  const map = getAdjacencyMap(machine, {
    input,
    events: [...events],
    serializeState,
    serializeEvent: digits,
    limit: 20_000,
  });
  const ways = new Map<string, Ending>();
  const initial = Object.keys(map)[0] ?? '';
  ways.set(initial, []);
  const queue = [initial];
  const runs: Ending[] = [];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    const way = ways.get(at) ?? [];
    for (const { event, state } of Object.values(map[at as keyof typeof map]?.transitions ?? {})) {
      const next = serializeState(state as AnyMachineSnapshot);
      if (next === at) continue;
      runs.push([...way, event as TerminalEvent]);
      if (ways.has(next)) continue;
      ways.set(next, [...way, event as TerminalEvent]);
      queue.push(next);
    }
  }
  const states = new Set(Object.values(map).map(({ state }) => pathOf((state as AnyMachineSnapshot).value)));
  return { states, runs };
}

/** Every leaf state a machine declares. */
export const declaredStates = (machine: AnyStateMachine): Set<string> => new Set(leaves(machine.root));

function* leaves(node: AnyStateMachine['root']): Generator<string> {
  const children = Object.values(node.states);
  if (children.length === 0) yield node.path.join('.');
  for (const child of children) yield* leaves(child);
}

const serializeState = ({ value, context }: AnyMachineSnapshot): string => digits([value, context]);

/** JSON has no bigint. */
const digits = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? `${each}n` : each));

const pathOf = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : Object.entries(value as object)
        .map(([key, below]) => `${key}.${pathOf(below)}`)
        .join();

function stepOf(snapshot: AnyMachineSnapshot, actions: readonly Action[]): Step {
  const commands: TerminalCommand[] = [];
  const delays: Record<string, number> = {};
  for (const { type, params } of actions) {
    if (type === 'xstate.emit') commands.push((params as { event: TerminalCommand }).event);
    if (type === 'xstate.raise') {
      const { event, delay } = params as { event: { type: string }; delay?: number };
      if (delay !== undefined) delays[event.type.split('.')[2] ?? ''] = delay;
    }
  }
  return { state: pathOf(snapshot.value), commands, delays };
}
