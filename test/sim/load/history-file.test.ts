import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { TerminalId } from '../../../protocol/ids.ts';
import type { CashCount } from '../../../sim/history.ts';
import { HistoryWriter, joinParts, readHistory, unpackHistory } from '../../../sim/load/history-file.ts';

const record = (n: number): CashCount => ({
  type: 'cash',
  terminal: `ATM-${n}` as TerminalId,
  loaded: String(n),
  counted: String(n),
  open: 0,
});

async function written(directory: string, parts: number, each: number): Promise<string> {
  const paths: string[] = [];
  for (let part = 0; part < parts; part++) {
    const path = join(directory, `part-${part}`);
    const writer = new HistoryWriter(path);
    for (let i = 0; i < each; i++) writer.write(record(part * each + i));
    await writer.close();
    paths.push(path);
  }
  const whole = join(directory, 'history.jsonl.gz');
  await joinParts(
    paths.map((path) => ({ path, whole: true })),
    whole,
  );
  return whole;
}

const read = async (directory: string, path: string) => {
  const plain = join(directory, 'plain');
  await unpackHistory(path, plain);
  return [...readHistory(plain)];
};

test('what several workers wrote is read back in the order of the parts', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'cashpoint-history-'));
  const whole = await written(directory, 3, 5_000);
  t.deepEqual(
    await read(directory, whole),
    Array.from({ length: 15_000 }, (_, n) => record(n)),
  );
  rmSync(directory, { recursive: true });
});

test('a file that a kill has cut off gives whole records up to the cut', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'cashpoint-history-'));
  const bytes = readFileSync(await written(directory, 1, 3_000));
  for (const share of [0.3, 0.6, 0.9]) {
    const cut = join(directory, 'cut');
    writeFileSync(cut, bytes.subarray(0, Math.floor(bytes.length * share)));
    const records = await read(directory, cut);
    t.true(records.length > 0 && records.length < 3_000, `${records.length} of 3000 at ${share}`);
    t.deepEqual(
      records,
      Array.from({ length: records.length }, (_, n) => record(n)),
    );
  }
  rmSync(directory, { recursive: true });
});

test('cut off at any byte, in a head, a body or a trailer, it still gives the records before the cut', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'cashpoint-history-'));
  const bytes = readFileSync(await written(directory, 3, 10));
  const cut = join(directory, 'cut');
  let most = 0;
  for (let length = 0; length <= bytes.length; length++) {
    writeFileSync(cut, bytes.subarray(0, length));
    const records = await read(directory, cut);
    t.true(records.length >= most, `${records.length} records of ${length} bytes`);
    most = records.length;
    t.deepEqual(
      records,
      Array.from({ length: most }, (_, n) => record(n)),
    );
  }
  t.is(most, 30);
  rmSync(directory, { recursive: true });
});

test('the part of a worker that died hides nothing of the parts after it', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'cashpoint-history-'));
  const parts: string[] = [];
  for (const name of ['torn', 'empty', 'sound']) {
    const path = join(directory, name);
    const writer = new HistoryWriter(path);
    for (let i = 0; i < 3_000; i++) writer.write(record(i));
    await writer.close();
    parts.push(path);
  }
  const [torn = '', empty = '', sound = ''] = parts;
  truncateSync(torn, Math.floor(readFileSync(torn).length / 2));
  truncateSync(empty, 0);
  const whole = join(directory, 'history.jsonl.gz');
  await joinParts(
    [
      { path: torn, whole: false },
      { path: join(directory, 'never begun'), whole: false },
      { path: empty, whole: false },
      { path: sound, whole: true },
    ],
    whole,
  );
  const records = await read(directory, whole);
  const before = records.length - 3_000;
  t.true(before > 0 && before < 3_000, `${before} records of the torn part`);
  const expected = Array.from({ length: 3_000 }, (_, n) => record(n));
  t.deepEqual(records, [...expected.slice(0, before), ...expected]);
  t.deepEqual(readdirSync(directory).sort(), ['history.jsonl.gz', 'plain']);
  rmSync(directory, { recursive: true });
});
