import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { ATTACK_PLANTS } from '../../../sim/attack/plants.ts';
import { RULES } from '../../../sim/attack/rules.ts';
import { SEED_FALLS } from '../../../sim/attack/seed-mode.ts';
import { attacked, only, through } from '../../helpers/attacked.ts';
import { cashpoint, Scratch } from '../../helpers/cashpoint.ts';
import { plantProof, proven } from './proof.ts';

test.serial('all 41 attacks hold against the bank, every control works, and a report tells it', async (t) => {
  const scratch = new Scratch();
  t.teardown(() => scratch.remove());
  const { code, told, last } = await attacked('--out', scratch.in('out'));
  t.is(code, 0, last);
  t.is(told.adversary.length, 41);
  for (const { attack, status, attempts, accepted, positiveControlOk, faults, reason } of told.adversary) {
    t.deepEqual(
      { status, accepted, positiveControlOk, faults },
      { status: 'held', accepted: 0, positiveControlOk: true, faults: [] },
      `${attack}: ${reason}`,
    );
    t.true(attempts > 0, attack);
  }
  t.deepEqual(told.scoreboard, {
    weights: { correctness: 25, crash: 50, accepted: 100 },
    earned: 0,
    possible: 4_100,
  });
  for (const id of ['CONSERVE', 'NONNEG', 'ONCE', 'AUDIT', 'BALANCE', 'RECORDS', 'SECRETS']) {
    t.is(told.invariants.find((one) => one.id === id)?.status, 'ok', id);
  }
  const { report, directory } = scratch.finished({ code, stdout: '', stderr: '', last });
  t.is(report.adversary.length, 41);
  t.is(report.scoreboard?.earned, 0);
  const junit = readFileSync(join(directory, 'junit.xml'), 'utf8');
  for (const { attack } of report.adversary) t.true(junit.includes(`name="${attack}"`), attack);
});

test.serial('seed mode falls to the cases it must fall to, and the scoreboard says so', async (t) => {
  const { code, told, last } = await attacked('--target', 'seed', ...only(SEED_FALLS));
  t.is(code, 112, last);
  t.deepEqual(through(told).sort(), [...SEED_FALLS].sort());
  t.is(told.scoreboard.earned, 100 * SEED_FALLS.length);
  t.regex(last, /^FAIL \(exit 112\): .* got through.* Again: cashpoint attack /);
});

/** The others take time limits, floods or hundreds of sessions: `npm run rules`. */
const FAST = ['R1', 'R3', 'R4', 'R6', 'R8', 'R9', 'R12', 'R16'];

for (const { rule, off, caught } of RULES.filter((one) => FAST.includes(one.rule))) {
  test.serial(`${rule} turned off is caught by ${caught}: ${off.toLowerCase()}`, async (t) => {
    const { code, told, last } = await attacked('--rule-off', rule, '--only', caught);
    t.is(code, 112, last);
    t.deepEqual(through(told), [caught]);
    t.true(told.adversary[0]?.positiveControlOk, 'what honest people do still works');
  });
}

/** A case each, where no victim has to be waited for: the others, `npm run rules`. */
const FAST_PLANTS = [
  'bank-nonce-constant',
  'clear-frames-skipped',
  'fin-taken-for-close',
  'spraying-uncounted',
  'amount-not-in-fingerprint',
  'any-account-served',
  'hashes-unread',
  'password-in-the-database',
  'any-token-pays',
  'deposit-reversed',
];

for (const plant of ATTACK_PLANTS.filter(({ name }) => FAST_PLANTS.includes(name))) {
  test.serial(`${plant.name} is caught by ${plant.caught}: ${plant.bug.toLowerCase()}`, async (t) => {
    const { isCaught, why } = await proven(plantProof(plant));
    t.true(isCaught, why);
  });
}

test('wrong words are refused with what is near them, and nothing is started', async (t) => {
  const [attack, rule, plant, two, both] = await Promise.all([
    cashpoint('attack', '--only', 'replya'),
    cashpoint('attack', '--rule-off', 'R99'),
    cashpoint('attack', '--plant', 'any-token-pay'),
    cashpoint('attack', '--plant', 'any-token-pays', '--rule-off', 'R4'),
    cashpoint('attack', '--target', 'seed', '--bank', '127.0.0.1:1'),
  ]);
  for (const { code } of [attack, rule, plant, two, both]) t.is(code, 2);
  t.regex(attack.last, /replya.*replay/);
  t.regex(rule.last, /R99/);
  t.regex(plant.last, /any-token-pays/);
  t.regex(two.last, /one change at a time/i);
  t.regex(both.last, /embedded bank only/);
});

test('the lists name every attack with the rules it tests, and every plant with its attack', async (t) => {
  const { code, stdout } = await cashpoint('attack', '--list');
  t.is(code, 0);
  t.is(stdout.trimEnd().split('\n').length, 41);
  t.regex(stdout, /^ 4 {2}replay +R4 R5/m);
  const plants = await cashpoint('attack', '--list-plants');
  t.is(plants.code, 0);
  t.is(plants.stdout.trimEnd().split('\n').length, ATTACK_PLANTS.length);
  t.regex(plants.stdout, /^any-token-pays +dispense-token +A dispenser/m);
});
