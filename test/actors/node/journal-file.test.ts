import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { JournalFile } from '../../../actors/node/journal-file.ts';
import type { TerminalId, TxnId } from '../../../protocol/ids.ts';
import type { JournalEntry } from '../../../terminals/journal.ts';

const ATM1 = 'ATM-1' as TerminalId;
const ATM2 = 'ATM-2' as TerminalId;
const entry = (n: number): JournalEntry => ({ mark: 'stored', txnId: String(n).padStart(32, '0') as TxnId });
const onError = (error: Error) => {
  throw error;
};

const append = (file: JournalFile, terminal: TerminalId, entries: JournalEntry[]) =>
  new Promise<void>((durable) => file.of(terminal).append(entries, durable));
const close = (file: JournalFile) => new Promise<void>((done) => file.close(done));

test('each terminal reads back its own entries, in order, after they were called durable', async (t) => {
  const path = join(mkdtempSync(join(tmpdir(), 'cashpoint-journal-')), 'journal');
  const file = new JournalFile(path, { onError });
  await Promise.all([
    append(file, ATM1, [entry(1)]),
    append(file, ATM2, [entry(2)]),
    append(file, ATM1, [entry(3)]),
  ]);
  t.is(readFileSync(path, 'utf8').split('\n').length - 1, 3, 'durable means that it is in the file');
  t.is(file.counts.flushes, 1, 'one flush for what came together');
  await append(file, ATM2, [entry(4)]);
  await close(file);
  const again = new JournalFile(path, { onError });
  t.deepEqual(again.of(ATM1).read(), [entry(1), entry(3)]);
  t.deepEqual(again.of(ATM2).read(), [entry(2), entry(4)]);
  await close(again);
  rmSync(join(path, '..'), { recursive: true });
});

test('a line that power loss tore off is dropped, and what is written after it is sound', async (t) => {
  const path = join(mkdtempSync(join(tmpdir(), 'cashpoint-journal-')), 'journal');
  const file = new JournalFile(path, { onError });
  await append(file, ATM1, [entry(1)]);
  await close(file);
  appendFileSync(path, 'ATM-1 {"mark":"sto');
  const torn = new JournalFile(path, { onError });
  t.deepEqual(torn.of(ATM1).read(), [entry(1)]);
  await append(torn, ATM1, [entry(2)]);
  await close(torn);
  const again = new JournalFile(path, { onError });
  t.deepEqual(again.of(ATM1).read(), [entry(1), entry(2)]);
  await close(again);
  rmSync(join(path, '..'), { recursive: true });
});
