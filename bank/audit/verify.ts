/**
 * Verifies the chain of the audit trail without any key: the only things needed are the sealed rows and, against
 * truncation and roll-back, heads that were seen elsewhere (checkpoints, terminals' journals).
 *
 * @module
 */
import type { AuditRow } from '../model.ts';
import { chainHash, GENESIS, type Head } from './chain.ts';

export type Break =
  /** The row at this place does not follow from the one before: edited, inserted or moved. */
  | 'hash'
  /** Sequence numbers are missing before this place. */
  | 'gap'
  /** A sequence number that is not above the last one: duplicated or out of order. */
  | 'order'
  /** The trail ends before a head that was seen: truncated or rolled back. */
  | 'truncated'
  /** The trail has another record at the place of a head that was seen: rewritten. */
  | 'fork';

export interface Verified {
  readonly ok: boolean;
  /** Rows that were read. */
  readonly count: number;
  /** The last row that verified. */
  readonly head: Head;
  /** Missing sequence numbers, as inclusive ranges. */
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
  /** The first place where something is wrong, by sequence. */
  readonly broken: { readonly seq: number; readonly why: Break } | null;
}

/**
 * @param rows ascending, as the store gives them.
 * @param options.from the head before the first row; {@link GENESIS} for a whole trail.
 * @param options.heads what others saw; each must be on the chain. Those before `from` are not looked at.
 */
export function verifyChain(
  rows: Iterable<AuditRow>,
  { from = GENESIS, heads = [] }: { readonly from?: Head; readonly heads?: readonly Head[] } = {},
): Verified {
  const seen = [...heads].sort((a, b) => a.seq - b.seq);
  const gaps: { from: number; to: number }[] = [];
  let broken: Verified['broken'] = null;
  let head = from;
  let last = from.seq;
  let count = 0;
  let witness = seen.findIndex(({ seq }) => seq >= from.seq);
  if (witness === -1) witness = seen.length;
  const fail = (seq: number, why: Break) => {
    broken ??= { seq, why };
  };
  const checkWitnesses = () => {
    for (; (seen[witness]?.seq ?? Infinity) <= head.seq; witness += 1) {
      const expected = seen[witness];
      if (expected?.seq === head.seq && !same(expected.hash, head.hash)) fail(head.seq, 'fork');
    }
  };
  checkWitnesses();
  for (const row of rows) {
    count += 1;
    if (row.seq <= last) fail(row.seq, 'order');
    else if (row.seq > last + 1) {
      gaps.push({ from: last + 1, to: row.seq - 1 });
      fail(last + 1, 'gap');
    }
    last = Math.max(last, row.seq);
    if (broken) continue;
    if (!same(chainHash(head.hash, row), row.hash)) fail(row.seq, 'hash');
    else {
      head = { seq: row.seq, hash: row.hash };
      checkWitnesses();
    }
  }
  const missing = seen[witness];
  if (missing) fail(last + 1, 'truncated');
  return { ok: broken === null, count, head, gaps, broken };
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
