import test from 'ava';
import fc from 'fast-check';
import {
  type ClientHello,
  decodeClientHello,
  decodeServerHello,
  encodeClientHello,
  encodeServerHello,
} from '../../protocol/hello.ts';
import { BINDERS_PER_TERMINAL_MAX, HELLO_WINDOW_MS, WindowedHelloGuard } from '../../protocol/hello-guard.ts';
import { type TerminalId, terminalId } from '../../protocol/ids.ts';
import { chooseSuite, SUITE_PSK, SUITE_X25519 } from '../../protocol/suites.ts';
import { NOW, TERMINAL } from '../helpers/channels.ts';

const bindKey = Buffer.alloc(32, 5);
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const clientHellos = fc.record<ClientHello>({
  terminal: fc.stringMatching(/^[A-Za-z0-9._-]{1,16}$/).map((name) => terminalId(name) as TerminalId),
  keyId: u32,
  clientTimeMs: fc.integer({ min: 0, max: 2 ** 53 - 1 }),
  nonceC: bytes32,
  ephC: bytes32,
  suites: fc.array(u16, { minLength: 1, maxLength: 8 }),
});

test('a ClientHello decodes to what was encoded', (t) => {
  fc.assert(
    fc.property(clientHellos, (hello) => {
      const frame = encodeClientHello(hello, bindKey);
      t.is(frame.length, 16 + 126 + 2 * hello.suites.length);
      t.deepEqual<unknown, unknown>(decodeClientHello(frame), hello);
    }),
  );
});

test('a ServerHello decodes to what was encoded', (t) => {
  const hellos = fc.record({
    nonceS: bytes32,
    ephS: bytes32,
    suite: u16,
    keyId: u32,
    sessionId: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  });
  fc.assert(
    fc.property(hellos, (hello) => {
      t.deepEqual(decodeServerHello(encodeServerHello(hello)), hello);
    }),
  );
});

const hello: ClientHello = {
  terminal: TERMINAL,
  keyId: 7,
  clientTimeMs: NOW,
  nonceC: Buffer.alloc(32, 1),
  ephC: Buffer.alloc(32, 2),
  suites: [SUITE_X25519, SUITE_PSK],
};

const malformed = test.macro({
  exec(t, at: number, bytes: readonly number[], fault: string) {
    const frame = encodeClientHello(hello, bindKey);
    frame.set(bytes, 16 + at);
    t.is(decodeClientHello(frame), fault);
  },
  title: (name) => `R8: a ClientHello is refused: ${name}`,
});
test('an empty terminal name', malformed, 0, Array(16).fill(0), 'bad terminal id');
test('a NUL inside the name', malformed, 2, [0], 'bad terminal id');
test('bytes after the NUL', malformed, 15, [0x41], 'bad terminal id');
test('a name of other characters', malformed, 0, [0x7c], 'bad terminal id');
test('no suites', malformed, 92, [0], 'bad suite count');
test('nine suites', malformed, 92, [9], 'bad suite count');
test('more suites than its length holds', malformed, 92, [3], 'bad suite count');
test('fewer suites than its length holds', malformed, 92, [1], 'bad suite count');
test('a reserved byte', malformed, 97, [1], 'bad reserved byte');

test('R12: the binder covers the header, every field and the suite list', (t) => {
  const frame = encodeClientHello(hello, bindKey);
  const binder = Buffer.from(frame.subarray(-32)).toString('hex');
  const others: Partial<ClientHello>[] = [
    { keyId: 8 },
    { clientTimeMs: NOW + 1 },
    { nonceC: Buffer.alloc(32, 9) },
    { ephC: Buffer.alloc(32, 9) },
    { suites: [SUITE_PSK, SUITE_X25519] },
    { suites: [SUITE_PSK] },
    { terminal: terminalId('ATM-0002') as TerminalId },
  ];
  for (const other of others) {
    const changed = encodeClientHello({ ...hello, ...other }, bindKey);
    t.not(Buffer.from(changed.subarray(-32)).toString('hex'), binder, Object.keys(other).join());
  }
});

const suiteChoice = test.macro({
  exec(t, suites: number[], hasShare: boolean, floor: 1 | 2, expected: number | string) {
    const chosen = chooseSuite({ suites, hasShare, floor });
    t.is<unknown, unknown>(typeof chosen === 'string' ? chosen : chosen.id, expected);
  },
  title: (_, suites: number[], hasShare: boolean, floor: number, expected: number | string) =>
    `R12: offered ${suites.join()}${hasShare ? ' with a share' : ''}, floor ${floor}: ${expected}`,
});
test(suiteChoice, [2, 1], true, 1, 2);
test(suiteChoice, [1, 2], true, 1, 2);
test(suiteChoice, [1], false, 1, 1);
test(suiteChoice, [2, 1], false, 1, 1);
test(suiteChoice, [2], false, 1, 'no common suite');
test(suiteChoice, [0x1a1a, 2], true, 2, 2);
test(suiteChoice, [0x1a1a], true, 1, 'no common suite');
test(suiteChoice, [1], true, 2, 'suite below floor');
test(suiteChoice, [2, 1], false, 2, 'suite below floor');

const binder = (number: number) => Buffer.alloc(32, number);

test('R18: a hello is fresh within 120 s either way, and stale one millisecond beyond', (t) => {
  const guard = new WindowedHelloGuard();
  t.is(guard.fresh(TERMINAL, NOW - HELLO_WINDOW_MS, binder(1), NOW), 'ok');
  t.is(guard.fresh(TERMINAL, NOW + HELLO_WINDOW_MS, binder(2), NOW), 'ok');
  t.is(guard.fresh(TERMINAL, NOW - HELLO_WINDOW_MS - 1, binder(3), NOW), 'stale');
  t.is(guard.fresh(TERMINAL, NOW + HELLO_WINDOW_MS + 1, binder(4), NOW), 'stale');
});

test('a binder seen before is refused for as long as its time is fresh, for that terminal only', (t) => {
  const guard = new WindowedHelloGuard();
  const other = terminalId('ATM-0002') as TerminalId;
  t.is(guard.fresh(TERMINAL, NOW, binder(1), NOW), 'ok');
  t.is(guard.fresh(TERMINAL, NOW, binder(1), NOW + HELLO_WINDOW_MS), 'replayed');
  t.is(guard.fresh(TERMINAL, NOW, binder(1), NOW + HELLO_WINDOW_MS + 1), 'stale');
  t.is(guard.fresh(other, NOW, binder(1), NOW), 'ok');
});

test('R20: in bounded memory no hello is ever taken twice, however many come', (t) => {
  const guard = new WindowedHelloGuard();
  const count = BINDERS_PER_TERMINAL_MAX * 3;
  for (let i = 0; i < count; i++) t.is(guard.fresh(TERMINAL, NOW + i, binder(i), NOW + i), 'ok');
  for (let i = 0; i < count; i++) t.not(guard.fresh(TERMINAL, NOW + i, binder(i), NOW + count), 'ok');
  t.is(guard.fresh(TERMINAL, NOW + count, binder(200), NOW + count), 'ok', 'an honest one still gets in');
});

test('binders whose time is past are forgotten first, and then no hello within the window is too old', (t) => {
  const guard = new WindowedHelloGuard();
  for (let i = 0; i < BINDERS_PER_TERMINAL_MAX; i++) guard.fresh(TERMINAL, NOW, binder(i), NOW);
  const later = NOW + HELLO_WINDOW_MS + 1000;
  t.is(guard.fresh(TERMINAL, later, binder(100), later), 'ok');
  t.is(guard.fresh(TERMINAL, NOW + 1000, binder(101), later), 'ok');
});

test('a hello older than all that are remembered is not taken in their place', (t) => {
  const guard = new WindowedHelloGuard();
  for (let i = 0; i < BINDERS_PER_TERMINAL_MAX; i++) guard.fresh(TERMINAL, NOW, binder(i), NOW);
  t.is(guard.fresh(TERMINAL, NOW - 1, binder(100), NOW), 'stale');
});
