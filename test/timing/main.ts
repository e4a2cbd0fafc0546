/**
 * `npm run timing [-- CASE…] [--samples N]`: whether the time of a refusal tells what was wrong. Each case mixes two
 * kinds of input at random and compares their times; the control, a comparison that stops at the first difference, must be
 * found. Exit 1 when a case leaks or the control does not.
 *
 * @module
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { parseArgs } from 'node:util';
import { systemEntropy } from '../../actors/node/entropy.ts';
import { createPasswordHash } from '../../actors/node/password-hash.ts';
import { terminalKeys } from '../../actors/terminal-keys.ts';
import type { BankState } from '../../bank/state.ts';
import { ClientChannel } from '../../protocol/client-channel.ts';
import { FRAME_TYPES } from '../../protocol/frame.ts';
import { WindowedHelloGuard } from '../../protocol/hello-guard.ts';
import type { TerminalId } from '../../protocol/ids.ts';
import { kShared } from '../../protocol/key-schedule.ts';
import { Opener, plaintextArea, Sealer } from '../../protocol/seal.ts';
import { ServerChannel } from '../../protocol/server-channel.ts';
import { sent } from '../helpers/channels.ts';
import { median, sample, T_MAX, welch } from './welch.ts';

interface Case {
  /** Kinds 0 and 1. */
  readonly kinds: readonly [string, string];
  readonly samples: number;
  readonly leaks?: true;
  /** Makes ready, then gives the measurement, ns. */
  begin(): Promise<(kind: 0 | 1) => number | Promise<number>>;
}

const CASES: Readonly<Record<string, Case>> = {
  terminal: { kinds: ['unknown terminal', 'bad binder'], samples: 100_000, begin: hellos },
  mac: { kinds: ['tag wrong at its first byte', 'at its last'], samples: 100_000, begin: tags },
  password: { kinds: ['unknown user', 'wrong password'], samples: 1_000, begin: passwords },
  control: {
    ...{ kinds: ['first byte differs', 'last byte differs'], samples: 100_000, leaks: true },
    begin: earlyExit,
  },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { samples: { type: 'string' }, seed: { type: 'string', default: 'timing' } },
});
let good = true;
const chosen = Object.entries(CASES).filter(
  ([name]) => positionals.length === 0 || positionals.includes(name),
);
for (const [name, one] of chosen) {
  const count = values.samples === undefined ? one.samples : Number(values.samples);
  const samples = await sample(count, values.seed, await one.begin());
  const t = welch(samples);
  const isRight = Math.abs(t) < T_MAX !== (one.leaks === true);
  good = good && isRight;
  const medians = samples.map((each) => `${(median(each) / 1000).toFixed(2)} µs`).join(' and ');
  const limit = one.leaks ? `must be beyond ${T_MAX}` : `must be within ${T_MAX}`;
  process.stdout.write(
    `${isRight ? 'ok ' : 'BAD'} ${name}: t = ${t.toFixed(2)} (${limit}); ${one.kinds.join(' against ')}, ${medians}, 2 x ${count}\n`,
  );
}
process.exitCode = good && chosen.length > 0 ? 0 : 1;

function timed(work: () => void): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start);
}

/** A bank's channel from the hello to its Alert, with the bank's own lookup of keys. */
async function hellos() {
  const entropy = systemEntropy();
  const base = { id: 1, key: randomBytes(32) };
  const known = 'ATM-0001' as TerminalId;
  const stranger = 'ATM-0002' as TerminalId;
  const row = { id: known, keyIds: [1], revoked: false };
  const state = { terminals: new Map([[known, row]]) } as unknown as BankState;
  const keys = terminalKeys({ baseKeys: new Map([[1, base]]), baseKey: base }, state);
  const guard = new WindowedHelloGuard();
  const nowMs = Date.now();
  const helloOf = (terminal: TerminalId, key: Uint8Array) =>
    sent(new ClientChannel({ entropy }, { terminal, keyId: 1, kShared: key }).start(nowMs));
  const frames = [
    helloOf(stranger, kShared(base.key, { terminal: stranger, keyId: 1 })),
    helloOf(known, randomBytes(32)),
  ] as const;
  return (kind: 0 | 1) => {
    const channel = new ServerChannel({ entropy, keys, guard });
    const bytes = Buffer.from(frames[kind]);
    return timed(() => channel.receive(bytes, nowMs));
  };
}

/** Opening a record of 256 bytes. */
async function tags() {
  const keys = { enc: randomBytes(16), mac: randomBytes(32) };
  plaintextArea.fill(1, 0, 256);
  const good = new Sealer(systemEntropy(), keys).seal({ type: FRAME_TYPES.data, epoch: 1, seq: 0 }, 256);
  const opener = new Opener(keys);
  const wrongAt = (at: number) => {
    const frame = Buffer.from(good);
    frame[at] = (frame[at] ?? 0) ^ 0x80;
    return frame;
  };
  const frames = [wrongAt(good.length - 32), wrongAt(good.length - 1)] as const;
  const work = Buffer.alloc(good.length);
  return (kind: 0 | 1) => {
    // The byte that differs is not written by itself: what is read just after it was would be slower, or faster.
    work.set(frames[kind]);
    return timed(() => opener.open(work));
  };
}

/** At the cost of a real bank. */
async function passwords() {
  const hash = createPasswordHash({ entropy: systemEntropy(), cost: 'owasp' });
  const encoded = await new Promise<string>((resolve) => hash.hash('the right one', resolve));
  return (kind: 0 | 1) =>
    new Promise<number>((resolve) => {
      const start = process.hrtime.bigint();
      hash.verify('a wrong one', kind === 0 ? null : encoded, () =>
        resolve(Number(process.hrtime.bigint() - start)),
      );
    });
}

/** What must not be: over as many bytes as make it show in JavaScript. */
async function earlyExit() {
  const good = randomBytes(256);
  const equal = (a: Uint8Array, b: Uint8Array) => {
    for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
    return timingSafeEqual(a, b);
  };
  return (kind: 0 | 1) => {
    const bytes = Buffer.from(good);
    const at = kind === 0 ? 0 : bytes.length - 1;
    bytes[at] = (bytes[at] ?? 0) ^ 0x80;
    return timed(() => equal(good, bytes));
  };
}
