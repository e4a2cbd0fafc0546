import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { missingPrograms, runVariant, VARIANTS, type Variant } from '../../scripts/models.ts';

const MODEL = 'docs/formal/record.pml';
const NOT_RUN = { ok: true, text: '' };
const missing = missingPrograms();
if (missing.length > 0)
  process.stderr.write(`${missing.join(' and ')} absent: the model of the record layer was not run\n`);

const model = test.macro({
  title: (_, { claim }: Variant) => `the record layer ${claim}`,
  exec(t, variant: Variant) {
    const { ok, text } = missing.length > 0 ? NOT_RUN : runVariant(variant);
    t.true(ok, text);
  },
});
for (const variant of VARIANTS) test(model, variant);

test('each rule that the model can leave out is left out once', (t) => {
  const flags = new Set(readFileSync(MODEL, 'utf8').match(/(?<=^#ifn?def )\w+/gm));
  t.deepEqual(
    [...flags].map((flag) => `-D${flag}`).sort(),
    VARIANTS.flatMap(({ flag }) => flag || []).sort(),
  );
});

test('a model that fails elsewhere is not taken for a result', (t) => {
  const path = join(tmpdir(), `cashpoint-model-${process.pid}.pml`);
  writeFileSync(path, 'active proctype Other() { assert(false) }\n');
  t.teardown(() => rmSync(path));
  for (const variant of VARIANTS.slice(0, 2))
    t.true(missing.length > 0 || !runVariant(variant, path).ok, variant.flag);
});
