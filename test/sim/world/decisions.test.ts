import test from 'ava';
import { type Chance, Decisions } from '../../../sim/world/decisions.ts';

const decisionsOf = (more: { only?: string[]; chances?: Record<string, Chance>; seed?: string } = {}) =>
  new Decisions({
    seed: more.seed ?? 'seed',
    chances: more.chances ?? { a: [1, 3], b: [1, 3] },
    only: more.only ? new Set(more.only) : null,
    nowUs: () => 7,
    onFired: () => {},
  });

const run = (decisions: Decisions, sites: readonly string[], n = 200) => {
  for (let i = 0; i < n; i++) for (const site of sites) decisions.decide(site, `ATM-00${i % 3}`)?.below(1000);
  return decisions.fired.map(({ key }) => key);
};

test('what one site decides does not depend on what another is asked', (t) => {
  const alone = run(decisionsOf(), ['a']);
  const together = run(decisionsOf(), ['b', 'a']).filter((key) => key.startsWith('a/'));
  t.deepEqual(together, alone);
  t.true(alone.length > 40 && alone.length < 100, 'a third of two hundred, about');
});

test('told to let only some faults happen, just these happen, with the same numbers', (t) => {
  const full = decisionsOf();
  const drawn = new Map<string, number>();
  for (let i = 0; i < 100; i++) {
    const fault = full.decide('a', 'x');
    if (fault) drawn.set(fault.key, fault.below(1_000_000));
  }
  const [first, , third] = [...drawn.keys()];
  const some = decisionsOf({ only: [first ?? '', third ?? ''] });
  for (let i = 0; i < 100; i++) {
    const fault = some.decide('a', 'x');
    if (fault) t.is(drawn.get(fault.key), fault.below(1_000_000));
  }
  t.deepEqual(
    some.fired.map(({ key }) => key),
    [first, third],
  );
});

test('a site without a chance, a chance of nought, and a healed world let nothing happen', (t) => {
  const decisions = decisionsOf({ chances: { a: [1, 1], never: [0, 1] } });
  t.is(decisions.decide('unheard of', 'x'), null);
  t.is(decisions.decide('never', 'x'), null);
  t.not(decisions.decide('a', 'x'), null);
  decisions.healed = true;
  t.is(decisions.decide('a', 'x'), null);
});

test('another seed decides otherwise', (t) => {
  t.notDeepEqual(run(decisionsOf({ seed: 'one' }), ['a']), run(decisionsOf({ seed: 'two' }), ['a']));
});
