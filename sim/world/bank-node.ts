/**
 * The bank in the simulated world: the production actor, server, router and audit trail on a disk and a key ring that
 * outlive its processes. It dies of crashes and of a failing disk, and is started again by the operator.
 *
 * @module
 */
import { type Answer, BankActor, type BankActorDeps } from '../../actors/bank-actor.ts';
import { BankServer } from '../../actors/bank-server.ts';
import { sweepHolds } from '../../actors/hold-sweep.ts';
import { type BaseKeys, terminalKeys, tokenMaker } from '../../actors/terminal-keys.ts';
import { type AuditKey, AuditTrail } from '../../bank/audit/trail.ts';
import type { Command, Decision } from '../../bank/commands.ts';
import type { BankPolicy } from '../../bank/policy.ts';
import { BankState } from '../../bank/state.ts';
import type { LedgerStore } from '../../bank/store.ts';
import { WindowedHelloGuard } from '../../protocol/hello-guard.ts';
import type { PasswordHash } from '../../protocol/ports.ts';
import type { Observation } from '../check/observation.ts';
import type { Rng } from '../rng.ts';
import type { SimDisk } from './disk.ts';
import { Life } from './kernel.ts';
import { entropyOf, type Surroundings } from './party.ts';

export interface BankNodeOptions {
  readonly disk: SimDisk;
  readonly keys: BaseKeys;
  readonly auditKey: AuditKey;
  readonly policy: BankPolicy;
  readonly mailboxMax: number;
  /** Of how long passwords take. */
  readonly rng: Rng;
  /** Its process is gone, and not because it was stopped. */
  readonly onDied: () => void;
}

export interface BankProcess {
  readonly life: Life;
  readonly actor: BankActor;
  readonly server: BankServer;
  /** Answers what is under way, closes every session, commits. */
  stop(done: () => void): void;
}

/** Virtual time a password takes, µs. */
const HASH_US = { min: 5_000, mean: 20_000 };

export class BankNode {
  readonly #around: Surroundings;
  readonly #options: BankNodeOptions;
  #lives = 0;
  /** Null while it is down. */
  running: BankProcess | null = null;

  constructor(around: Surroundings, options: BankNodeOptions) {
    this.#around = around;
    this.#options = options;
  }

  /** Opens the bank on its disk, as a first start or after a crash, and serves. */
  start(): void {
    const { kernel, trace, net, observe, onInternal, onMark } = this.#around;
    const { disk, keys, auditKey, policy, mailboxMax } = this.#options;
    const life = new Life(`bank ${++this.#lives}`);
    const clock = kernel.clockOf(life);
    const entropy = entropyOf(this.#around, life, null);
    trace.emit('bank', 'start', life.name);
    observe({ type: 'started', life: life.name });
    const store = disk.open(life, () => this.crash('while a commit was under way'));
    observe({ type: 'recovered', life: life.name, store });
    const state: BankState = BankState.open({
      store,
      nowMs: clock.now(),
      policy,
      tokenFor: tokenMaker(keys, () => state),
    });
    let server: BankServer | null = null;
    const actor = new ObservedBank(
      observe,
      {
        clock,
        entropy,
        store,
        state,
        trail: new AuditTrail({ key: auditKey, head: store.load().auditHead }),
        ticks: () => kernel.nowUs,
        onFatal: (error) => {
          if (disk.isFault(error)) this.crash(`of its disk: ${error.message}`);
          else onInternal('bank', error);
        },
        onAlert: (text) => trace.emit('bank', 'alert', text),
        onCommitted: ({ size }) => {
          server?.flush();
          this.#gauge();
          if (size > 1) onMark('several commands in one commit');
        },
      },
      { mailboxMax },
    );
    server = new BankServer({
      clock,
      entropy,
      bank: actor,
      keys: terminalKeys(keys, state),
      guard: new WindowedHelloGuard(),
      passwords: this.#passwords(life),
      onError: (error) => onInternal('bank', error),
      onIncident: (text) => trace.emit('bank', 'incident', text),
      onEstablished: ({ remote, terminal, keyId }) =>
        observe({ type: 'established', side: 'bank', line: lineOf(remote), terminal, keyId }),
    });
    const running = server;
    const stopSweeping = sweepHolds({ clock, bank: actor, server: running });
    life.atEnd(() => {
      this.running = null;
    });
    net.listen(life, running.accept);
    this.running = {
      life,
      actor,
      server: running,
      stop: (done) => {
        net.close();
        stopSweeping();
        running.stop(() =>
          actor.stop(() => {
            store.close();
            trace.emit('bank', 'stop', life.name);
            observe({ type: 'ended', life: life.name, clean: true });
            life.end();
            done();
          }),
        );
      },
    };
  }

  /** The process is gone at once. */
  crash(why: string): void {
    const { running } = this;
    if (!running) return;
    const { trace, observe, onMark } = this.#around;
    const { server, life } = running;
    if (server.sessions.open > server.sessions.established) onMark('bank died in mid-handshake');
    trace.emit('bank', 'crash', `${life.name} ${why}`);
    observe({ type: 'ended', life: life.name, clean: false });
    life.end();
    this.#options.onDied();
  }

  /** An operator's command; not answered when the bank dies first. False when it is down. */
  ask(command: Command, answer: (decision: Decision) => void): boolean {
    return this.running?.actor.submit(command, answer) ?? false;
  }

  #gauge(): void {
    const { observe } = this.#around;
    const { running } = this;
    if (!running) return;
    const { actor, server } = running;
    observe({ type: 'gauge', name: 'mailbox', value: actor.mailboxDepth, max: actor.mailboxMax + 1_000 });
    observe({ type: 'gauge', name: 'connections', value: server.sessions.open, max: 20_000 });
    // One batch is under way at a time: what was decided is committed now, all of it.
    observe({ type: 'gauge', name: 'overlay', value: actor.state.overlay.size, max: 0 });
  }

  #passwords(life: Life): PasswordHash {
    const { kernel } = this.#around;
    const { rng } = this.#options;
    const later = (fn: () => void) => kernel.schedule(life, HASH_US.min + rng.exponential(HASH_US.mean), fn);
    return {
      hash: (password, done) => void later(() => done(encodedPassword(password))),
      verify: (password, encoded, done) => void later(() => done(encoded === encodedPassword(password))),
    };
  }
}

/** Slow hashing is not what a simulation is for: the encoding only has to be one. */
export const encodedPassword = (password: string): string => `$plain$${password}`;

/** `ATM-001:17` is the bank's end of line 17. */
const lineOf = (remote: string): string => `L${remote.slice(remote.lastIndexOf(':') + 1)}`;

/** The production actor, with what goes in and comes out told to the checks. */
class ObservedBank extends BankActor {
  readonly #observe: (observation: Observation) => void;

  /** Accepted and not answered, in order. */
  readonly #open: Command[] = [];

  constructor(
    observe: (observation: Observation) => void,
    deps: BankActorDeps,
    options: { readonly mailboxMax: number },
  ) {
    const store = {
      commit: (...args: Parameters<LedgerStore['commit']>) => {
        const commands = this.#open.slice(0, this.#open.length - this.mailboxDepth);
        observe({ type: 'committing', commands, nowMs: deps.clock.now() });
        deps.store.commit(...args);
      },
    };
    super({ ...deps, store }, options);
    this.#observe = observe;
  }

  override submit(command: Command, answer: Answer): boolean {
    this.#observe({ type: 'submitted', command });
    const accepted = super.submit(command, (decision) => {
      this.#open.shift();
      this.#observe({ type: 'decided', command, decision });
      answer(decision);
    });
    if (accepted) this.#open.push(command);
    return accepted;
  }
}
