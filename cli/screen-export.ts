/**
 * What `x` on the dashboard leaves behind: the screen as text, and what it was drawn from as JSON, in the run's directory.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Shown } from '../terminals/dashboard/app.ts';

/** For their owner alone, never over another file. Answers in words where they are, or why not. */
export function exportShown({ screen, model }: Shown, now: Date): string {
  const directory = model.run.directory ?? process.cwd();
  const base = join(directory, `screen-${now.toISOString().replace(/\D/g, '')}`);
  try {
    for (const [end, text] of [
      ['txt', screen],
      ['json', `${JSON.stringify(model, null, 2)}\n`],
    ] as const) {
      writeFileSync(`${base}.${end}`, text, { flag: 'wx', mode: 0o600 });
    }
    const near = relative('', base);
    return `written to ${near.startsWith('..') ? base : near}.txt, .json`;
  } catch (error) {
    return `not written: ${error instanceof Error ? error.message : String(error)}`;
  }
}
