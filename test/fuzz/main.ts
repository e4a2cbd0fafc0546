/**
 * `npm run fuzz`: hostile input for everything that decodes what a stranger wrote. Exit 1 with a finding, each in a file
 * that `--replay` runs again.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Kept, readCorpus, writeCorpus } from './corpus.ts';
import { outcomeOf } from './engine.ts';
import { fuzz } from './fuzz.ts';
import { fuzzHttp } from './http-fuzz.ts';
import { TARGETS } from './targets.ts';

const HELP = `npm run fuzz -- [flags]

  --inputs N     how many, all targets together, e.g. 1e8 (1e6)
  --seed TEXT    the same seed gives the same inputs (fuzz)
  --target NAME  only this one; repeat for more: ${TARGETS.map(({ name }) => name).join(', ')}, http
  --workers N    threads (the cores)
  --keep         add inputs with new outcomes to the corpus
  --replay FILE  decode one input, named TARGET-….bin, and say what comes of it

  npm run fuzz -- --inputs 1e8 --seed tonight
  npm run fuzz -- --target request --inputs 1e7`;

/** Inputs for each one over HTTP, which takes three hundred times as long. */
const PER_HTTP = 500;
/** A kept input stays small enough to look at. */
const KEPT_BYTES_MAX = 2048;
const OUT = 'out/fuzz';

const { values: flags } = parseArgs({
  options: {
    inputs: { type: 'string', default: '1e6' },
    seed: { type: 'string', default: 'fuzz' },
    target: { type: 'string', multiple: true, default: [] },
    workers: { type: 'string', default: `${availableParallelism()}` },
    keep: { type: 'boolean', default: false },
    replay: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const known = [...TARGETS.map(({ name }) => name), 'http'];
const unknown = flags.target.find((name) => !known.includes(name));
const inputs = Number(flags.inputs);
const workers = Number(flags.workers);
if (flags.help) say(HELP);
else if (flags.replay !== undefined) replay(flags.replay);
else if (unknown !== undefined) usage(`Unknown target ${unknown}; known are ${known.join(', ')}`);
else if (!Number.isInteger(inputs) || inputs < 1) usage(`Expected a number of inputs, got ${flags.inputs}`);
else if (!Number.isInteger(workers) || workers < 1)
  usage(`Expected a number of threads, got ${flags.workers}`);
else await run();

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

function usage(text: string): void {
  note(`${text}\n\n${HELP}`);
  process.exitCode = 2;
}

function replay(file: string): void {
  const target = TARGETS.find(({ name }) => basename(file).startsWith(`${name}-`));
  if (target === undefined) return usage(`Expected a file named TARGET-….bin, got ${file}`);
  const outcome = outcomeOf(target, Uint8Array.from(readFileSync(file)));
  say(
    'failure' in outcome ? `FAIL ${target.name}: ${outcome.failure}` : `ok ${target.name}: ${outcome.words}`,
  );
  process.exitCode = 'failure' in outcome ? 1 : 0;
}

async function run(): Promise<void> {
  const targets = flags.target.filter((name) => name !== 'http');
  const onlyHttp = flags.target.length > 0 && targets.length === 0;
  const withHttp = flags.target.length === 0 || flags.target.includes('http');
  const startedMs = performance.now();
  const done = Array<number>(workers).fill(0);
  let found = 0;
  const kept = new Map<string, Kept[]>();
  const progress = setInterval(() => {
    const sum = done.reduce((a, b) => a + b, 0);
    const rate = Math.round((sum / (performance.now() - startedMs)) * 1000);
    note(`inputs=${sum} of=${inputs} rate=${rate}/s findings=${found}`);
  }, 5_000);
  const find = (target: string, input: Uint8Array, text: string) => {
    found += 1;
    mkdirSync(OUT, { recursive: true });
    const hash = createHash('sha256').update(input).digest('hex').slice(0, 8);
    const file = join(OUT, `${target}-${hash}.bin`);
    writeFileSync(file, input);
    say(`FAIL ${target}: ${text}\n     ${input.length} bytes; repeat: npm run fuzz -- --replay ${file}`);
  };
  const threads = Array.from({ length: onlyHttp ? 0 : workers }, async (_, index) => {
    const { targets: fuzzed } = await fuzz({
      seed: `${flags.seed}/${index}`,
      inputs: Math.ceil(inputs / workers),
      targets,
      onProgress: (n) => {
        done[index] = n;
      },
      onFinding: ({ target, input, text }) => find(target, input, text),
      ...(flags.keep && {
        onNew: (target: string, one: Kept) => kept.set(target, [...(kept.get(target) ?? []), one]),
      }),
    });
    return fuzzed;
  });
  const all = await Promise.all(threads);
  for (const { name } of TARGETS) {
    const of = all.flat().filter((fuzzed) => fuzzed.name === name);
    if (of.length === 0) continue;
    const sum = of.reduce((n, fuzzed) => n + fuzzed.inputs, 0);
    say(`${name}: ${sum} inputs, ${Math.max(...of.map(({ outcomes }) => outcomes))} outcomes`);
  }
  if (withHttp) {
    const share = onlyHttp ? inputs : Math.ceil(inputs / PER_HTTP);
    const { findings, outcomes } = await fuzzHttp({ seed: flags.seed, inputs: share });
    say(`http: ${share} inputs, ${outcomes} outcomes`);
    for (const { input, text } of findings) find('http', input, text);
  }
  clearInterval(progress);
  for (const [target, fresh] of kept) keep(target, fresh);
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  say(
    `${found === 0 ? 'PASS' : 'FAIL'}: ${found} findings in ${inputs} inputs, ${seconds} s, seed ${flags.seed}`,
  );
  process.exitCode = found === 0 ? 0 : 1;
}

function keep(target: string, fresh: readonly Kept[]): void {
  const corpus = new Map(readCorpus(target).map((one) => [one.words, one]));
  for (const one of fresh) {
    if (!corpus.has(one.words) && one.input.length <= KEPT_BYTES_MAX) corpus.set(one.words, one);
  }
  writeCorpus(target, [...corpus.values()]);
}
