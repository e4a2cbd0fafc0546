/**
 * An ATM in the simulated world: the production host and link on a journal, devices and keys that outlive its power
 * losses.
 *
 * @module
 */
import { TIMEOUTS_DEFAULT } from '../../actors/operation.ts';
import { TerminalHost } from '../../actors/terminal-host.ts';
import { LINK_TIMEOUTS, type LinkTimeouts } from '../../actors/terminal-link.machine.ts';
import { SecureLink } from '../../actors/terminal-link.ts';
import type { LinkEvents, Outgoing, TerminalLink } from '../../actors/terminal-link-port.ts';
import { verifyDispenseToken } from '../../protocol/dispense-token.ts';
import type { TerminalId, TxnId } from '../../protocol/ids.ts';
import { invariant } from '../../protocol/invariant.ts';
import { kDispense, kShared } from '../../protocol/key-schedule.ts';
import type { Cents } from '../../protocol/money.ts';
import type { Net } from '../../protocol/ports.ts';
import { type Cassette, newCassettes, totalCash } from '../../terminals/cassettes.ts';
import type { JournalEntry } from '../../terminals/journal.ts';
import { Rng } from '../rng.ts';
import { type CashTruth, type DeviceMemory, devicesOf } from './devices.ts';
import { Life } from './kernel.ts';
import { entropyOf, type Surroundings } from './party.ts';
import { Rogue } from './rogue.ts';
import { simJournal } from './sim-journal.ts';

/** A run's sessions live for minutes, not hours: keys are renewed often enough to be seen, more seldom than echoes. */
const HURRIED: LinkTimeouts = { ...LINK_TIMEOUTS, echoMs: 10_000, rekeyMs: 12_000 };

export interface AtmKey {
  readonly keyId: number;
  readonly baseKey: Uint8Array;
}

export interface AtmOptions {
  readonly terminal: TerminalId;
  readonly cassettes: Parameters<typeof newCassettes>[0];
  readonly suites: readonly number[];
  /** What its clock is ahead of the true time. */
  readonly skewMs: number;
  /** Its link has the timers of a real one. */
  readonly isPatient: boolean;
  readonly key: AtmKey;
}

export interface AtmEvents {
  /** It lost its power: what it was doing has no result. */
  onPowerLoss(): void;
  /** A request was handed to the link. */
  onIssued(request: Outgoing): void;
}

interface AtmProcess {
  readonly life: Life;
  readonly host: TerminalHost;
  readonly link: SecureLink;
}

export class AtmNode {
  readonly terminal: TerminalId;
  /** Cash it was loaded with. */
  readonly loaded: Cents;
  readonly truth: CashTruth = new Map();
  readonly journal: JournalEntry[] = [];
  key: AtmKey;
  skewMs: number;
  running: AtmProcess | null = null;
  readonly #around: Surroundings;
  readonly #options: AtmOptions;
  readonly #events: AtmEvents;
  readonly #memory: DeviceMemory;
  readonly #rng: Rng;
  #lives = 0;

  constructor(around: Surroundings, options: AtmOptions, events: AtmEvents) {
    const { terminal, cassettes, key, skewMs } = options;
    this.#around = around;
    this.#options = options;
    this.#events = events;
    this.terminal = terminal;
    this.key = key;
    this.skewMs = skewMs;
    this.#memory = { cassettes: newCassettes(cassettes), dispenser: null, acceptor: null };
    this.loaded = totalCash(this.#memory.cassettes);
    this.#rng = new Rng(around.seed, `devices of ${terminal}`);
  }

  get cassettes(): readonly Cassette[] {
    return this.#memory.cassettes;
  }

  /** Notes that wait in the escrow: the customer's, still. */
  get inEscrow(): TxnId | null {
    return this.#memory.acceptor?.escrow?.txnId ?? null;
  }

  /** Cash in cassettes and reject bins. */
  counted(): Cents {
    return totalCash(this.#memory.cassettes);
  }

  start(): void {
    invariant(this.running === null, 'a terminal that runs is not started');
    const { kernel, decisions, trace, net, observe, onMark, onInternal } = this.#around;
    const { terminal, suites } = this.#options;
    const life = new Life(`${terminal} ${++this.#lives}`);
    const clock = kernel.clockOf(life, this.skewMs);
    const entropy = entropyOf(this.#around, life, terminal);
    const rng = this.#rng;
    const owner = { terminal, keyId: this.key.keyId };
    const tokenKey = kDispense(this.key.baseKey, owner);
    const onError = (error: unknown) => onInternal(terminal, error);
    trace.emit(terminal, 'start', life.name);
    observe({ type: 'started', life: life.name });
    const devices = devicesOf(
      {
        kernel,
        decisions,
        rng,
        terminal,
        life,
        entropy,
        truth: this.truth,
        onMark,
        verifyToken: (order) => verifyDispenseToken(tokenKey, { ...order, terminal }, order.token),
      },
      this.#memory,
    );
    const onPowerLoss = (when: string) => this.losePower(when);
    let link: SecureLink | null = null;
    const host = new TerminalHost(
      {
        clock,
        entropy,
        ticks: () => kernel.nowUs,
        journal: simJournal({ kernel, decisions, rng, terminal, life, trace, onPowerLoss }, this.journal),
        ...devices,
        onError,
        link: (events) => {
          const wired = this.#link({ life, clock, entropy, net: net.netOf(life, terminal) }, events, suites);
          link = wired.link;
          return wired.port;
        },
      },
      { terminal, cassettes: this.#memory.cassettes, timeouts: TIMEOUTS_DEFAULT },
    );
    invariant(link !== null, 'the host makes its link');
    this.running = { life, host, link };
    life.atEnd(() => {
      this.running = null;
    });
    host.recover();
    // Recovery may have met the next power loss.
    if (life.alive) (link as SecureLink).start();
  }

  losePower(when: string): void {
    const { running } = this;
    if (!running) return;
    const { trace, observe, onMark } = this.#around;
    if (running.host.openAdvices > 0) onMark('power lost with advices queued');
    trace.emit(this.terminal, 'power-loss', `${running.life.name} ${when}`);
    observe({ type: 'ended', life: running.life.name, clean: false });
    running.host.stop();
    running.life.end();
    this.#events.onPowerLoss();
  }

  /** Ends the session with Close, then the process. */
  stop(done: () => void): void {
    const { running } = this;
    if (!running) return done();
    running.link.stop(() => {
      if (!running.life.alive) return;
      running.host.stop();
      this.#around.trace.emit(this.terminal, 'stop', running.life.name);
      this.#around.observe({ type: 'ended', life: running.life.name, clean: true });
      running.life.end();
      done();
    });
  }

  /** The production link, with what goes in and comes out told to the checks. */
  #link(
    deps: {
      life: Life;
      clock: ReturnType<Surroundings['kernel']['clockOf']>;
      entropy: ReturnType<typeof entropyOf>;
      net: Net;
    },
    events: LinkEvents,
    suites: readonly number[],
  ): { readonly link: SecureLink; readonly port: TerminalLink } {
    const { observe, onInternal } = this.#around;
    const { terminal } = this;
    const { keyId, baseKey } = this.key;
    const { net, line } = watchedNet(deps.net);
    const link = new SecureLink(
      { clock: deps.clock, entropy: deps.entropy, net, onError: (error) => onInternal(terminal, error) },
      {
        address: 'bank:1',
        terminal,
        keyId,
        kShared: kShared(baseKey, { terminal, keyId }),
        suites,
        timeouts: this.#options.isPatient ? LINK_TIMEOUTS : HURRIED,
      },
      {
        onUp: () => {
          observe({ type: 'established', side: 'terminal', line: line(), terminal, keyId });
          events.onUp();
        },
        onDown: () => events.onDown(),
        onPush: (push) => events.onPush(push),
      },
    );
    const rogue = new Rogue(this.#around, terminal, link);
    const port: TerminalLink = {
      get up() {
        return link.up;
      },
      get connecting() {
        return link.connecting;
      },
      request: (request, done) => {
        observe({ type: 'issued', terminal, request });
        this.#events.onIssued(request);
        const isMoney = 'txnId' in request && request.type !== 'login';
        if (isMoney) this.#around.net.inDoubt.add(terminal);
        link.request(request, (reply) => {
          if (isMoney) this.#around.net.inDoubt.delete(terminal);
          observe({ type: 'believed', terminal, request, reply });
          if (reply !== 'lost' && reply.code === 'APPROVED') rogue.after(request);
          done(reply);
        });
      },
    };
    return { link, port };
  }
}

/** The line that was dialled last: the one a session that comes up is on. */
function watchedNet(net: Net): { readonly net: Net; readonly line: () => string } {
  let last = '';
  return {
    net: {
      dial(address, handlers) {
        const conn = net.dial(address, handlers);
        last = conn.remote;
        return conn;
      },
    },
    line: () => last,
  };
}
