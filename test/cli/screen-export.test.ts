import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { exportShown } from '../../cli/screen-export.ts';
import { fixtureModel } from '../helpers/dashboard-fixture.ts';

const NOW = new Date('2026-11-29T15:00:00.123Z');

test('screen and model go to the directory of the run, for their owner alone, and the path is told', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'cashpoint-export-'));
  const model = fixtureModel();
  const shown = { screen: 'the screen\n', model: { ...model, run: { ...model.run, directory } } };
  const base = join(directory, 'screen-20261129150000123');
  t.is(exportShown(shown, NOW), `written to ${base}.txt, .json`);
  t.is(readFileSync(`${base}.txt`, 'utf8'), 'the screen\n');
  t.deepEqual(JSON.parse(readFileSync(`${base}.json`, 'utf8')), shown.model);
  for (const name of readdirSync(directory)) t.is(statSync(join(directory, name)).mode & 0o777, 0o600);
  t.regex(exportShown(shown, NOW), /^not written: EEXIST/);
  rmSync(directory, { recursive: true });
  t.regex(exportShown(shown, NOW), /^not written: ENOENT/);
});
