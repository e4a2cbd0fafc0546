import { spawnSync } from 'node:child_process';
import test from 'ava';
import { needFiles, openFilesMax, terminalsFor } from '../../cli/open-files.ts';

test('terminals that fit the limit of open files pass, one more is refused with what to do', (t) => {
  t.notThrows(() => needFiles(1_800, 2_000));
  t.notThrows(() => needFiles(15_000, Number.POSITIVE_INFINITY));
  t.throws(() => needFiles(1_801, 2_000), {
    message:
      '1801 terminals need 2001 open files, and the limit is 2000: ask for at most 1800 (--terminals), or raise it (ulimit -Hn)',
  });
  t.is(terminalsFor(100), 0);
  t.true((openFilesMax() ?? 1) > 0);
});

test('a run that cannot have so many files says so before anything is made: exit 2', (t) => {
  const command = 'ulimit -n 300; exec "$NODE" cli/main.ts run --terminals 200 --out out-that-is-not-made';
  const { status, stderr } = spawnSync('sh', ['-c', command], {
    encoding: 'utf8',
    env: { ...process.env, NODE: process.execPath },
  });
  t.is(status, 2, stderr);
  t.regex(
    stderr,
    /^cashpoint: 200 terminals need 400 open files, and the limit is 300: ask for at most 100/m,
  );
});
