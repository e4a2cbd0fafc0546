import test from 'ava';
import { runChecks } from '../../../sim/check/index.ts';
import { inputOf, tinyRun } from '../../helpers/tiny-run.ts';

test('a clean run passes every check, and each was made', (t) => {
  for (const finding of runChecks(inputOf(tinyRun(3)))) {
    t.is(finding.status, 'ok', `${finding.id}: ${finding.first}`);
    t.true(finding.checks > 0, finding.id);
    t.is(finding.violations, 0);
  }
});
