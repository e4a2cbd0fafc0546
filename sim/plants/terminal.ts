/**
 * Bugs planted in the terminal: its journal, its cash, its advices, its line to the bank.
 *
 * @module
 */
import type { Plant } from './plant.ts';

export const TERMINAL_PLANTS: readonly Plant[] = [
  {
    name: 'journal-after-presenting',
    summary: 'The journal hears of the notes when they are out, not before',
    invariant: 'DISPENSE',
    budget: 100,
    patches: [
      {
        file: 'actors/operation-run.ts',
        find: 'durably(command.entries, () => moveNotes(this.#deps, command, send));',
        replace: `if (command.type !== 'present') durably(command.entries, () => moveNotes(this.#deps, command, send));
      else moveNotes(this.#deps, command, (event) => durably(command.entries, () => send(event)));`,
      },
    ],
  },
  {
    name: 'unknown-dispense-reversed',
    summary: 'A withdrawal is reversed when nobody knows whether the notes came out',
    invariant: 'DISPENSE',
    budget: 40,
    patches: [
      {
        file: 'actors/withdrawal.machine.ts',
        find: "'device.presentUnknown': { target: 'suspect', actions: 'forgetCounts' },",
        replace:
          "'device.presentUnknown': { target: 'reversing', actions: { type: 'blame', params: 'hardware' } },",
      },
    ],
  },
  {
    name: 'late-approval-paid',
    summary: 'An approval that comes after the reversal was sent is paid all the same',
    invariant: 'DISPENSE',
    budget: 60,
    patches: [
      {
        file: 'actors/withdrawal.machine.ts',
        find: "'bank.replied': { actions: 'recordLate' },",
        replace: `'bank.replied': [
          { guard: 'isApproved', target: 'stacking', actions: 'keepReply' },
          { actions: 'recordLate' },
        ],`,
      },
    ],
  },
  {
    name: 'new-id-on-retry',
    summary: 'A request that is sent again carries another transaction id',
    invariant: 'ONCE',
    budget: 60,
    patches: [
      {
        file: 'actors/operation-run.ts',
        find: 'this.#deps.link.request(body, (result) => {',
        replace: `const isRetry = 'attempt' in body && body.attempt > 1;
    const sent = isRetry ? { ...body, txnId: [...body.txnId].reverse().join('') as TxnId } : body;
    this.#deps.link.request(sent, (result) => {`,
      },
    ],
  },
  {
    name: 'escrow-always-kept',
    summary: 'The notes of a deposit that was reversed are kept',
    invariant: 'DISPENSE',
    budget: 20,
    patches: [
      {
        file: 'terminals/journal.ts',
        find: "code === 'ALREADY_COMPLETED' ? 'store' : 'return';",
        replace: "code === 'BUSY' ? 'return' : 'store';",
      },
    ],
  },
  {
    name: 'deposit-returned-unasked',
    summary: 'The notes of a deposit are given back when its answer is lost',
    invariant: 'DISPENSE',
    budget: 40,
    patches: [
      {
        file: 'actors/deposit.machine.ts',
        find: "'bank.lost': 'reversing',",
        replace: "'bank.lost': 'returning',",
      },
    ],
  },
  {
    name: 'advice-given-up',
    summary: 'An advice is dropped when the session is lost before it was acknowledged',
    invariant: 'DISPENSE',
    budget: 40,
    patches: [
      {
        file: 'actors/advice-queue.ts',
        find: "if (result === 'lost' || isPostponed(result)) this.#arm(",
        replace:
          "if (result === 'lost') this.#items.shift();\n      else if (isPostponed(result)) this.#arm(",
      },
    ],
  },
  {
    name: 'advice-forgotten-at-restart',
    summary: 'A restart does not take up the advices that are in the journal',
    invariant: 'DISPENSE',
    budget: 100,
    patches: [
      {
        file: 'terminals/journal.ts',
        find: 'return { advices: [...advices.values()], open:',
        replace: 'return { advices: [], open:',
      },
    ],
  },
  {
    name: 'never-reconnects',
    summary: 'A terminal that lost its session does not dial again',
    invariant: 'LIVE',
    budget: 10,
    patches: [
      {
        file: 'actors/terminal-link.machine.ts',
        find: "after: { backOff: 'dialling' },",
        replace: '',
      },
    ],
  },
  {
    name: 'back-off-uncapped',
    summary: 'The wait before dialling again doubles without end',
    invariant: 'LIVE',
    budget: 100,
    patches: [
      {
        file: 'actors/terminal-link.machine.ts',
        find: 'Math.min(timeouts.backOffMaxMs, timeouts.backOffMinMs * 2 ** Math.max(0, failures - 1));',
        replace: 'timeouts.backOffMinMs * 2 ** Math.max(0, failures - 1);',
      },
    ],
  },
  {
    name: 'hello-without-timeout',
    summary: 'A terminal waits for ever for the answer to its hello',
    invariant: 'LIVE',
    budget: 100,
    patches: [
      {
        file: 'actors/terminal-link.machine.ts',
        find: `      after: { handshake: { target: 'backOff', actions: 'dropConnection' } },
    },
    confirm: {`,
        replace: `    },
    confirm: {`,
      },
    ],
  },
];
