import test from 'ava';
import { RULES } from '../../../sim/attack/rules.ts';
import { cashpoint, Scratch } from '../../helpers/cashpoint.ts';

const LOAD = ['--terminals', '4', '--accounts', '8', '--duration', '6s', '--adversary'];

test.serial('attacks go on beside a load, the books close over both, and the lines show it', async (t) => {
  const scratch = new Scratch();
  t.teardown(() => scratch.remove());
  const { code, report, last, stderr } = await scratch.run(LOAD);
  t.is(code, 0, last);
  t.is(report.adversary.length, 41);
  const held = report.adversary.filter(({ status }) => status === 'held');
  t.true(held.length > 0 && report.adversary.every(({ status }) => status !== 'through'), last);
  t.true(held.every(({ attempts, positiveControlOk }) => attempts > 0 && positiveControlOk));
  t.is(report.scoreboard?.earned, 0);
  t.true(report.totals.ok > 0);
  t.regex(stderr, /adv=\d+\/\d+/);
});

test.serial('an attack that gets through beside a load ends it with 112', async (t) => {
  const scratch = new Scratch();
  t.teardown(() => scratch.remove());
  const off = RULES.find(({ rule }) => rule === 'R6');
  const { code, report, last } = await scratch.run(LOAD, off?.patches);
  t.is(code, 112, last);
  t.is(report.adversary.find(({ attack }) => attack === 'eavesdrop')?.status, 'through');
});

test('faults, or a bank that somebody else runs, do not go with the adversary', async (t) => {
  const [faulty, foreign] = await Promise.all([
    cashpoint('run', '--adversary', '--kill-bank-at', '1s'),
    cashpoint('run', '--adversary', '--bank', '127.0.0.1:1', '--credentials', 'none'),
  ]);
  t.is(faulty.code, 2);
  t.regex(faulty.last, /leave out the faults, or the adversary/);
  t.is(foreign.code, 2);
  t.regex(foreign.last, /cashpoint attack --bank/);
});
