/**
 * Writes `sim/check/transitions.ts` from the machines. Run it, then `npm run format`, after a machine has changed, and
 * read the difference: REFINE and the coverage go by that table, not by the machines.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { bankMachine } from '../actors/bank.machine.ts';
import { depositMachine } from '../actors/deposit.machine.ts';
import { enquiryMachine } from '../actors/enquiry.machine.ts';
import { ALWAYS } from '../actors/inspect.ts';
import { serverSessionMachine } from '../actors/server-session.machine.ts';
import { terminalLinkMachine } from '../actors/terminal-link.machine.ts';
import { withdrawalMachine } from '../actors/withdrawal.machine.ts';
import { invariant } from '../protocol/invariant.ts';

/** Every machine that is run as an actor. */
export const MACHINES: readonly AnyStateMachine[] = [
  bankMachine,
  serverSessionMachine,
  terminalLinkMachine,
  withdrawalMachine,
  depositMachine,
  enquiryMachine,
];

/** State → event → where it may lead, whatever the guards say. */
export type TransitionTable = Record<string, Record<string, string[]>>;

export function tableOf(machine: AnyStateMachine): TransitionTable {
  const table: TransitionTable = {};
  for (const leaf of leavesOf(machine.root)) {
    // An actor that is done takes no more events.
    if (leaf.type === 'final') continue;
    const lineage = lineageOf(leaf);
    const events = lineage.some(({ always }) => always)
      ? [ALWAYS]
      : lineage.flatMap((node) => [...node.transitions.keys()]);
    if (events.length === 0) continue;
    table[pathOf(leaf)] = Object.fromEntries(
      [...new Set(events)].map((event) => [event, targetsOf(event, leaf, lineage)]),
    );
  }
  return table;
}

/** The innermost state that has an answer gives it; behind a transition without a guard nothing is looked at. */
function targetsOf(event: string, leaf: AnyStateNode, lineage: readonly AnyStateNode[]): string[] {
  invariant(!event.includes('*'), 'no machine that is run has wildcards');
  const targets = new Set<string>();
  for (const node of lineage) {
    for (const transition of (event === ALWAYS ? node.always : node.transitions.get(event)) ?? []) {
      const [target] = transition.target ?? [];
      targets.add(pathOf(target ? innermost(target) : leaf));
      if (!transition.guard) return [...targets];
    }
  }
  return [...targets];
}

function leavesOf(node: AnyStateNode): AnyStateNode[] {
  const children = Object.values(node.states);
  return children.length === 0 ? [node] : children.flatMap(leavesOf);
}

const lineageOf = (node: AnyStateNode): AnyStateNode[] =>
  node.parent ? [node, ...lineageOf(node.parent)] : [node];

function innermost(node: AnyStateNode): AnyStateNode {
  const [first] = Object.keys(node.states).length > 0 ? (node.initial?.target ?? []) : [];
  return first ? innermost(first) : node;
}

const pathOf = (node: AnyStateNode): string => node.path.join('.');

if (import.meta.main) {
  const tables = Object.fromEntries(MACHINES.map((machine) => [machine.id, tableOf(machine)]));
  const text = `/**
 * Machine → state → event → where it may lead: every transition of every machine that is run as an actor. Made by
 * \`scripts/transitions.ts\` and checked in, so that a machine cannot change what it may do without this table changing
 * in plain sight; a test compares the two.
 *
 * @module
 */
export const TRANSITIONS: Readonly<
  Record<string, Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>>
> = ${JSON.stringify(tables, null, 2)};
`;
  writeFileSync(new URL('../sim/check/transitions.ts', import.meta.url), text);
}
