import { hash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { cashpoint, Scratch, start } from '../helpers/cashpoint.ts';

/** A good data directory that each case damages a copy of. */
const scratch = new Scratch();
const good = scratch.in('good');
test.before(async (t) => {
  const { code } = await scratch.run(['--terminals', '4', '--duration', '500ms', '--data', good, '--quiet']);
  t.is(code, 0);
});
test.after.always(() => scratch.remove());

interface Case {
  readonly words: (data: string) => string[];
  readonly damage?: (data: string) => void;
  readonly code: number;
  /** The one line that says what is wrong. */
  readonly says: RegExp;
}

/** Every file below `directory`, by hash. */
const contents = (directory: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort()
      .map((path) => [path, hash('sha256', readFileSync(path))]),
  );

let copies = 0;
const refused = test.macro({
  async exec(t, { words, damage, code, says }: Case) {
    const data = scratch.in(`copy-${copies++}`);
    cpSync(good, data, { recursive: true });
    damage?.(data);
    const before = contents(data);
    const ended = await cashpoint(...words(data));
    t.is(ended.code, code, ended.stderr);
    t.regex(ended.stderr, says);
    t.true(ended.stderr.trimEnd().split('\n').length <= 3, ended.stderr);
    t.false(/\n\s+at /.test(ended.stderr), 'no stack');
    t.deepEqual(contents(data), before, 'nothing is lost, nothing is left');
    t.false(existsSync(scratch.in('refused')), 'no directory of a run that never was');
  },
  title: (claim, asked: Case) => `${claim}: exit ${asked.code}`,
});

const run = (...words: string[]) => ['run', '--no-tui', '--out', scratch.in('refused'), ...words];
const serve = (data: string) => ['bank', '--data', data, '--listen', '127.0.0.1:0'];

test('an unknown flag names the nearest', refused, {
  words: () => run('--termnals', '5'),
  code: 2,
  says: /Did you mean --terminals\?/,
});
test('an unknown command', refused, { words: () => ['rnu'], code: 2, says: /unknown command 'rnu'/ });
test('a bad duration', refused, {
  words: () => run('--duration', '5x'),
  code: 2,
  says: /Expected a duration like 500ms, 30s or 1h30m, got "5x"/,
});
test('an unknown operation in the mix', refused, {
  words: () => run('--mix', 'depsit=1'),
  code: 2,
  says: /Expected operations out of login, .* got "depsit"/,
});
test('an unknown metric names the nearest', refused, {
  words: () => run('--expect', 'p98<1ms'),
  code: 2,
  says: /the nearest is 'p90'/,
});
test('a threshold without a bound', refused, {
  words: () => run('--expect', 'p99'),
  code: 2,
  says: /p99/,
});
test('a kill of a bank that is not ours', refused, {
  words: (data) =>
    run('--bank', '127.0.0.1:1', '--credentials', `${data}/credentials.json`, '--kill-bank-at', '1s'),
  code: 2,
  says: /Only an embedded bank can suffer faults/,
});
test('credentials that others may read', refused, {
  words: (data) => run('--bank', '127.0.0.1:1', '--credentials', `${data}/credentials.json`),
  damage: (data) => chmodSync(`${data}/credentials.json`, 0o640),
  code: 2,
  says: /credentials\.json holds keys and can be read by others; run: chmod 600 /,
});
test('credentials for fewer terminals than asked', refused, {
  words: (data) =>
    run('--bank', '127.0.0.1:1', '--credentials', `${data}/credentials.json`, '--terminals', '5'),
  code: 2,
  says: /has 4 terminals; use --terminals 4/,
});
test('credentials that are something else', refused, {
  words: (data) => run('--bank', '127.0.0.1:1', '--credentials', `${data}/keys/base-1.key`),
  code: 2,
  says: /base-1\.key: /,
});
test('too many terminals', refused, {
  words: () => run('--terminals', '20k'),
  code: 2,
  says: /Expected 1\.\.15000 terminals/,
});
test('a bank without credentials', refused, {
  words: () => run('--bank', '127.0.0.1:1'),
  code: 2,
  says: /--bank needs --credentials FILE/,
});
test('an address that is none', refused, {
  words: (data) => ['bank', '--data', data, '--listen', 'nonsense'],
  code: 2,
  says: /Expected an address like 127\.0\.0\.1:7001, got "nonsense"/,
});
test('a data directory that is a file', refused, {
  words: (data) => serve(`${data}/bank.db`),
  code: 2,
  says: /cannot be read and written \(EEXIST\)/,
});
test('a key that others may read', refused, {
  words: serve,
  damage: (data) => chmodSync(`${data}/keys/audit-1.key`, 0o644),
  code: 2,
  says: /can be read by others; run: chmod 600 /,
});
test('a key of another usage', refused, {
  words: serve,
  damage: (data) => copyFileSync(`${data}/keys/base-1.key`, `${data}/keys/audit-1.key`),
  code: 2,
  says: /holds a key for "bdk"; here one for "audit" is needed/,
});
test('a key that was edited', refused, {
  words: serve,
  damage: (data) => {
    const path = `${data}/keys/base-1.key`;
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('"id":1', '"id":2'));
  },
  code: 2,
  says: /was changed: its MAC does not fit/,
});
test('a truncated database', refused, {
  words: serve,
  damage: (data) => truncateSync(`${data}/bank.db`, 50_000),
  code: 116,
  says: /The database is damaged or truncated/,
});
test('a file that is no database', refused, {
  words: serve,
  damage: (data) => writeFileSync(`${data}/bank.db`, 'garbage'),
  code: 116,
  says: /The file is not a Cashpoint database/,
});

test('a port in use: exit 2, and what to do', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const bound = server.address();
  const port = typeof bound === 'object' && bound ? bound.port : 0;
  const { code, last } = await cashpoint(
    'bank',
    '--data',
    scratch.in('port'),
    '--listen',
    `127.0.0.1:${port}`,
  );
  server.close();
  t.is(code, 2);
  t.regex(last, /another program uses this port; stop it or choose another/);
});

test('a directory that another bank serves: exit 2, and the other goes on', async (t) => {
  const data = scratch.in('served');
  cpSync(good, data, { recursive: true });
  const first = start(serve(data));
  await first.says(/serving/);
  const second = await cashpoint(...serve(data));
  t.is(second.code, 2);
  t.regex(second.last, /The data directory is in use by another process/);
  first.child.kill('SIGTERM');
  t.is((await first.ended).code, 0);
});

test('an audit key that does not fit its database is refused before anything is written', async (t) => {
  const other = scratch.in('other');
  await scratch.run(['--terminals', '2', '--duration', '300ms', '--data', other, '--quiet']);
  copyFileSync(`${good}/keys/audit-1.key`, `${other}/keys/audit-1.key`);
  const { code, last } = await cashpoint(...serve(other));
  t.is(code, 2);
  t.regex(last, /audit key .* does not fit its database/);
});

test('doctor finds a good directory good and names what is wrong with a damaged one', async (t) => {
  const sound = await cashpoint('doctor', '--data', good);
  t.is(sound.code, 0, sound.stdout);
  t.regex(sound.stdout, /ok {3}audit trail: \d+ records verify/);
  const data = scratch.in('doctored');
  cpSync(good, data, { recursive: true });
  truncateSync(`${data}/bank.db`, 50_000);
  const damaged = await cashpoint('doctor', '--data', data);
  t.is(damaged.code, 116);
  t.regex(damaged.stdout, /BAD {2}database: The database is damaged or truncated/);
});

test('help has examples, and every command has help', async (t) => {
  for (const command of ['run', 'bank', 'doctor']) {
    const { code, stdout } = await cashpoint(command, '--help');
    t.is(code, 0);
    t.regex(stdout, /Examples?:\n {2}cashpoint /, command);
  }
});
