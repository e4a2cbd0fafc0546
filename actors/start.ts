/**
 * The one place where actors are started. XState swallows what an action throws: an actor without an `error`
 * observer would die in silence, and a dead actor is a failed run.
 *
 * @module
 */
import {
  type Actor,
  type AnyStateMachine,
  createActor,
  type EmittedFrom,
  type InputFrom,
  type OutputFrom,
} from 'xstate';
import type { Clock } from '../protocol/ports.ts';
import { inspection } from './inspect.ts';

export interface StartOptions<Machine extends AnyStateMachine> {
  readonly input: InputFrom<Machine>;
  readonly clock: Clock;
  /** Chosen by us, so that traces do not depend on how many actors ran before. */
  readonly id: string;
  /** The actor died, or carrying out what it emitted threw. */
  readonly onError: (error: unknown) => void;
  /** Carries out a command: called after each step, in the order of emission, from the first step on. */
  readonly onEmitted: (command: EmittedFrom<Machine>, actor: Actor<Machine>) => void;
  /** The machine reached its final state. */
  readonly onDone?: (output: OutputFrom<Machine>) => void;
}

export function startActor<Machine extends AnyStateMachine>(
  machine: Machine,
  options: StartOptions<Machine>,
): Actor<Machine> {
  const { input, clock, id, onError, onEmitted, onDone } = options;
  const actor = createActor<AnyStateMachine>(machine, {
    input,
    clock,
    id,
    systemId: id,
    ...inspection(machine.id, id),
  }) as Actor<Machine>;
  const guarded = (fn: () => void) => {
    try {
      fn();
    } catch (error) {
      onError(error);
    }
  };
  actor.subscribe({
    error: onError,
    complete: () => {
      const snapshot: { status: string; output?: OutputFrom<Machine> } = actor.getSnapshot();
      // A stopped actor completes too, without an output.
      if (snapshot.status === 'done') guarded(() => onDone?.(snapshot.output as OutputFrom<Machine>));
    },
  });
  actor.on('*', (command) => guarded(() => onEmitted(command, actor)));
  actor.start();
  return actor;
}
