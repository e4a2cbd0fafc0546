/**
 * Bugs planted in the audit trail: what is recorded, when, and how the records hang together.
 *
 * @module
 */
import type { Plant } from './plant.ts';

export const AUDIT_PLANTS: readonly Plant[] = [
  {
    name: 'audit-chain-forks',
    summary: 'After a restart the trail goes on from an empty head',
    invariant: 'AUDIT',
    budget: 20,
    patches: [
      {
        file: 'bank/audit/trail.ts',
        find: 'this.#head = head;',
        replace: 'this.#head = { seq: head.seq, hash: GENESIS.hash };',
      },
    ],
  },
  {
    name: 'refusal-not-audited',
    summary: 'A refusal for lack of funds leaves no record',
    invariant: 'AUDIT',
    budget: 10,
    patches: [
      {
        file: 'actors/bank-actor.ts',
        find: 'const audit = decision.audit ?',
        replace: "const audit = decision.audit && decision.code !== 'INSUFFICIENT_FUNDS' ?",
      },
    ],
  },
  {
    name: 'audit-head-too-early',
    summary: 'Replies name the head of the trail before it is durable',
    invariant: 'AUDIT',
    budget: 60,
    patches: [
      {
        file: 'actors/bank-actor.ts',
        find: '    return this.#head;',
        replace: '    return headOf(this.#deps.trail);',
      },
    ],
  },
  {
    name: 'audit-a-commit-late',
    summary: 'Records go into the commit after the one they tell of',
    invariant: 'AUDIT',
    budget: 20,
    patches: [
      {
        file: 'actors/bank-actor.ts',
        find: 'const builder = new BatchBuilder();',
        replace: `const builder = new BatchBuilder();
    const nothing = { entries: [], accounts: [], txns: [], customers: [], terminals: [] };
    for (const row of (this as any).late ?? []) builder.add(nothing, row);
    (this as any).late = [];`,
      },
      {
        file: 'actors/bank-actor.ts',
        find: 'builder.add(applyDecision(state, decision, audit?.seq ?? 0), audit);',
        replace: `builder.add(applyDecision(state, decision, audit?.seq ?? 0), null);
    if (audit) (this as any).late.push(audit);`,
      },
    ],
  },
];
