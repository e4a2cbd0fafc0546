import test from 'ava';
import type { Patch } from '../../sim/plants/plant.ts';
import { readCorpus } from './corpus.ts';
import { outcomeOf } from './engine.ts';
import { fuzz } from './fuzz.ts';
import { fuzzHttp } from './http-fuzz.ts';
import { TARGETS } from './targets.ts';

test('every input of the corpus comes out as it did when it was kept', (t) => {
  for (const target of TARGETS) {
    const corpus = readCorpus(target.name);
    t.true(corpus.length >= 10, target.name);
    for (const { input, words } of corpus) t.deepEqual(outcomeOf(target, input), { words }, target.name);
  }
});

/** Each a bug in a decoder, and how it shows. */
const PLANTED: readonly (Patch & { readonly target: string; readonly shows: RegExp })[] = [
  {
    target: 'reply',
    shows: /^TypeError/,
    file: 'protocol/fields.ts',
    find: "if (typeof value !== 'string' || !value.startsWith('-')) return DIGITS.decode(value);",
    replace: "if (!(value as string).startsWith('-')) return DIGITS.decode(value);",
  },
  {
    target: 'request',
    shows: /no key stands twice|numbers are plain integers/,
    file: 'protocol/decode.ts',
    find: 'if (JSON.stringify(value) !== text && !isStrictJson(text))',
    replace: 'if (false)',
  },
  {
    target: 'plaintext',
    shows: /messages are the bytes that came/,
    file: 'protocol/record.ts',
    find: 'if (at + bytes > plaintext.length) return null;',
    replace: '',
  },
  {
    target: 'plaintext',
    shows: /does not come back/,
    file: 'protocol/record.ts',
    find: 'for (let at = from; at < bytes.length; at++) if (bytes[at] !== 0) return false;',
    replace:
      'for (let at = from; at < bytes.length; at += bytes[at] ?? 0) if (bytes[at] === 7) return false;',
  },
  {
    target: 'frames',
    shows: /at most one frame is kept/,
    file: 'protocol/frame.ts',
    find: "if (bodyBytes < bounds.min || bodyBytes > bounds.max) return 'bad length';",
    replace: '',
  },
  {
    target: 'bank-stream',
    shows: /what is genuine, and no more/,
    file: 'protocol/seal.ts',
    find: "if (!timingSafeEqual(tagWork, frame.subarray(tagAt))) return 'bad mac';",
    replace: '',
  },
];

for (const { target, shows, ...patch } of PLANTED) {
  test(`a bug planted in ${patch.file} is found: ${shows.source}`, async (t) => {
    // A healthy decoder would take all of them; the thread needs a second to load before it can be said to hang.
    const { findings } = await fuzz({
      ...{ seed: 'plant', inputs: 20_000, targets: [target] },
      ...{ hangMs: shows.source.includes('come back') ? 3_000 : 20_000, failFast: true, patches: [patch] },
    });
    t.true(
      findings.some(({ text }) => shows.test(text)),
      findings.map(({ text }) => text).join('\n') || 'nothing was found',
    );
  });
}

test('a million hostile inputs crash no decoder, hang none, and none takes what is not genuine', async (t) => {
  t.timeout(600_000);
  const { findings, targets } = await fuzz({ seed: 'check', inputs: 1_000_000 });
  t.deepEqual(
    findings.map(({ target, input, text }) => [target, text, Buffer.from(input).toString('base64')]),
    [],
  );
  t.is(targets.length, TARGETS.length);
  for (const { name, inputs } of targets) t.true(inputs >= 1000, name);
});

test('two thousand almost-requests over HTTP: no failure of the bank, no connection left, honest terminals served', async (t) => {
  const { findings, outcomes } = await fuzzHttp({ seed: 'check', inputs: 2000 });
  t.deepEqual(
    findings.map(({ input, text }) => [text, Buffer.from(input).toString('base64')]),
    [],
  );
  t.true(outcomes >= 10);
});
