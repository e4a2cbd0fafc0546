import { readFileSync } from 'node:fs';
import test from 'ava';
import { CODES } from '../../protocol/errors.ts';
import { BANK_STRUCTS, REQUEST_STRUCTS, type Struct } from '../../protocol/shapes.ts';

const page = readFileSync(new URL('../../docs/PROTOCOL.md', import.meta.url), 'utf8');
const vectors = JSON.parse(readFileSync(new URL('../vectors/atmb1.json', import.meta.url), 'utf8'));

const onTheWire = Object.entries(CODES).filter(([, { de39 }]) => de39 !== null);
const codeList = onTheWire.map(([name]) => `\`${name}\``).join(' · ');

const fieldTable = test.macro({
  exec(t, struct: Pick<Struct<object>, 'fields'>, heading: string) {
    const rows = struct.fields.map(([name, field]) => {
      const expects = field.expects.replace(codeList, 'a code of §9');
      return `| \`${name}\`${field.optional ? ' (may be absent)' : ''} | ${expects} |`;
    });
    const section = page.split(`#### ${heading}\n`)[1]?.split('\n#')[0] ?? '';
    const written = section.split('\n').filter((line) => line.startsWith('| `'));
    t.deepEqual(written, rows);
  },
  title: (_, __, heading: string) => `docs/PROTOCOL.md has exactly the fields of ${heading}`,
});
for (const [type, struct] of Object.entries(REQUEST_STRUCTS)) test(fieldTable, struct, type);
test(fieldTable, BANK_STRUCTS.reply, 'reply');
test(fieldTable, BANK_STRUCTS.balance, 'balance (push)');
test(fieldTable, BANK_STRUCTS.settle, 'settle (push)');

test('docs/PROTOCOL.md has exactly the codes that travel', (t) => {
  const section = page.split('## 9 Codes')[1]?.split('\n## ')[0] ?? '';
  const yes = (flag: boolean) => (flag ? 'yes' : 'no');
  t.deepEqual(
    section.split('\n').filter((line) => line.startsWith('| `')),
    onTheWire.map(
      ([name, { de39, definite, retryable, meaning }]) =>
        `| \`${name}\` | ${de39} | ${yes(definite)} | ${yes(retryable)} | ${meaning} |`,
    ),
  );
});

test('the session in docs/PROTOCOL.md is the complete transcript of the vectors', (t) => {
  const section = (page.split('## 10 ')[1]?.split('\n## ')[0] ?? '').replaceAll(/\s/g, '');
  const names = ['CH', 'SH', 'ServerFinished', 'ClientFinished', 'ClientData', 'ClientKeyUpdate'];
  const keys = ['K_SHARED', 'K_bind', 'eph_c', 'eph_s', 'TH', 'MS', 'DH', 'PRK', 'c_traffic_2', 'k_enc_c_2'];
  for (const name of [...names, ...keys, 'ClientData2', 'ClientClose']) {
    t.true(section.includes(vectors.complete[name]), name);
  }
  t.true(page.includes(vectors.complete.request));
  t.true(page.includes(vectors.complete.reply));
});

test('docs/PROTOCOL.md lists the rules R1 to R22', (t) => {
  const rules = [...page.matchAll(/^\| R(\d+) \|/gm)].map(([, number]) => Number(number));
  t.deepEqual(
    rules,
    Array.from({ length: 22 }, (_, index) => index + 1),
  );
});
