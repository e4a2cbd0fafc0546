/**
 * The bank: one mailbox that serialises balance updates and audit writes. Commands are decided in order of arrival,
 * committed in batches, and answered only after their own commit is durable (ARCHITECTURE "Bank actor"; rule 4 of the
 * house). A repeat of a transaction that is still uncommitted lands in the same or a later batch, so its answer, too,
 * leaves after the original is durable.
 *
 * @module
 */
import type { Actor } from 'xstate';
import { applyDecision, BatchBuilder } from '../bank/apply.ts';
import type { AuditTrail } from '../bank/audit/trail.ts';
import type { Command, Decision } from '../bank/commands.ts';
import { decide } from '../bank/decide/index.ts';
import type { BankState } from '../bank/state.ts';
import type { LedgerStore } from '../bank/store.ts';
import { invariant } from '../protocol/invariant.ts';
import type { AuditHead } from '../protocol/messages.ts';
import type { Clock, Entropy } from '../protocol/ports.ts';
import { type BankCommand, bankMachine } from './bank.machine.ts';
import { startActor } from './start.ts';

export interface BankActorDeps {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly store: Pick<LedgerStore, 'commit'>;
  readonly state: BankState;
  readonly trail: AuditTrail;
  /** Microseconds on any monotonic clock, for the figures of the commit. */
  readonly ticks: () => number;
  /** The bank cannot go on: a commit failed or a promise of our own code is broken. */
  onFatal(error: unknown): void;
  /** After the answers of a batch were handed out. */
  onCommitted(batch: { size: number; commitUs: number }): void;
  onAlert(text: string): void;
}

export interface BankActorOptions {
  /** Commands that may wait; more are refused as BUSY, advices never. @default 4096 */
  readonly mailboxMax?: number;
  /** Commands in one commit. @default 256 */
  readonly batchMax?: number;
}

export type Answer = (decision: Decision) => void;
interface Entry {
  readonly command: Command;
  readonly answer: Answer;
}

export class BankActor {
  readonly mailboxMax: number;
  readonly #deps: BankActorDeps;
  readonly #batchMax: number;
  readonly #chart: Actor<typeof bankMachine>;
  #mailbox: Entry[] = [];
  #taken = 0;
  #head: AuditHead;
  #onStopped: (() => void) | null = null;
  #failed = false;

  constructor(deps: BankActorDeps, options: BankActorOptions = {}) {
    this.#deps = deps;
    this.mailboxMax = options.mailboxMax ?? 4096;
    this.#batchMax = options.batchMax ?? 256;
    this.#head = headOf(deps.trail);
    this.#chart = startActor(bankMachine, {
      clock: deps.clock,
      id: 'bank',
      input: undefined,
      onError: (error) => this.#fail(error),
      onEmitted: (command) => this.#perform(command),
    });
  }

  get state(): BankState {
    return this.#deps.state;
  }

  /** Head of the audit trail as it is on disk. */
  get head(): AuditHead {
    return this.#head;
  }

  get mailboxDepth(): number {
    return this.#mailbox.length - this.#taken;
  }

  /**
   * Puts a command into the mailbox; `answer` is called once its effects are durable. Returns false when the mailbox is
   * full and the command may be refused: nothing then happens and `answer` is not called.
   */
  submit(command: Command, answer: Answer): boolean {
    if (this.#failed) return false;
    if (this.mailboxDepth >= this.mailboxMax && isSheddable(command)) return false;
    this.#mailbox.push({ command, answer });
    this.#chart.send({ type: 'mailbox.filled' });
    return true;
  }

  /** Decides and commits what is in the mailbox, then calls `done`. */
  stop(done: () => void): void {
    this.#onStopped = done;
    this.#chart.send({ type: 'bank.stop' });
  }

  #perform(command: BankCommand): void {
    switch (command.type) {
      case 'awaitTurn':
        this.#deps.clock.setTimeout(() => this.#chart.send({ type: 'clock.turned' }), 0);
        break;
      case 'commitBatch':
        this.#commitBatch();
        break;
      case 'announceStopped':
        this.#onStopped?.();
        break;
      case 'announceFailed':
        break;
    }
  }

  #commitBatch(): void {
    const entries = this.#take();
    const builder = new BatchBuilder();
    const decisions = entries.map(({ command }) => this.#decide(command, builder));
    const batch = builder.build();
    const startedUs = this.#deps.ticks();
    this.#deps.store.commit(batch, (error) => {
      if (error !== null) {
        this.#fail(error);
        this.#chart.send({ type: 'store.failed' });
        return;
      }
      const commitUs = this.#deps.ticks() - startedUs;
      this.#deps.state.committed(batch);
      this.#head = headOf(this.#deps.trail);
      for (const [index, entry] of entries.entries()) {
        const decision = decisions[index];
        invariant(decision !== undefined, 'every command of a batch has a decision');
        entry.answer(decision);
      }
      this.#deps.onCommitted({ size: entries.length, commitUs });
      this.#chart.send({ type: 'store.committed', mailboxEmpty: this.mailboxDepth === 0 });
    });
  }

  #decide(command: Command, builder: BatchBuilder): Decision {
    const { state, trail, clock, entropy } = this.#deps;
    const nowMs = clock.now();
    const decision = decide(state, command, nowMs);
    if (decision.alert !== undefined) this.#deps.onAlert(decision.alert);
    const audit = decision.audit ? trail.seal(decision.audit, nowMs, entropy.bytes(16, 'audit iv')) : null;
    builder.add(applyDecision(state, decision, audit?.seq ?? 0), audit);
    return decision;
  }

  #take(): Entry[] {
    const to = Math.min(this.#mailbox.length, this.#taken + this.#batchMax);
    const entries = this.#mailbox.slice(this.#taken, to);
    this.#taken = to;
    if (this.#taken === this.#mailbox.length) {
      this.#mailbox = [];
      this.#taken = 0;
    }
    return entries;
  }

  #fail(error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#deps.onFatal(error);
  }
}

/** Advices and the second halves of what has begun are never refused for load. */
function isSheddable(command: Command): boolean {
  if (command.type !== 'request') return command.type === 'loginBegin' || command.type === 'passwordBegin';
  return command.request.type !== 'complete' && command.request.type !== 'reverse';
}

const headOf = ({ head }: AuditTrail): AuditHead => ({
  seq: head.seq,
  head: Buffer.from(head.hash).toString('hex'),
});
