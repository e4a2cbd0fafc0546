import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test from 'ava';
import { cashpoint, Scratch } from '../helpers/cashpoint.ts';

const scratch = new Scratch();
const good = scratch.in('good');
/** The data as they were after the first of two runs. */
const older = scratch.in('older');
const journal = scratch.in('witness.journal');

test.before(async (t) => {
  const words = ['--terminals', '4', '--duration', '700ms', '--think', '20ms', '--data', good, '--quiet'];
  await scratch.run(words);
  cpSync(good, older, { recursive: true });
  const { code, directory } = await scratch.run(words);
  t.is(code, 0);
  copyFileSync(join(directory, 'journals', 'worker-0.journal'), journal);
});
test.after.always(() => scratch.remove());

let copies = 0;
function copy(): string {
  const data = scratch.in(`copy-${copies++}`);
  cpSync(good, data, { recursive: true });
  return data;
}

const verify = (data: string, ...words: string[]) => cashpoint('audit', 'verify', '--data', data, ...words);

test('an untouched trail verifies, with checkpoints, a journal as witness, and its contents', async (t) => {
  const { code, stdout } = await verify(copy(), '--witness', journal);
  t.is(code, 0);
  t.regex(
    stdout,
    /^\d+ records verify, head #\d+ [0-9a-f]{64}; [1-9]\d* checkpoints and [1-9]\d* heads of 1 journals are on it; \d+ opened with 1 keys\n$/,
  );
});

test('without keys the chain verifies all the same', async (t) => {
  const data = copy();
  mkdirSync(scratch.in('reviewer'));
  for (const name of ['bank.db', 'checkpoints.jsonl', 'checkpoint.pub']) {
    copyFileSync(join(data, name), join(scratch.in('reviewer'), name));
  }
  const { code, stdout } = await verify(scratch.in('reviewer'));
  t.is(code, 0);
  t.regex(stdout, /no key here, contents not looked at/);
});

interface Damage {
  /** Statements on the audit table, or another way to spoil the directory. */
  readonly sql?: string;
  readonly spoil?: (data: string) => void;
  readonly words?: readonly string[];
  readonly says: RegExp;
}

const damaged = test.macro({
  async exec(t, { sql, spoil, words = [], says }: Damage) {
    const data = copy();
    if (sql !== undefined) {
      const db = new DatabaseSync(join(data, 'bank.db'));
      db.exec(sql);
      db.close();
    }
    spoil?.(data);
    const { code, last } = await verify(data, ...words);
    t.is(code, 116, last);
    t.regex(last, says);
  },
  title: (claim) => `${claim}: exit 116, and where`,
});

test('one byte flipped', damaged, {
  sql: "UPDATE audit SET ct = unhex(substr(hex(ct), 1, length(ct) * 2 - 2) || iif(substr(hex(ct), -2) = '00', '01', '00')) WHERE seq = 20",
  says: /at record 20: it does not follow/,
});
test('one record deleted', damaged, {
  sql: 'DELETE FROM audit WHERE seq = 20',
  says: /at record 20: records are missing here/,
});
test('two records swapped', damaged, {
  sql: 'UPDATE audit SET seq = -1 WHERE seq = 20; UPDATE audit SET seq = 20 WHERE seq = 21; UPDATE audit SET seq = 21 WHERE seq = -1',
  says: /at record 20: it does not follow/,
});
test('one record inserted', damaged, {
  sql: `UPDATE audit SET seq = -seq - 1 WHERE seq >= 21; UPDATE audit SET seq = -seq WHERE seq < 0;
        INSERT INTO audit SELECT 21, key_id, iv, ct, mac, hash FROM audit WHERE seq = 20`,
  says: /at record 21: it does not follow/,
});
const CUT = 'DELETE FROM audit WHERE seq > (SELECT max(seq) - 3 FROM audit)';
test('the tail cut off, with the checkpoints as witness', damaged, {
  sql: CUT,
  says: /cut off or an older copy was put back/,
});
test('the tail cut off, with a journal as witness', damaged, {
  sql: 'DELETE FROM audit WHERE seq > (SELECT max(seq) - 12 FROM audit)',
  spoil: (data) => writeFileSync(join(data, 'checkpoints.jsonl'), ''),
  words: ['--witness', journal],
  says: /cut off or an older copy was put back/,
});
test('an older copy put back', damaged, {
  spoil: (data) => copyFileSync(join(older, 'bank.db'), join(data, 'bank.db')),
  says: /cut off or an older copy was put back/,
});
test('a checkpoint forged', damaged, {
  spoil: (data) => {
    const path = join(data, 'checkpoints.jsonl');
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace(/cashpoint-checkpoint\/1 (\d+)/, 'cashpoint-checkpoint/1 1$1'),
    );
  },
  says: /line 1 is not a checkpoint signed by/,
});

test('show prints the original form, filtered; a sealed export verifies and shows the same', async (t) => {
  const data = copy();
  const all = await cashpoint('audit', 'show', '--data', data);
  t.regex(all.stdout, /^customer-000000 \| login \| \d{4}-\d\d-\d\dT[\d:.]+Z$/m);
  const one = await cashpoint(
    'audit',
    'show',
    '--data',
    data,
    '--customer',
    'customer-000000',
    '--action',
    'login',
  );
  t.true(
    one.stdout.split('\n').every((line) => line === '' || line.startsWith('customer-000000 | login | ')),
  );
  const sealed = scratch.in('sealed');
  t.is((await cashpoint('audit', 'export', '--data', data, '--sealed', sealed)).code, 0);
  t.false(readFileSync(sealed, 'utf8').includes('login'));
  t.is((await verify(data, '--sealed', sealed)).code, 0);
  t.is((await cashpoint('audit', 'show', '--data', data, '--sealed', sealed)).stdout, all.stdout);
  const csv = await cashpoint('audit', 'export', '--data', data, '--format', 'csv');
  t.is(csv.stdout.split('\n').length, all.stdout.split('\n').length + 1);
});
