/**
 * Bugs planted where answers meet the disk: the bank actor's commits, what a restart reads back, the log.
 *
 * @module
 */
import type { Plant } from './plant.ts';

export const DURABILITY_PLANTS: readonly Plant[] = [
  {
    name: 'repeat-answered-early',
    summary: 'A repeat is answered while its original is still on the way to the disk',
    invariant: 'LINEAR',
    orElse: 'DURABLE',
    budget: 400,
    patches: [
      {
        file: 'actors/bank-actor.ts',
        find: '    this.#mailbox.push({ command, answer });',
        replace: `    const { overlay } = this.#deps.state;
    if (command.type === 'request' && 'txnId' in command.request) {
      if (overlay.has(\`\${command.origin.terminal}/\${command.request.txnId}\`)) {
        answer({ ...decide(this.#deps.state, command, this.#deps.clock.now()), audit: null });
        return true;
      }
    }
    this.#mailbox.push({ command, answer });`,
      },
    ],
  },
  {
    name: 'torn-tail-trusted',
    summary: 'Recovery takes half a record for a whole one when it begins with balances',
    invariant: 'ATOMIC',
    budget: 200,
    patches: [
      {
        file: 'sim/world/wal.ts',
        find: '(record) => !isWhole(record)',
        replace: '(record) => !isWhole(record) && record.batch.accounts.length === 0',
      },
    ],
  },
  {
    name: 'ack-before-sync',
    summary: 'Answers leave when a batch is handed to the disk, not when it is durable',
    invariant: 'DURABLE',
    budget: 60,
    patches: [
      {
        file: 'actors/bank-actor.ts',
        find: 'const startedUs = this.#deps.ticks();',
        replace: `const startedUs = this.#deps.ticks();
    this.#head = headOf(this.#deps.trail);
    for (const [index, entry] of entries.entries()) entry.answer(decisions[index] as Decision);`,
      },
      { file: 'actors/bank-actor.ts', find: '        entry.answer(decision);\n', replace: '' },
      {
        file: 'actors/bank-session.ts',
        find: 'if (this.established && !this.#closed) this.#outbox.push(message);',
        replace: `if (this.established && !this.#closed) this.#outbox.push(message);
    this.flush();`,
      },
    ],
  },
  {
    name: 'dedup-only-in-memory',
    summary: 'Deposits and transfers are remembered until the bank stops, and not looked up on the disk',
    invariant: 'ONCE',
    budget: 100,
    patches: [
      {
        file: 'bank/state.ts',
        find: `this.open.get(terminal)?.get(txnId) ??
      this.store.transaction(terminal, txnId)`,
        replace: `this.open.get(terminal)?.get(txnId) ??
      (this as any).finished?.get(txnKey(terminal, txnId)) ??
      [this.store.transaction(terminal, txnId)].find(
        (row) => row?.state !== 'posted' || (row.kind !== 'deposit' && row.kind !== 'transfer'),
      )`,
      },
      {
        file: 'bank/state.ts',
        find: 'if (this.overlay.get(key) === row) this.overlay.delete(key);',
        replace: `if (this.overlay.get(key) !== row) continue;
      this.overlay.delete(key);
      ((this as any).finished ??= new Map()).set(key, row);`,
      },
    ],
  },
  {
    name: 'decided-rows-kept',
    summary: 'Transactions stay in memory after they are on the disk',
    invariant: 'BOUND',
    budget: 5,
    patches: [
      {
        file: 'bank/state.ts',
        find: 'if (this.overlay.get(key) === row) this.overlay.delete(key);',
        replace: '',
      },
    ],
  },
];
