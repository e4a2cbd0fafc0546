import test from 'ava';
import { Covered } from '../../../../sim/check/live/covered.ts';
import { Judge } from '../../../../sim/check/live/judge.ts';
import type { Observation } from '../../../../sim/check/observation.ts';

const decided = (type: 'complete' | 'reverse', code: string) =>
  ({
    type: 'decided',
    command: {
      type: 'request',
      origin: { terminal: 'ATM-1' },
      request: { type, origTxnId: 'ab', dispensed: 2000n },
    },
    decision: { code },
  }) as unknown as Observation;

const judged = test.macro<[Observation, readonly string[], number]>({
  exec: (t, observation, said, checks) => {
    const texts: string[] = [];
    const judge = new Judge((_, text) => texts.push(text));
    new Covered(judge).see(observation);
    t.deepEqual(texts, said);
    t.is(judge.count('DISPENSE'), checks);
  },
  title: (claim) => `Covered: ${claim}`,
});

test(
  'notes paid without a hold are noticed',
  judged,
  decided('complete', 'STATE_CONFLICT'),
  ['ATM-1 paid 2000 for ab, which holds nothing any more'],
  1,
);
test('a completion of an open hold is fine', judged, decided('complete', 'APPROVED'), [], 1);
test('a reversal that conflicts pays nothing', judged, decided('reverse', 'STATE_CONFLICT'), [], 0);

test("Covered: what untrusted software says was paid is nobody's payment", (t) => {
  const judge = new Judge((_, text) => t.fail(text));
  const covered = new Covered(judge);
  const request = { type: 'complete', txnId: 'cd', origTxnId: 'ab', dispensed: 2000n };
  covered.see({ type: 'issued', terminal: 'ATM-1', request, rogue: true } as unknown as Observation);
  covered.see({
    type: 'decided',
    command: { type: 'request', origin: { terminal: 'ATM-1' }, request },
    decision: { code: 'STATE_CONFLICT' },
  } as unknown as Observation);
  t.is(judge.count('DISPENSE'), 0);
});
