import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { torture } from '../../sim/torture/torture.ts';

test('bank and terminals killed three times each: nothing lost, nothing doubled, cash and ledger agree', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'cashpoint-torture-'));
  const options = { kills: 3, terminals: 6, seed: 'ci', directory, withinMs: 100_000 };
  const { findings, cash, operations, kills } = await torture(options, () => {});
  t.deepEqual(cash, []);
  t.deepEqual(
    findings.filter(({ status }) => status !== 'ok').map(({ id, first }) => `${id}: ${first}`),
    [],
  );
  t.is(findings.length, 7);
  t.true(operations > 20);
  t.deepEqual(kills, { bank: 3, terminals: 3 });
  rmSync(directory, { recursive: true });
});
