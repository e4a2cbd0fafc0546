/**
 * The program as a user has it: a process of its own, real sockets, real files.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Report } from '../../reports/report.ts';
import { checkReport } from '../../reports/schema.ts';
import type { Patch } from '../../sim/plants/index.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PRELOAD = fileURLToPath(new URL('../../sim/plants/preload.ts', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The last line on stderr. */
  readonly last: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** Resolves once stderr matches; rejects when the program ends before. */
  says(pattern: RegExp): Promise<string>;
  readonly ended: Promise<Ended>;
}

/** Starts `cashpoint` with these words. The time limit is the test's. */
export function start(words: readonly string[], patches: readonly Patch[] = []): Running {
  const preload = patches.length > 0 ? ['--import', PRELOAD] : [];
  const child = spawn(process.execPath, [...preload, join(ROOT, 'cli/main.ts'), ...words], {
    env: { ...process.env, CASHPOINT_PATCHES: JSON.stringify(patches) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const listeners = new Set<() => void>();
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
    for (const listener of listeners) listener();
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code) => {
      const last = stderr.trimEnd().split('\n').at(-1) ?? '';
      resolve({ code, stdout, stderr, last });
    });
  });
  const says = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(stderr);
        if (!found) return;
        listeners.delete(look);
        resolve(found[0]);
      };
      listeners.add(look);
      look();
      void ended.then(() => reject(new Error(`Expected ${pattern}, got:\n${stderr}`)));
    });
  return { child, says, ended };
}

export const cashpoint = (...words: string[]): Promise<Ended> => start(words).ended;

export interface FinishedRun extends Ended {
  readonly report: Report;
  readonly directory: string;
}

/** A run in a scratch directory that is removed by {@link Scratch.remove}. */
export class Scratch {
  readonly path = mkdtempSync(join(tmpdir(), 'cashpoint-test-'));

  in(name: string): string {
    return join(this.path, name);
  }

  start(words: readonly string[], patches: readonly Patch[] = []): Running {
    return start(['run', '--no-tui', '--out', this.in('out'), ...words], patches);
  }

  async run(words: readonly string[], patches: readonly Patch[] = []): Promise<FinishedRun> {
    return this.finished(await this.start(words, patches).ended);
  }

  /** The newest run's report, checked against its schema. */
  finished(ended: Ended): FinishedRun {
    const [newest = ''] = readdirSync(this.in('out')).sort().reverse();
    const directory = join(this.in('out'), newest);
    const checked = checkReport(JSON.parse(readFileSync(join(directory, 'report.json'), 'utf8')));
    if (!('report' in checked)) throw new Error(checked.problems.join('\n'));
    return { ...ended, report: checked.report, directory };
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
