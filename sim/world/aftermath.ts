/**
 * After a run: the history from what customers saw and what really changed hands, the end checks over it and the bank's
 * disk, and the outcome.
 *
 * @module
 */
import { openRecord } from '../../bank/audit/trail.ts';
import { cents } from '../../protocol/money.ts';
import { runChecks } from '../check/index.ts';
import type { CheckInput } from '../check/input.ts';
import type { HistoryRecord, OperationRecord } from '../history.ts';
import { operationRecord } from '../operation-record.ts';
import type { AtmNode } from './atm-node.ts';
import { Life } from './kernel.ts';
import type { WorldOutcome } from './outcome.ts';
import { OPENING, type Population, VAULT_FUNDS } from './population.ts';
import type { Visit } from './visit.ts';

/** All of the outcome but the transitions. @param seen `refined`: transitions that REFINE looked up */
export function atEnd(
  world: Population,
  seen: { readonly settleMs: number | null; readonly refined: number },
): Omit<WorldOutcome, 'transitions'> {
  const { config, kernel, decisions, sink, marks, watches, trace } = world;
  const history = historyOf(world);
  const { settleMs, refined } = seen;
  const checks: Record<string, number> = { REFINE: refined };
  if (sink.first === null) {
    for (const { id, checks: count, violations, first } of runChecks(inputOf(world, history))) {
      checks[id] = count;
      if (violations > 0) sink.report(id, `${first}${violations > 1 ? ` (and ${violations - 1} more)` : ''}`);
    }
  }
  if (sink.first === null) for (const watch of watches) watch.finish?.();
  for (const { id, checks: count } of watches) checks[id] = (checks[id] ?? 0) + count;
  const operations = { ok: 0, fail: 0, unknown: 0 };
  for (const record of history) if (record.type === 'op') operations[record.outcome] += 1;
  return {
    config,
    violations: sink.violations,
    digest: trace.digest(),
    events: kernel.events,
    virtualMs: Math.round(kernel.nowUs / 1000),
    settleMs,
    fired: decisions.fired,
    marks: marks.counts(),
    checks,
    operations,
    trace: trace.events,
  };
}

function historyOf({ patrons, atms }: Population): readonly HistoryRecord[] {
  const records: HistoryRecord[] = [];
  for (const [i, { visits }] of patrons.entries()) {
    const atm = atms[i];
    if (atm) for (const visit of visits) records.push(...recordOf(visit, atm));
  }
  for (const { terminal, loaded, counted } of atms.map(countOf)) {
    // Nothing may be open any more, so nothing explains a difference.
    records.push({ type: 'cash', terminal, loaded, counted, open: 0 });
  }
  return records;
}

const countOf = (atm: AtmNode) => ({
  terminal: atm.terminal,
  loaded: String(atm.loaded),
  counted: String(atm.counted()),
});

/** The cash is the truth of the devices, not what the terminal made of it. */
function recordOf(visit: Visit, { truth }: AtmNode): readonly OperationRecord[] {
  const { asked, result, txnId, amount, sentUs } = visit;
  const id = result?.txnId ?? txnId;
  const cash = cents(Number(id === null ? 0n : (truth.get(id) ?? 0n)));
  if (result) return [operationRecord(asked, { ...result, cash })];
  if (id === null) return [];
  return [
    operationRecord(asked, {
      op: asked.op,
      txnId: id,
      outcome: 'unknown',
      code: null,
      amount,
      cash,
      sentUs,
      repliedUs: null,
      doneUs: sentUs ?? 0,
      settledBy: null,
      account: null,
      audit: null,
      reply: null,
    }),
  ];
}

function inputOf(world: Population, history: readonly HistoryRecord[]): CheckInput {
  const { disk, auditKey, purses } = world;
  const life = new Life('the checks');
  const store = disk.open(life, () => {});
  return {
    history: () => history,
    bank: {
      image: store.load(),
      entries: () => store.entries(),
      txns: () => store.txns(),
      audit: () => store.audit(1),
      openAudit: (row) => openRecord(row, auditKey),
    },
    expected: { vaultFunded: VAULT_FUNDS, accountsOpened: cents(Number(OPENING) * purses.length) },
  };
}
