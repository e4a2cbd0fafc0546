import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import {
  loadTerminalKey,
  type TerminalKey,
  terminalKeyPath,
  writeTerminalKey,
} from '../../../actors/node/terminal-key-file.ts';
import type { TerminalId } from '../../../protocol/ids.ts';
import { cents } from '../../../protocol/money.ts';

const KEY: TerminalKey = {
  terminal: 'ATM-001' as TerminalId,
  keyId: 3,
  kShared: Buffer.alloc(32, 1),
  kDispense: Buffer.alloc(32, 2),
  cassettes: [
    { denomination: cents(50_00), count: 100 },
    { denomination: cents(20_00), count: 50 },
  ],
};

function written(t: ExecutionContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'cashpoint-terminal-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const path = terminalKeyPath(join(directory, 'new'), KEY.terminal);
  writeTerminalKey(path, KEY);
  return path;
}

test('a terminal key is read as it was written, and only its owner may read it', (t) => {
  const path = written(t);
  t.deepEqual(loadTerminalKey(path), KEY);
  t.is(statSync(path).mode & 0o777, 0o600);
  t.true(path.endsWith('ATM-001.key'));
});

test('a key file is not written over unless it is to be replaced', (t) => {
  const path = written(t);
  t.throws(() => writeTerminalKey(path, { ...KEY, keyId: 4 }), { message: /there already/ });
  t.is(loadTerminalKey(path).keyId, 3);
  writeTerminalKey(path, { ...KEY, keyId: 4 }, { replace: true });
  t.is(loadTerminalKey(path).keyId, 4);
});

test('a missing file and one that others may read are refused with what to do', (t) => {
  const path = written(t);
  t.throws(() => loadTerminalKey(`${path}x`), { name: 'KeyFileError', message: /terminals enrol/ });
  chmodSync(path, 0o640);
  t.throws(() => loadTerminalKey(path), { name: 'KeyFileError', message: /chmod 600/ });
});

const refused = test.macro({
  title: (name) => `a key file is refused when ${name}`,
  exec(t, change: (file: Record<string, unknown>) => unknown, message: RegExp) {
    const path = written(t);
    const file = change(JSON.parse(readFileSync(path, 'utf8')));
    writeFileSync(path, typeof file === 'string' ? file : JSON.stringify(file));
    t.throws(() => loadTerminalKey(path), { name: 'KeyFileError', message });
  },
});

test('it is of another usage', refused, (file) => ({ ...file, usage: 'bdk' }), /holds a key for "bdk"/);
test('it is no JSON', refused, () => 'x', /not readable/);
test('it is null', refused, () => 'null', /not a terminal's/);
test('a field is unknown', refused, (file) => ({ ...file, more: 1 }), /not a terminal's/);
test('its terminal has a bad name', refused, (file) => ({ ...file, terminal: 'a b' }), /its terminal/);
test('its terminal was changed', refused, (file) => ({ ...file, terminal: 'ATM-002' }), /MAC/);
test('its key id was changed', refused, (file) => ({ ...file, keyId: 4 }), /MAC/);
test('its key was changed', refused, (file) => ({ ...file, kShared: '0'.repeat(64) }), /MAC/);
test('its dispenser key was changed', refused, (file) => ({ ...file, kDispense: '0'.repeat(64) }), /MAC/);
test('its cassettes were changed', refused, (file) => ({ ...file, cassettes: [] }), /MAC/);
test(
  'a denomination is no amount',
  refused,
  (file) => ({ ...file, cassettes: [{ denomination: '-1', count: 1 }] }),
  /its cassettes/,
);
