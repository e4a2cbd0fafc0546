/**
 * Torture: bank and terminals are each killed many times at random moments under load, by SIGKILL, and started again on
 * their files. Afterwards nothing that was acknowledged is lost or doubled, cash and ledger agree, the audit verifies.
 *
 * An operation that was under way in a killed terminal process leaves no history: nobody knows what its customer saw.
 * The terminal's journal settles it all the same, and the books must close over it.
 *
 * @module
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { auditOpener } from '../../actors/node/audit-files.ts';
import { tellPeer } from '../../actors/node/ipc.ts';
import { terminalKeyPath, writeTerminalKey } from '../../actors/node/terminal-key-file.ts';
import { cashAccount, suspenseAccount } from '../../bank/model.ts';
import { SqliteStore } from '../../bank/sqlite/sqlite-store.ts';
import type { TerminalId } from '../../protocol/ids.ts';
import { type Finding, runChecks } from '../check/index.ts';
import { EmbeddedBank } from '../load/embedded-bank.ts';
import { CASSETTES } from '../load/fleet.ts';
import { readHistory } from '../load/history-file.ts';
import { LOAD_POLICY } from '../load/load-policy.ts';
import { type Provisioned, provision } from '../load/provision.ts';
import { Rng } from '../rng.ts';
import type { FleetTask, FromFleet, ToFleet } from './fleet-process.ts';

export interface TortureOptions {
  /** Kills of the bank, and as many of the terminals. */
  readonly kills: number;
  readonly terminals: number;
  readonly seed: string;
  /** Exists and is empty. */
  readonly directory: string;
  /** Everything must be over by then, ms; what is not by then is a failure. */
  readonly withinMs: number;
}

export interface TortureResult {
  readonly kills: { readonly bank: number; readonly terminals: number };
  readonly operations: number;
  readonly findings: readonly Finding[];
  /** Terminals whose cash is not what the ledger says, in words. */
  readonly cash: readonly string[];
}

/** Mean time between two kills, exponential: often in the middle of the work, sometimes while the other still starts. */
const PAUSE_MS = 1_200;
/** A process that is just being started again is killed as soon as it is there. */
const RETRY_MS = 20;
const FLEET_MODULE = new URL(
  `./fleet-process${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`,
  import.meta.url,
);

export async function torture(
  options: TortureOptions,
  onProgress: (text: string) => void,
): Promise<TortureResult> {
  const { directory, seed, terminals, kills } = options;
  const data = join(directory, 'bank');
  const own = await provision(data, { seed, terminals, accounts: 2 * terminals }, () => {});
  const deadline = deadlineAfter(options.withinMs);
  const killed = { bank: 0, terminals: 0 };
  const bank = new EmbeddedBank(
    { data, listen: '127.0.0.1:0', passwordCost: 'load-test', policy: LOAD_POLICY },
    {
      onFigures: () => {},
      onAlert: (text) => onProgress(`alert: ${text}`),
      onDied: ({ cause, how }) => {
        if (cause === 'planned') killed.bank++;
        else deadline.fail(new Error(`The bank died with ${how}`));
      },
      onRestarted: () => {},
      onLost: (message) => deadline.fail(new Error(message)),
    },
  );
  const historyPath = join(directory, 'history.jsonl');
  try {
    await bank.start();
    const fleet = new Fleet(taskOf(options, { own, address: bank.address, historyPath }), deadline.fail);
    fleet.start();
    const rng = new Rng(seed, 'torture');
    // In pairs, in either order: the two are often down together.
    for (let pair = 1; pair <= kills; pair++) {
      for (const kill of rng.ratio(1, 2)
        ? [() => bank.kill(), () => fleet.kill()]
        : [() => fleet.kill(), () => bank.kill()]) {
        await Promise.race([deadline.passed, pause(rng.exponential(PAUSE_MS))]);
        while (!kill()) await Promise.race([deadline.passed, pause(RETRY_MS)]);
      }
      onProgress(`killed ${pair} of ${kills} times each`);
    }
    const counted = await Promise.race([deadline.passed, fleet.drain()]);
    killed.terminals = fleet.killed;
    await bank.stop();
    return { kills: killed, ...verify(own, historyPath, counted) };
  } finally {
    deadline.clear();
    await bank.stop();
  }
}

/** The terminals' process, started again whenever it was killed. */
class Fleet {
  killed = 0;
  readonly #task: Omit<FleetTask, 'life'>;
  readonly #onBroken: (error: Error) => void;
  #child: ChildProcess | null = null;
  #life = 0;
  #drained: ((counted: Counted) => void) | null = null;

  constructor(task: Omit<FleetTask, 'life'>, onBroken: (error: Error) => void) {
    this.#task = task;
    this.#onBroken = onBroken;
  }

  start(): void {
    const child = fork(FLEET_MODULE, { serialization: 'advanced' });
    this.#child = child;
    child.on('message', (message: FromFleet) => {
      if (message.type === 'drained') this.#drained?.(message.counted);
    });
    child.once('exit', (code, signal) => {
      if (this.#child !== child) return;
      this.#child = null;
      if (code !== null && code !== 0)
        return this.#onBroken(new Error(`The terminals ended with exit code ${code}`));
      if (signal !== null) {
        this.killed++;
        this.start();
        if (this.#drained) this.#tell({ type: 'drain' });
      }
    });
    this.#tell({ type: 'begin', task: { ...this.#task, life: this.#life++ } });
  }

  /** False when there is no process just now. */
  kill(): boolean {
    // One that is dying already is not killed again.
    return this.#child !== null && !this.#child.killed && this.#child.kill('SIGKILL');
  }

  /** Lets everything settle, then ends the process. */
  async drain(): Promise<Counted> {
    const counted = await new Promise<Counted>((resolve) => {
      this.#drained = resolve;
      this.#tell({ type: 'drain' });
    });
    this.#child?.disconnect();
    return counted;
  }

  #tell(message: ToFleet): void {
    if (this.#child) tellPeer(this.#child, message);
  }
}

type Counted = readonly (readonly [TerminalId, string])[];

function taskOf(
  { seed, terminals, directory }: TortureOptions,
  { own, address, historyPath }: { own: Provisioned; address: string; historyPath: string },
): Omit<FleetTask, 'life'> {
  const keys = join(directory, 'terminals');
  mkdirSync(keys, { mode: 0o700 });
  for (const { terminal, keyId, kShared, kDispense } of own.terminals) {
    writeTerminalKey(terminalKeyPath(keys, terminal), {
      terminal,
      keyId,
      kShared: Buffer.from(kShared, 'hex'),
      kDispense: Buffer.from(kDispense, 'hex'),
      cassettes: CASSETTES,
    });
  }
  return {
    seed,
    directory: keys,
    address,
    plans: own.terminals,
    accounts: 2 * terminals,
    thinkMs: 5,
    historyPath,
    originNs: String(process.hrtime.bigint()),
  };
}

function verify(own: Provisioned, historyPath: string, counted: Counted): Omit<TortureResult, 'kills'> {
  const store = SqliteStore.open(own.directory.path);
  try {
    const image = store.load();
    const findings = runChecks({
      history: () => readHistory(historyPath),
      bank: {
        image,
        entries: () => store.entries(),
        txns: () => store.txns(),
        audit: () => store.audit(1),
        openAudit: auditOpener(own.directory.path),
      },
      expected: { vaultFunded: own.vaultFunded, accountsOpened: own.accountsOpened },
    });
    const ledger = (id: string) => image.accounts.find((row) => row.id === id)?.ledger ?? 0n;
    const cash = counted.flatMap(([terminal, digits]) => {
      const booked = ledger(cashAccount(terminal));
      const suspense = ledger(suspenseAccount(terminal));
      const off = booked - BigInt(digits);
      // What lies in suspense may have been paid or not: the books say that they do not know.
      return off < 0n || off > suspense
        ? [`${terminal} holds ${digits}, booked ${booked}, suspense ${suspense}`]
        : [];
    });
    let operations = 0;
    for (const { type } of readHistory(historyPath)) if (type === 'op') operations++;
    return { operations, findings, cash };
  } finally {
    store.close();
  }
}

function deadlineAfter(ms: number) {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  const timer = setTimeout(() => reject(new Error(`Expected to be done within ${ms} ms`)), ms);
  return { passed: promise, fail: reject, clear: () => clearTimeout(timer) };
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
