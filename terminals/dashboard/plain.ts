/**
 * The dashboard without a screen: one stable `key=value` line a second, and a line for each change of a light, a
 * fault or the run's state. No escape codes. `-` stands where there is no figure.
 *
 * @module
 */
import { countStates, type DashboardModel, type LightStatus } from './model.ts';
import { cleanText, formatDelta } from './text.ts';

export function plainLine(model: DashboardModel): string {
  const states = countStates(model.terminals.states);
  const all = model.latency.find((row) => row.op === 'ALL');
  const expected = model.errors.filter((row) => row.expected).reduce((sum, row) => sum + row.count, 0);
  const { run, bank, lights, adversary, faults } = model;
  return fields([
    ['t', Math.floor(run.elapsedMs / 1000)],
    ['state', run.state],
    ['atms', model.terminals.states.length],
    ['idle', states.idle],
    ['hs', states.handshake],
    ['login', states.login],
    ['txn', states.txn],
    ['err', states.error],
    ['off', states.offline],
    ['offered', run.offeredRate === null ? null : Math.round(run.offeredRate)],
    ['ok', Math.round(run.achievedRate)],
    ['p50', milliseconds(all?.p50)],
    ['p95', milliseconds(all?.p95)],
    ['p99', milliseconds(all?.p99)],
    ['p999', milliseconds(all?.p999)],
    ['unexp', model.totals.unexpected],
    ['exp', expected],
    ['q', bank?.mailbox ?? null],
    ['batch', bank?.batchP50 ?? null],
    ['money', LIGHT_WORDS[lights.money.status]],
    ['audit', LIGHT_WORDS[lights.audit.status]],
    ['head', lights.audit.headSeq],
    ['adv', adversary === null ? null : `${adversary.tried - adversary.accepted}/${adversary.tried}`],
    ['fault', faults.length === 0 ? null : faults.join(',')],
  ]);
}

/** Lines for what changed since `before`; of the first snapshot, what is not as it should be. */
export function plainChanges(before: DashboardModel | null, model: DashboardModel): readonly string[] {
  const { money, audit } = model.lights;
  const lines: string[] = [];
  const at = (model.run.elapsedMs / 1000).toFixed(3);
  const say = (pairs: readonly Pair[]) => lines.push(`t=${at} ! ${fields(pairs)}`);
  if (money.status !== (before?.lights.money.status ?? 'ok')) {
    say([['money', LIGHT_WORDS[money.status]], ['delta', formatDelta(money.delta)], ...note(money.text)]);
  }
  if (audit.status !== (before?.lights.audit.status ?? 'ok')) {
    say([['audit', LIGHT_WORDS[audit.status]], ['head', audit.headSeq], ...note(audit.text)]);
  }
  const accepted = model.adversary?.accepted ?? 0;
  if (accepted > (before?.adversary?.accepted ?? 0))
    say([
      ['adversary', 'ACCEPTED'],
      ['count', accepted],
    ]);
  const faults = model.faults.join(',');
  if (faults !== (before?.faults ?? []).join(',')) say([['fault', faults === '' ? null : faults]]);
  if (before !== null && before.run.state !== model.run.state) say([['state', model.run.state]]);
  if (model.verdict !== null && before?.verdict == null) {
    const { status, exitCode, reasons } = model.verdict;
    say([['verdict', status], ['exit', exitCode], ...note(reasons.join('; '))]);
  }
  return lines;
}

type Pair = readonly [key: string, value: string | number | null];

const LIGHT_WORDS: Readonly<Record<LightStatus, string>> = {
  ok: 'OK',
  stale: 'STALE',
  violated: 'VIOLATED',
  unchecked: 'UNCHECKED',
};

/** Values with blanks or quotes are quoted, so that a line splits the same way whatever a peer wrote. */
function fields(pairs: readonly Pair[]): string {
  return pairs
    .map(([key, value]) => {
      const text = value === null ? '-' : cleanText(String(value), false);
      return `${key}=${/[\s"]/.test(text) ? JSON.stringify(text) : text}`;
    })
    .join(' ');
}

const note = (text: string): readonly Pair[] => (text === '' ? [] : [['text', text]]);

const milliseconds = (us: number | null | undefined) => (us == null ? null : (us / 1000).toFixed(1));
