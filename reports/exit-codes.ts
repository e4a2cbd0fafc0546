/**
 * The table of exit codes (docs/CLI, "Exit codes"): what each says, and which wins when several apply.
 *
 * @module
 */
import { invariant } from '../protocol/invariant.ts';

export interface ExitCodeInfo {
  readonly code: number;
  /** 0 is the worst; null for those that end a command before it has anything to weigh. */
  readonly rank: number | null;
  readonly doc: string;
}

const exit = (code: number, rank: number | null, doc: string): ExitCodeInfo => ({ code, rank, doc });

export const EXIT = {
  pass: exit(0, 10, 'Everything asked for was done and every check passed'),
  usage: exit(2, null, 'The command line, a port, a directory or a key cannot be used'),
  threshold: exit(99, 7, 'A threshold was missed'),
  scenario: exit(104, null, 'The scenario is not valid'),
  interrupted: exit(105, 9, 'Interrupted; the report was still written'),
  internal: exit(109, 5, 'A fault in this program'),
  invariant: exit(110, 1, 'An invariant of money was violated'),
  regression: exit(111, 8, 'Worse than the run it was compared with'),
  attack: exit(112, 2, 'An attack got through'),
  load: exit(113, 6, 'The load asked for was not produced, or nothing was checked'),
  liveness: exit(114, 4, 'The system did not come to rest after the faults had ended'),
  nondeterminism: exit(115, 3, 'The same seed gave two different runs'),
  audit: exit(116, 0, 'The audit trail or the database does not verify'),
} as const satisfies Record<string, ExitCodeInfo>;

export type ExitName = keyof typeof EXIT;

/** The name of the code to exit with when all of `names` apply; `pass` when none does. */
export function worst(names: readonly ExitName[]): ExitName {
  return names.reduce<ExitName>((a, b) => (rankOf(b) < rankOf(a) ? b : a), 'pass');
}

function rankOf(name: ExitName): number {
  const { rank } = EXIT[name];
  invariant(rank !== null, `"${name}" ends a command at once and is never weighed against others`);
  return rank;
}
