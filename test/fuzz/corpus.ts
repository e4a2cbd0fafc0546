/**
 * The corpus: for each target a file of inputs that came out differently from all before, a line each: base64, a space,
 * the outcome. Replayed by the tests, and where every fuzz run begins.
 *
 * @module
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Kept {
  readonly input: Uint8Array;
  readonly words: string;
}

const pathOf = (target: string) => fileURLToPath(new URL(`corpus/${target}.txt`, import.meta.url));

export function readCorpus(target: string): Kept[] {
  if (!existsSync(pathOf(target))) return [];
  const lines = readFileSync(pathOf(target), 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => {
    const at = line.indexOf(' ');
    return { input: Buffer.from(line.slice(0, at), 'base64'), words: line.slice(at + 1) };
  });
}

/** Sorted by outcome, so that a new one changes one line. */
export function writeCorpus(target: string, kept: readonly Kept[]): void {
  const lines = kept.map(({ input, words }) => `${Buffer.from(input).toString('base64')} ${words}`);
  const byWords = (line: string) => line.slice(line.indexOf(' '));
  lines.sort((a, b) => (byWords(a) < byWords(b) ? -1 : 1));
  writeFileSync(pathOf(target), `${lines.join('\n')}\n`);
}
