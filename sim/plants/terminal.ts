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
    budget: 250,
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
    name: 'advice-forgotten-at-restart',
    summary: 'A restart does not take up the advices that are in the journal',
    invariant: 'DISPENSE',
    budget: 200,
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
    budget: 1200,
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
  {
    name: 'bytes-are-life',
    summary: 'A terminal keeps a line on which it gets bytes and no frame',
    invariant: 'LIVE',
    budget: 600,
    patches: [
      {
        file: 'actors/terminal-link.ts',
        find: 'if (channel.accepted > accepted) this.#heardAtMs = nowMs;',
        replace: 'if (channel.accepted >= accepted) this.#heardAtMs = nowMs;',
      },
    ],
  },
  {
    name: 'late-approval-paid',
    summary: 'An approval that comes after the reversal was sent is paid all the same',
    invariant: 'REFINE',
    budget: 600,
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
    name: 'refused-notes-kept',
    summary: 'The notes of a deposit that was not booked are stored instead of given back',
    invariant: 'DISPENSE',
    budget: 20,
    patches: [
      {
        file: 'actors/device-commands.ts',
        find: "acceptor.giveBack((ok) => send({ type: 'device.returned', ok }));",
        replace: "acceptor.store(() => send({ type: 'device.returned', ok: true }));",
      },
    ],
  },
  {
    name: 'deposit-returned-unasked',
    summary: 'The notes of a deposit are given back when its answer is lost, and it is called failed',
    invariant: 'REFINE',
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
    name: 'completion-given-up',
    summary: 'A completion is dropped when the session is lost before it was acknowledged',
    invariant: 'DISPENSE',
    budget: 100,
    patches: [
      {
        file: 'actors/advice-queue.ts',
        find: "if (result === 'lost' || isPostponed(result)) this.#arm(",
        replace: `if (result === 'lost' && head.advice.type === 'complete') this.#items.shift();
      else if (result === 'lost' || isPostponed(result)) this.#arm(`,
      },
    ],
  },
  {
    name: 'paid-order-paid-again',
    summary: 'The nonce of an order stays good after its notes were stacked',
    invariant: 'DISPENSE',
    budget: 150,
    patches: [
      {
        file: 'terminals/dispenser.ts',
        find: '    this.#nonce = null;\n    if (!fresh',
        replace: '    if (!fresh',
      },
    ],
  },
  {
    name: 'unknown-dispense-reversed',
    summary: 'A withdrawal is reversed when nobody knows whether its notes came out',
    invariant: 'DISPENSE',
    budget: 60,
    patches: [
      {
        file: 'actors/withdrawal.machine.ts',
        find: 'advice: completion(txnId, amount, counts),',
        replace: "advice: counts === null ? reversal(txnId, 'hardware') : completion(txnId, amount, counts),",
      },
    ],
  },
];
