/**
 * Production links and bank sessions over the simulated network with the adversary in between, and no bank behind: each
 * inquiry is answered with words that fit it alone, so that whatever is believed can be held against what was said.
 *
 * @module
 */
import { BankSession, type SessionHost } from '../../actors/bank-session.ts';
import { SESSION_TIMEOUTS } from '../../actors/server-session.machine.ts';
import { LINK_TIMEOUTS } from '../../actors/terminal-link.machine.ts';
import { SecureLink } from '../../actors/terminal-link.ts';
import { decodeRequest } from '../../protocol/decode.ts';
import { encodeBankMessage } from '../../protocol/encode.ts';
import { WindowedHelloGuard } from '../../protocol/hello-guard.ts';
import type { TerminalId, TxnId } from '../../protocol/ids.ts';
import type { Entropy } from '../../protocol/ports.ts';
import { ServerChannel } from '../../protocol/server-channel.ts';
import { Rng } from '../../sim/rng.ts';
import { Byzantine } from '../../sim/world/byzantine.ts';
import type { ByzantineMark } from '../../sim/world/byzantine-marks.ts';
import { type Chance, Decisions } from '../../sim/world/decisions.ts';
import { Kernel, Life } from '../../sim/world/kernel.ts';
import { SimNet } from '../../sim/world/network.ts';

export interface BenchOptions {
  readonly seed: string;
  readonly chances: Readonly<Record<string, Chance>>;
  readonly suites?: readonly number[];
  /** Virtual time with faults. @default 10 */
  readonly minutes?: number;
}

export interface BenchRun {
  readonly marks: ReadonlyMap<ByzantineMark, number>;
  readonly breaches: readonly string[];
  /** Executed or believed though nobody said it, or a second time. */
  readonly wrongs: readonly string[];
  readonly fired: number;
  /** Answers each terminal believed, before and after the faults. */
  readonly answers: { readonly during: readonly number[]; readonly after: readonly number[] };
  /** Everything said of tricks, and every byte that arrived: two runs of a seed give the same. */
  readonly trace: readonly string[];
}

const TERMINALS = ['ATM-001', 'ATM-002', 'ATM-003'] as TerminalId[];
const KEY_ID = 7;
const MINUTE_US = 60_000_000;
const RESTART_US = 2.5 * MINUTE_US;
/** Requests after which a terminal hangs up and dials anew. */
const SESSION_REQUESTS = 12;

export function runBench({ seed, chances, suites, minutes = 10 }: BenchOptions): BenchRun {
  const kernel = new Kernel(seed);
  const trace: string[] = [];
  const wrongs: string[] = [];
  const breaches: string[] = [];
  const marks = new Map<ByzantineMark, number>();
  const decisions = new Decisions({
    seed,
    chances,
    only: null,
    nowUs: () => kernel.nowUs,
    onFired: ({ key }) => trace.push(`fault ${key}`),
  });
  const net = new SimNet(
    {
      kernel,
      decisions,
      rng: new Rng(seed, 'net'),
      trace: { emit: (...words) => trace.push(`${kernel.nowUs} ${JSON.stringify(words)}`) },
      observe: () => {},
      onMark: () => {},
    },
    { delayUsMin: 1_000, delayUsMean: 5_000 },
  );
  net.middle = new Byzantine({
    kernel,
    decisions,
    reach: net.reach,
    onMark: (mark) => marks.set(mark, (marks.get(mark) ?? 0) + 1),
    onBreach: (text) => breaches.push(text),
    onTrace: (text) => trace.push(text),
  });
  const issued = new Map<string, TerminalId>();
  const executed = new Set<string>();
  const onRequest = (terminal: TerminalId, txnId: string) => {
    if (issued.get(txnId) !== terminal) wrongs.push(`${terminal} never asked for ${txnId}`);
    if (executed.has(txnId)) wrongs.push(`${txnId} was executed twice`);
    executed.add(txnId);
  };
  const onError = (error: unknown) => void wrongs.push(String(error));
  serve({ kernel, net, seed, onRequest, onError });
  const visitors = TERMINALS.map((terminal) =>
    visit({ kernel, net, seed, terminal, issued, wrongs, ...(suites && { suites }) }),
  );
  const until = (us: number) => {
    while (kernel.step(us));
  };
  until(minutes * MINUTE_US);
  const during = visitors.map(({ answers }) => answers());
  decisions.healed = true;
  net.heal();
  until((minutes + 3) * MINUTE_US);
  const after = visitors.map(({ answers }, i) => answers() - (during[i] ?? 0));
  return { marks, breaches, wrongs, fired: decisions.fired.length, answers: { during, after }, trace };
}

interface Ground {
  readonly kernel: Kernel;
  readonly net: SimNet;
  readonly seed: string;
}

const keyOf = (seed: string, terminal: TerminalId) => new Rng(seed, `key of ${terminal}`).bytes(32);

function entropyOf(seed: string, name: string): Entropy {
  const rng = new Rng(seed, name);
  return { bytes: (n) => rng.bytes(n) };
}

/** A bank that is killed and started again every few minutes. */
function serve({
  kernel,
  net,
  seed,
  onRequest,
  onError,
}: Ground & {
  onRequest: (terminal: TerminalId, txnId: string) => void;
  onError: (error: unknown) => void;
}): void {
  let lives = 0;
  const start = () => {
    const life = new Life(`bank ${++lives}`);
    const guard = new WindowedHelloGuard();
    const entropy = entropyOf(seed, life.name);
    const keys = {
      lookup: (terminal: TerminalId, keyId: number) =>
        TERMINALS.includes(terminal) && keyId === KEY_ID ? { kShared: keyOf(seed, terminal) } : null,
    };
    const host: SessionHost = {
      clock: kernel.clockOf(life),
      timeouts: SESSION_TIMEOUTS,
      onError,
      onHalfOpen: () => {},
      onEstablished: () => {},
      onIncident: () => {},
      onClosed: () => {},
      onMessage: (session, bytes) => {
        const decoded = decodeRequest(bytes);
        if (!decoded.ok || session.terminal === null) return onError('a message that cannot be read');
        const { rid } = decoded.message;
        if (decoded.message.type !== 'inquiry') return onError('a message that nobody sends');
        const { txnId } = decoded.message;
        onRequest(session.terminal, txnId);
        const audit = { seq: 1, head: `${txnId}${txnId}` };
        session.queue(
          encodeBankMessage({ type: 'reply', rid, code: 'ORIGINAL_NOT_FOUND', state: 'none', audit }),
        );
      },
    };
    net.listen(
      life,
      (conn) => new BankSession(host, conn, new ServerChannel({ entropy, keys, guard })).handlers,
    );
    kernel.schedule(kernel.world, RESTART_US, () => {
      life.end();
      kernel.schedule(kernel.world, 2_000_000, start);
    });
  };
  start();
}

/** A terminal that asks one thing after the other. */
function visit({
  kernel,
  net,
  seed,
  terminal,
  issued,
  wrongs,
  suites,
}: Ground & {
  readonly terminal: TerminalId;
  readonly issued: Map<string, TerminalId>;
  readonly wrongs: string[];
  readonly suites?: readonly number[];
}): { answers: () => number } {
  const life = new Life(terminal);
  const clock = kernel.clockOf(life);
  const rng = new Rng(seed, `thoughts of ${terminal}`);
  let answers = 0;
  let requests = 0;
  const later = () => void kernel.schedule(life, 200_000 + rng.below(3_000_000), ask);
  const ask = () => {
    if (!link.up) return later();
    if (++requests % SESSION_REQUESTS === 0) {
      link.stop(() => link.start());
      return later();
    }
    const txnId = Buffer.from(rng.bytes(16)).toString('hex') as TxnId;
    issued.set(txnId, terminal);
    let isPending = true;
    link.request({ type: 'inquiry', txnId }, (reply) => {
      if (!isPending) return;
      isPending = false;
      if (reply !== 'lost') answers++;
      if (reply !== 'lost' && reply.audit.head !== `${txnId}${txnId}`)
        wrongs.push(`${txnId} was answered falsely`);
    });
    later();
  };
  const link: SecureLink = new SecureLink(
    {
      clock,
      entropy: entropyOf(seed, terminal),
      net: net.netOf(life, terminal),
      onError: (error) => wrongs.push(String(error)),
    },
    {
      address: 'bank:1',
      terminal,
      keyId: KEY_ID,
      kShared: keyOf(seed, terminal),
      timeouts: { ...LINK_TIMEOUTS, rekeyMs: 8_000 },
      ...(suites && { suites }),
    },
    { onUp: () => {}, onDown: () => {}, onPush: () => {} },
  );
  link.start();
  later();
  return { answers: () => answers };
}
