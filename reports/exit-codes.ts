/**
 * The table of exit codes (docs/CLI "Exit codes"): what each says, and which wins when several apply.
 *
 * @module
 */

export const EXIT = {
  pass: { code: 0, doc: 'Everything asked for was done and every check passed' },
  usage: { code: 2, doc: 'The command line, a port, a directory or a key cannot be used' },
  threshold: { code: 99, doc: 'A threshold was missed' },
  scenario: { code: 104, doc: 'The scenario is not valid' },
  interrupted: { code: 105, doc: 'Interrupted; the report was still written' },
  internal: { code: 109, doc: 'A fault in this program' },
  invariant: { code: 110, doc: 'An invariant of money was violated' },
  regression: { code: 111, doc: 'Worse than the run it was compared with' },
  attack: { code: 112, doc: 'An attack got through' },
  load: { code: 113, doc: 'The load asked for was not produced, or nothing was checked' },
  liveness: { code: 114, doc: 'The system did not come to rest after the faults had ended' },
  nondeterminism: { code: 115, doc: 'The same seed gave two different runs' },
  audit: { code: 116, doc: 'The audit trail or the database does not verify' },
} as const;

export type ExitName = keyof typeof EXIT;

/** How a run can end. `usage` and `scenario` are not here: they end a command before there is a run. */
export const WORST_FIRST = [
  'audit',
  'invariant',
  'attack',
  'nondeterminism',
  'liveness',
  'internal',
  'load',
  'threshold',
  'regression',
  'interrupted',
  'pass',
] as const satisfies readonly ExitName[];

export type RunExit = (typeof WORST_FIRST)[number];

/** What to exit with when all of `names` apply; `pass` when none does. */
export const worst = (names: readonly RunExit[]): RunExit =>
  WORST_FIRST.find((name) => names.includes(name)) ?? 'pass';
