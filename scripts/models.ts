/**
 * Runs the Spin model of the record layer (`npm run models`; docs/formal/README.md): with all rules, where nothing may
 * fail, and with each rule left out, where the assertion that needs it must. Needs spin and a C compiler.
 *
 * @module
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MODEL = fileURLToPath(new URL('../docs/formal/record.pml', import.meta.url));

/** The assertions of the model, as Spin words them when they fail. */
const NOT_THE_NEXT = /assertion violated .*isForeign.*taken/;
const BEFORE_FINISHED = /assertion violated \(verified\[/;
const INCOMPLETE = /assertion violated \(from\[\S+\.taken==/;
const SESSION_DONE = /assertion violated .*phase.*epochIn/;

export interface Variant {
  /** Preprocessor flag; the empty text for the model as it is. */
  readonly flag: string;
  readonly claim: string;
  /** What must be found; null when the whole state space must hold. */
  readonly finds: RegExp | null;
}

export const VARIANTS: readonly Variant[] = [
  { flag: '', claim: 'holds', finds: null },
  { flag: '-DNO_SEQ', claim: 'needs the sequence (R4)', finds: NOT_THE_NEXT },
  { flag: '-DNO_DIR', claim: 'needs keys for each direction (R3)', finds: NOT_THE_NEXT },
  { flag: '-DNO_SESS', claim: 'needs keys for each session (R2)', finds: NOT_THE_NEXT },
  { flag: '-DNO_EPOCH', claim: 'needs keys for each epoch (R5, R14)', finds: NOT_THE_NEXT },
  { flag: '-DNO_STOP', claim: 'needs a sequence that never begins again (R4, R15)', finds: NOT_THE_NEXT },
  { flag: '-DNO_WAIT', claim: 'needs both Finished before Data (R1)', finds: BEFORE_FINISHED },
  { flag: '-DNO_CLOSE', claim: 'needs an authenticated Close (R16)', finds: INCOMPLETE },
  { flag: '-DCONTROL', claim: 'lets a session through to its end', finds: SESSION_DONE },
];

/** Which of the programs are not there. */
export const missingPrograms = (): readonly string[] =>
  [
    ['spin', '-V'],
    ['gcc', '--version'],
  ].flatMap(([program = '', flag = '']) => (spawnSync(program, [flag]).status === 0 ? [] : [program]));

export interface Verdict {
  readonly ok: boolean;
  /** One line. */
  readonly text: string;
}

/** @param model path of the model; @throws Error when it cannot be run to its end */
export function runVariant({ flag, finds }: Variant, model = MODEL): Verdict {
  const dir = mkdtempSync(join(tmpdir(), 'cashpoint-spin-'));
  try {
    run(dir, 'spin', ...(flag ? [flag] : []), '-a', model);
    run(dir, 'gcc', '-DSAFETY', '-o', 'pan', 'pan.c');
    return judge(run(dir, './pan', '-m100000'), finds);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function judge(output: string, finds: RegExp | null): Verdict {
  const errors = Number(/errors: (\d+)/.exec(output)?.[1] ?? Number.NaN);
  const states = Number(/(\d+) states, stored/.exec(output)?.[1] ?? Number.NaN);
  const found = /^pan:1: (.*)$/m.exec(output)?.[1] ?? 'no error';
  const isWhole = !/max search depth too small|Search not completed/.test(output);
  const ok = finds ? errors === 1 && finds.test(found) : errors === 0 && states > 0 && isWhole;
  return { ok, text: `${found}, ${states} states${isWhole || finds ? '' : ', search not completed'}` };
}

function run(cwd: string, program: string, ...args: readonly string[]): string {
  const result = spawnSync(program, args, { cwd, encoding: 'utf8', timeout: 120_000 });
  if (result.error) throw result.error;
  if (result.status !== 0) throw new Error(`${program}: ${result.stdout}${result.stderr}`);
  return result.stdout;
}

if (import.meta.main) {
  const missing = missingPrograms();
  if (missing.length > 0) {
    console.error(`not run: ${missing.join(' and ')} not found`);
    process.exit(2);
  }
  for (const variant of VARIANTS) {
    const { ok, text } = runVariant(variant);
    console.log(`${ok ? 'ok    ' : 'FAILED'} ${variant.flag || 'all rules'}: ${variant.claim}: ${text}`);
    if (!ok) process.exitCode = 1;
  }
}
