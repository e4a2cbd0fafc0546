import test from 'ava';
import fc from 'fast-check';
import { concat } from '../../../protocol/bytes.ts';
import { clearFrame, FRAME_TYPES } from '../../../protocol/frame.ts';
import { encodeClientHello, encodeServerHello } from '../../../protocol/hello.ts';
import type { TerminalId } from '../../../protocol/ids.ts';
import type { ConnHandlers } from '../../../protocol/ports.ts';
import { Byzantine } from '../../../sim/world/byzantine.ts';
import { BYZANTINE_MARKS, type ByzantineMark } from '../../../sim/world/byzantine-marks.ts';
import { type Chance, Decisions } from '../../../sim/world/decisions.ts';
import { Kernel, START_MS } from '../../../sim/world/kernel.ts';
import type { Line, Side } from '../../../sim/world/middle.ts';
import { SITES, type SiteName } from '../../../sim/world/sites.ts';
import { runBench } from '../../helpers/byzantine-bench.ts';

const LINE: Line = { id: 'L1', terminal: 'ATM-001' as TerminalId };
const SITE_NAMES = (Object.keys(SITES) as SiteName[]).filter((name) => SITES[name].group === 'byzantine');

/** Where the suite makes a difference. */
const HELLO_SITES = new Set(['byz.downgrade', 'byz.hello', 'byz.impersonate']);

const RECORD: Chance = [1, 12];
const HELLO: Chance = [1, 2];

/** How often each site is forced, and the defences that must be seen to work then, and no others. */
const EXPECTED: Readonly<Record<string, { chance: Chance; marks: readonly ByzantineMark[] }>> = {
  'byz.drop': { chance: RECORD, marks: ['lost record noticed'] },
  'byz.prefix': { chance: HELLO, marks: ['lost prefix noticed'] },
  'byz.duplicate': { chance: RECORD, marks: ['duplicate refused'] },
  'byz.reorder': { chance: RECORD, marks: ['reordered records refused'] },
  'byz.replay': { chance: RECORD, marks: ['replay refused'] },
  'byz.splice': { chance: RECORD, marks: ['spliced record refused'] },
  'byz.oldReply': { chance: RECORD, marks: ['old reply refused'] },
  'byz.reflect': {
    chance: RECORD,
    marks: ['reflection to the bank refused', 'reflection to a terminal refused'],
  },
  'byz.flip': { chance: RECORD, marks: ['changed record refused'] },
  'byz.confuse': { chance: RECORD, marks: ['confused record refused'] },
  'byz.truncate': { chance: RECORD, marks: ['shortened record refused'] },
  'byz.extend': { chance: RECORD, marks: ['lengthened record refused'] },
  'byz.length': { chance: RECORD, marks: ['deaf line given up'] },
  'byz.inject': { chance: RECORD, marks: ['made-up record refused', 'clear Alert ends the line'] },
  'byz.fin': { chance: RECORD, marks: ['end without Close ends the line'] },
  'byz.keyUpdate': { chance: [1, 1], marks: ['KeyUpdate abuse refused'] },
  'byz.step': { chance: HELLO, marks: ['handshake step refused'] },
  'byz.downgrade': {
    chance: HELLO,
    marks: ['downgrade of the offer refused', 'downgrade of the choice refused'],
  },
  'byz.hello': { chance: HELLO, marks: ['forged ClientHello refused', 'forged ServerHello refused'] },
  'byz.impersonate': { chance: HELLO, marks: ['impersonation refused', 'old bank refused'] },
  'byz.steal': {
    chance: HELLO,
    marks: ['relayed hello refused', 'stolen hello timed out', 'stale hello refused'],
  },
  'byz.wholeReplay': { chance: [1, 1], marks: ['replayed session refused'] },
  'byz.flood': {
    chance: [1, 1],
    marks: [
      'replayed hello refused',
      'stale hello refused',
      'forged ClientHello refused',
      'silent caller dropped',
      'garbage refused',
      'handshake step refused',
    ],
  },
};

const meets = test.macro({
  title: (_, site: string) => `${site}: ${EXPECTED[site]?.marks.join(', ')}`,
  exec: (t, site: string) => {
    const row = EXPECTED[site];
    const seen = new Set<ByzantineMark>();
    for (const suites of HELLO_SITES.has(site) ? [[2, 1], [1]] : [[2, 1]]) {
      const run = runBench({ seed: site, chances: { [site]: row?.chance ?? [0, 1] }, suites, minutes: 5 });
      t.deepEqual(run.wrongs, []);
      t.deepEqual(run.breaches, []);
      t.true(run.fired > 10, `${run.fired} faults`);
      for (const answers of run.answers.after) t.true(answers > 20, `${answers} answers once healed`);
      for (const mark of run.marks.keys()) seen.add(mark);
    }
    t.deepEqual([...seen].sort(), [...(row?.marks ?? [])].sort());
  },
});

for (const site of SITE_NAMES) test(meets, site);

test('every byzantine site and every mark has its row', (t) => {
  t.deepEqual(SITE_NAMES.toSorted(), Object.keys(EXPECTED).toSorted());
  const marks = new Set(Object.values(EXPECTED).flatMap((row) => row.marks));
  t.deepEqual([...marks].sort(), Object.keys(BYZANTINE_MARKS).sort() as ByzantineMark[]);
});

for (const strength of ['weak', 'strong'] as const) {
  test(`with every trick ${strength}, terminals still get on and nothing forged is believed`, (t) => {
    const chances = Object.fromEntries(SITE_NAMES.map((name) => [name, SITES[name][strength]]));
    const run = runBench({ seed: strength, chances });
    t.deepEqual(run.wrongs, []);
    t.deepEqual(run.breaches, []);
    t.true(run.fired > 100);
    for (const answers of run.answers.during)
      t.true(answers > (strength === 'weak' ? 150 : 10), `${answers}`);
    for (const answers of run.answers.after) t.true(answers > 50, `${answers}`);
  });
}

test('a seed plays the same tricks every time, another seed others', (t) => {
  const chances = Object.fromEntries(SITE_NAMES.map((name) => [name, SITES[name].strong]));
  const trace = (seed: string) => runBench({ seed, chances, minutes: 1 }).trace;
  t.deepEqual(trace('a'), trace('a'));
  t.notDeepEqual(trace('a'), trace('b'));
});

const frame = fc
  .record({ type: fc.constantFrom(...Object.values(FRAME_TYPES)), body: fc.uint8Array({ maxLength: 80 }) })
  .map(({ type, body }) => clearFrame(type, 0, body));
/** Bytes, and where they are cut. */
const cutStream = fc.tuple(
  fc.array(frame, { maxLength: 8 }),
  fc.uint8Array({ maxLength: 40 }),
  fc.array(fc.nat(700), { maxLength: 8 }),
);

function cut([frames, stray, cuts]: readonly [Uint8Array[], Uint8Array, number[]]): Uint8Array[] {
  const whole = concat([...frames, stray]);
  const at = [0, ...cuts.toSorted((a, b) => a - b), whole.length];
  return at.slice(1).map((end, i) => whole.subarray(at[i], Math.max(end, at[i] ?? 0)));
}

test('without faults every byte passes, whatever the cuts; at most an unfinished frame is held', (t) => {
  fc.assert(
    fc.property(cutStream, (stream) => {
      const { middle, decisions } = alone({});
      const pieces = cut(stream);
      const passed = concat(pieces.flatMap((piece) => middle.pass(LINE, 'bank', piece)));
      const whole = concat(pieces);
      t.deepEqual(passed, whole.subarray(0, passed.length));
      t.true(passed.length >= concat(stream[0]).length);
      decisions.healed = true;
      const rest = concat(middle.pass(LINE, 'bank', Uint8Array.of(1)));
      t.deepEqual(concat([passed, rest]), concat([whole, Uint8Array.of(1)]));
    }),
  );
});

test('once healed, what is held goes first and nothing is changed', (t) => {
  const every = Object.fromEntries(SITE_NAMES.map((name) => [name, [1, 1] as Chance]));
  const { middle, decisions } = alone({ 'byz.reorder': [1, 1] });
  const record = (seq: number) => {
    const bytes = clearFrame(FRAME_TYPES.data, seq, new Uint8Array(64));
    bytes[5] = 1;
    return bytes;
  };
  t.deepEqual(middle.pass(LINE, 'bank', record(1)), []);
  decisions.healed = true;
  t.deepEqual(middle.pass(LINE, 'bank', record(2)), [concat([record(1), record(2)])]);
  const all = alone(every);
  all.decisions.healed = true;
  t.deepEqual(all.middle.pass(LINE, 'bank', CLIENT_HELLO), [CLIENT_HELLO]);
  t.deepEqual(all.dialled, []);
});

test('a bank that answers a forged hello has let an attack through', (t) => {
  const { middle, breaches, marks } = alone({ 'byz.hello': [1, 1] });
  const [forged] = middle.pass(LINE, 'bank', CLIENT_HELLO);
  t.notDeepEqual(forged, CLIENT_HELLO);
  middle.pass(LINE, 'terminal', SERVER_HELLO);
  t.true(breaches.some((text) => text.includes('the bank went on')));
  t.deepEqual(marks, []);
});

test('a terminal that goes on after a forged answer has let an attack through', (t) => {
  const { middle, breaches, injected } = alone({ 'byz.impersonate': [1, 1] });
  t.deepEqual(middle.pass(LINE, 'bank', CLIENT_HELLO), []);
  t.deepEqual(
    injected.map(({ side, bytes }) => `${side} ${bytes[2]}`),
    ['terminal 2', 'terminal 3'],
  );
  middle.pass(LINE, 'bank', sealed(FRAME_TYPES.finished));
  t.regex(breaches[0] ?? '', /the terminal went on/);
});

test('an Alert after a forged answer is a defence that worked', (t) => {
  const { middle, breaches, marks } = alone({ 'byz.impersonate': [1, 1] });
  middle.pass(LINE, 'bank', CLIENT_HELLO);
  middle.pass(LINE, 'bank', sealed(FRAME_TYPES.alert));
  t.deepEqual(marks, ['impersonation refused']);
  t.deepEqual(breaches, []);
});

test("a bank that speaks Data on the adversary's own connection has let an attack through", (t) => {
  const { call, breaches, marks } = called();
  call.onData(SERVER_HELLO);
  t.deepEqual(breaches, []);
  call.onData(sealed(FRAME_TYPES.data));
  t.deepEqual(breaches, ['the bank took the adversary for a terminal']);
  call.onData(sealed(FRAME_TYPES.alert));
  t.deepEqual(marks, ['replayed session refused']);
});

test('a bank that answers a hello twice in one life, or too late, has let an attack through', (t) => {
  const twice = called();
  twice.middle.pass(LINE, 'terminal', SERVER_HELLO);
  t.deepEqual(twice.breaches, []);
  twice.call.onData(SERVER_HELLO);
  t.deepEqual(twice.breaches, ['a call: the bank answered a hello a second time']);
  const late = called();
  while (late.kernel.step(390_000_000));
  late.call.onData(SERVER_HELLO);
  t.deepEqual(late.breaches, ['a call: the bank answered a hello that is 300000 ms old']);
});

/** The adversary has dialled and said an honest hello, which went on as well. */
function called() {
  const world = alone({ 'byz.wholeReplay': [1, 1] });
  world.middle.pass(LINE, 'bank', CLIENT_HELLO);
  while (world.dialled.length === 0 && world.kernel.step(190_000_000));
  const [call] = world.dialled;
  if (!call) throw new Error('Expected the call to be made in time');
  call.onOpen();
  return { ...world, call };
}

const CLIENT_HELLO = encodeClientHello(
  {
    terminal: LINE.terminal,
    keyId: 7,
    // Good from the start of a run until 210 s later.
    clientTimeMs: START_MS + 90_000,
    nonceC: new Uint8Array(32).fill(1),
    ephC: new Uint8Array(32).fill(2),
    suites: [2, 1],
  },
  new Uint8Array(32).fill(3),
);
const SERVER_HELLO = encodeServerHello({
  nonceS: new Uint8Array(32).fill(4),
  ephS: new Uint8Array(32).fill(5),
  suite: 2,
  keyId: 7,
  sessionId: new Uint8Array(16).fill(6),
});

/** A frame under epoch 1; what is in it does not matter to a stranger. */
function sealed(type: number): Uint8Array {
  const bytes = clearFrame(FRAME_TYPES.data, 0, new Uint8Array(64));
  bytes[2] = type;
  bytes[5] = 1;
  return bytes;
}

/** The adversary with one open line, and nobody at its ends. */
function alone(chances: Readonly<Record<string, Chance>>) {
  const kernel = new Kernel('alone');
  const decisions = new Decisions({
    seed: 'alone',
    chances,
    only: null,
    nowUs: () => kernel.nowUs,
    onFired: () => {},
  });
  const marks: ByzantineMark[] = [];
  const breaches: string[] = [];
  const injected: { side: Side; bytes: Uint8Array }[] = [];
  const dialled: ConnHandlers[] = [];
  const middle = new Byzantine({
    kernel,
    decisions,
    reach: {
      inject: (_, side, bytes) => void injected.push({ side, bytes }),
      cut: () => {},
      end: () => {},
      bankLife: () => 'bank 1',
      dial: (handlers) => {
        dialled.push(handlers);
        return { remote: 'bank:1', bufferedBytes: 0, write() {}, end() {}, destroy() {} };
      },
    },
    onMark: (mark) => void marks.push(mark),
    onBreach: (text) => void breaches.push(text),
    onTrace: () => {},
  });
  middle.opened(LINE);
  return { middle, kernel, decisions, marks, breaches, injected, dialled };
}
