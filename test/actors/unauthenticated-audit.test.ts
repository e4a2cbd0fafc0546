import test from 'ava';
import { UnauthenticatedAudit } from '../../actors/unauthenticated-audit.ts';
import { ManualClock } from '../helpers/manual-clock.ts';

function setUp() {
  const clock = new ManualClock();
  const lines: string[] = [];
  return { clock, lines, audit: new UnauthenticatedAudit(clock, (line) => lines.push(line)) };
}

test('one record a reason, source and second, with count and time between first and last', (t) => {
  const { clock, lines, audit } = setUp();
  for (let i = 0; i < 500; i++) {
    audit.note('bad mac', '10.0.0.1');
    clock.advance(1);
  }
  audit.note('bad mac', '10.0.0.2');
  audit.note('bank busy', '10.0.0.1');
  t.deepEqual(lines, []);
  clock.advance(500);
  t.deepEqual(lines, [
    'session refused - bad mac from 10.0.0.1 - 500 times within 499 ms',
    'session refused - bad mac from 10.0.0.2',
    'session refused - bank busy from 10.0.0.1',
  ]);
});

test('the next second begins anew, and silence writes nothing', (t) => {
  const { clock, lines, audit } = setUp();
  audit.note('bad mac', 'a');
  clock.advance(10_000);
  t.is(lines.length, 1);
  t.is(clock.pending, 0);
  audit.note('bad mac', 'a');
  clock.advance(999);
  t.is(lines.length, 1);
  clock.advance(1);
  t.is(lines.length, 2);
});

test('however many sources there are, a second has at most 65 records, and nobody is left out of the count', (t) => {
  const { clock, lines, audit } = setUp();
  for (let i = 0; i < 10_000; i++) audit.note('bad mac', `10.0.${i >> 8}.${i & 255}`);
  audit.note('bad mac', '10.0.0.0');
  clock.advance(1_000);
  t.is(lines.length, 65);
  t.is(lines[0], 'session refused - bad mac from 10.0.0.0 - 2 times within 0 ms');
  t.is(lines.at(-1), 'session refused - other reasons from others - 9936 times within 0 ms');
});

test('what was noted before a stop is written by it, once', (t) => {
  const { clock, lines, audit } = setUp();
  audit.note('bad mac', 'a');
  audit.flush();
  t.is(lines.length, 1);
  clock.advance(2_000);
  t.is(lines.length, 1);
});
