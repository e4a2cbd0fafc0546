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
        file: 'bank/decide/ask.ts',
        find: 'audit: { customer: v.customer ?? NOBODY, action: v.action },',
        replace:
          "audit: v.code === 'INSUFFICIENT_FUNDS' ? null : { customer: v.customer ?? NOBODY, action: v.action },",
      },
    ],
  },
  {
    name: 'audit-under-nobody',
    summary: 'The record of a login names nobody',
    invariant: 'AUDIT',
    budget: 10,
    patches: [
      {
        file: 'bank/decide/login.ts',
        find: 'audit: { customer: ask.request.user, action: made.audit?.action ?? say.login() },',
        replace: "audit: { customer: '-', action: made.audit?.action ?? say.login() },",
      },
    ],
  },
  {
    name: 'head-told-stale',
    summary: 'Replies carry the head of the audit trail as it was when the bank started',
    invariant: 'AUDIT',
    budget: 10,
    patches: [
      {
        file: 'actors/bank-actor.ts',
        find: 'this.#head = headOf(this.#deps.trail);\n      for',
        replace: 'for',
      },
    ],
  },
  {
    name: 'alert-told-as-lost-line',
    summary: "A session that ended by the terminal's Alert is told of as one whose line was lost",
    invariant: 'AUDIT',
    budget: 40,
    patches: [
      {
        file: 'protocol/channel.ts',
        find: `if (type === FRAME_TYPES.alert) {
      this.#end('alert',`,
        replace: `if (type === FRAME_TYPES.alert) {
      this.#end('truncated',`,
      },
    ],
  },
];
