import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import test from 'ava';
import type { Patch } from '../../sim/plants/plant.ts';
import { cashpoint, type Running, Scratch, start } from '../helpers/cashpoint.ts';
import { byteSecret, found, foundInFiles, type Secret, textSecret } from './hunt.ts';

const PASSWORDS = ['canary-first-Zq7w', 'canary-second-Xv9k', 'canary-wrong-Jm3p'] as const;
const ACCOUNT = 'CANARY-ACCOUNT-55';

/** Everything that is a secret in key files and credentials. */
function secretsIn(directory: string): Secret[] {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return files
    .filter((name) => name.endsWith('.key') || basename(name) === 'credentials.json')
    .flatMap((name) => secretsOf(name, JSON.parse(readFileSync(join(directory, name), 'utf8'))));
}

function secretsOf(name: string, value: unknown): Secret[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([field, held]) => {
    if (typeof held !== 'string') return secretsOf(`${name} ${field}`, held);
    if (field === 'password') return [textSecret(`${name} ${field}`, held)];
    const isKey = field === 'key' || field === 'kShared' || field === 'kDispense';
    return isKey ? [byteSecret(`${name} ${field}`, Buffer.from(held, 'hex'))] : [];
  });
}

/** What others on the machine see of a process; nothing where there is no /proc. */
function visible({ child }: Running): Buffer {
  const parts = ['cmdline', 'environ'].map((name) => `/proc/${child.pid}/${name}`);
  return Buffer.concat(parts.filter((path) => existsSync(path)).map((path) => readFileSync(path)));
}

/** A heap snapshot is told by a signal, and takes a full collection first. */
async function heapOf(bank: Running, directory: string): Promise<Buffer> {
  bank.child.kill('SIGUSR2');
  for (;;) {
    const [name] = readdirSync(directory).filter((file) => file.endsWith('.heapsnapshot'));
    const bytes = name === undefined ? Buffer.alloc(0) : readFileSync(join(directory, name));
    if (bytes.subarray(-8).toString().trimEnd().endsWith(']}')) return bytes;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A bank, an ATM and a customer who does everything there is; where secrets were seen. */
async function hunt(scratch: Scratch, patches: readonly Patch[]): Promise<string[]> {
  const data = scratch.in('bank');
  const heap = scratch.in('heap');
  mkdirSync(heap);
  const files = PASSWORDS.map((password, index) => {
    const path = scratch.in(`${index}.password`);
    writeFileSync(path, `${password}\n`, { mode: 0o600 });
    return path;
  });
  const [first = '', second = '', wrong = ''] = files;
  await cashpoint('keys', 'init', '--data', data);
  const customer = ['bank', 'customers', 'add', 'alice', '--account', ACCOUNT, '--opening', '100.00'];
  await cashpoint(...customer, '--password-file', first, '--data', data);
  const atms = scratch.in('atm');
  await cashpoint('bank', 'terminals', 'enrol', 'ATM-1', '--out', atms, '--cash', '20x50', '--data', data);
  const commands = scratch.in('commands');
  writeFileSync(
    commands,
    [
      ...[`login alice ${first}`, 'balance', 'deposit 20x2', 'withdraw 40.00', 'history 5'],
      ...[`password ${first} ${second}`, 'logout', `login alice ${wrong}`, `login alice ${second}`, 'logout'],
    ].join('\n'),
  );
  process.env['NODE_OPTIONS'] = `--heapsnapshot-signal=SIGUSR2 --diagnostic-dir=${heap}`;
  const bank = start(['bank', '--data', data, '--listen', '127.0.0.1:0', '--log', 'json'], patches);
  delete process.env['NODE_OPTIONS'];
  const [, address = ''] = /"address":"([\d.:]+)"/.exec(await bank.says(/\{.*"bank\.serving".*\}/)) ?? [];
  const atm = start(['atm', '--bank', address, '--data', atms, '--batch', commands]);
  const seen = Buffer.concat([visible(bank), visible(atm)]);
  const said = await atm.ended;
  const secrets = [
    ...PASSWORDS.map((text, n) => textSecret(`password ${n}`, text)),
    ...secretsIn(scratch.path),
  ];
  // Keys live as long as the bank; what a customer typed must be gone with the session.
  const typed = secrets.slice(0, PASSWORDS.length);
  const snapshot = await heapOf(bank, heap);
  bank.child.kill('SIGTERM');
  const told = await bank.ended;
  const outcomes = said.stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).outcome);
  if (outcomes.join(' ') !== 'ok ok ok ok ok ok ok fail ok ok') throw new Error(said.stdout + said.stderr);
  const places: readonly (readonly [string, Uint8Array, readonly Secret[]])[] = [
    ['argv and environment', seen, secrets],
    ['bank output', Buffer.from(told.stdout + told.stderr), secrets],
    ['atm output', Buffer.from(said.stdout + said.stderr), secrets],
    ['heap', snapshot, typed],
  ];
  return [
    ...places.flatMap(([place, bytes, all]) => found(bytes, all).map((name) => `${place}: ${name}`)),
    ...foundInFiles(scratch.path, secrets, (path) => /\.(key|password|heapsnapshot)$/.test(path)),
  ];
}

test('what a customer types and every key stay out of outputs, files, argv, environment and a closed session’s heap', async (t) => {
  const scratch = new Scratch();
  t.teardown(() => scratch.remove());
  t.deepEqual(await hunt(scratch, []), []);
  // The database and the trail know who did what; nobody reads what from the trail without its key.
  const trail = readFileSync(join(scratch.in('bank'), 'bank.db'));
  t.false(trail.includes('withdraw $40.00'));
});

test('a password that is logged, one that is kept and a key that is written are each found', async (t) => {
  const scratch = new Scratch();
  t.teardown(() => scratch.remove());
  const leaks = await hunt(scratch, [
    {
      file: 'actors/request-router.ts',
      find: '#login(session: BankSession, request: Login): void {',
      replace: `#login(session: BankSession, request: Login): void {
        process.stderr.write(request.password + '\\n');
        (globalThis.kept ??= []).push({ login: request.password });`,
    },
    {
      file: 'actors/node/serve-bank.ts',
      find: '  let server: BankServer | null = null;',
      replace: `  let server: BankServer | null = null;
        process.stderr.write(Buffer.from(directory.baseKey.key).toString('base64') + '\\n');`,
    },
  ]);
  const key = 'bank output: bank/keys/base-1.key key';
  for (const leak of ['bank output: password 0', 'heap: password 1', 'heap: password 2', key]) {
    t.true(leaks.includes(leak), leaks.join('\n'));
  }
});

test('a load run leaves no password and no key but in its credentials and key files', async (t) => {
  const scratch = new Scratch();
  t.teardown(() => scratch.remove());
  const { directory, stdout, stderr, code } = await scratch.run(['--terminals', '3', '--duration', '1s']);
  t.is(code, 0, stderr);
  const secrets = secretsIn(directory);
  t.true(secrets.length >= 10);
  t.deepEqual(found(Buffer.from(stdout + stderr), secrets), []);
  const mayHold = (path: string) => path.endsWith('.key') || path.endsWith('credentials.json');
  t.deepEqual(foundInFiles(directory, secrets, mayHold), []);
  // The same search finds them where they are.
  t.true(foundInFiles(directory, secrets, () => false).length >= secrets.length);
});
