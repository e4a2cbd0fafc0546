import { readFileSync } from 'node:fs';
import test from 'ava';

const read = (name: string) => readFileSync(`docs/formal/${name}`, 'utf8');
/** Model and flags → its results. */
const runs = read('results.txt')
  .split(/^== /m)
  .slice(1)
  .map((section) => {
    const [head = '', ...results] = section.trimEnd().split('\n');
    return { head, results };
  });

test('the archive has results of every model and every flag', (t) => {
  for (const name of ['seed.pv', 'handshake.pv', 'records.pv']) {
    const flags = new Set(read(name).match(/(?<=^#ifn?def |defined )\w+/gm));
    const heads = runs.map(({ head }) => head.split(' ')).filter(([model]) => model === name);
    const archived = new Set(heads.flatMap(([, ...rest]) => rest));
    t.true(heads.length > 0, name);
    t.deepEqual([...archived].sort(), [...flags].map((flag) => `-D${flag}`).sort(), name);
  }
});

test('every archived line is a verdict', (t) => {
  for (const { head, results } of runs) {
    t.true(results.length > 0, head);
    for (const line of results) t.regex(line, /^RESULT .*(is true|is false|cannot be proved)\.\)?$/, head);
  }
});

test('the page names every archived run', (t) => {
  for (const { head } of runs) t.true(read('README.md').includes(`\`${head}\``), head);
});
