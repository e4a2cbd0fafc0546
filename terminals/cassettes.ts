/**
 * The cassettes of one terminal: their levels and what moves them (docs/ARCHITECTURE "Cash"). Plain small arrays, for
 * there are ten thousand terminals in a process. Must not know banks, transactions or devices.
 *
 * @module
 */
import { invariant } from '../protocol/invariant.ts';
import type { CassetteCount, Notes } from '../protocol/messages.ts';
import { add, type Cents, subtract, times, ZERO } from '../protocol/money.ts';

/** `depositOnly` cassettes take notes and never pay them; nothing is paid from a `jammed` one either. */
export type CassetteStatus = 'ok' | 'jammed' | 'depositOnly';

export interface Cassette {
  readonly denomination: Cents;
  /** Notes that can be paid. */
  count: number;
  /** Notes in its reject bin: not payable, still in the machine. */
  rejected: number;
  status: CassetteStatus;
}

export const newCassettes = (notes: readonly Notes[]): Cassette[] =>
  notes.map(({ denomination, count }) => ({ denomination, count, rejected: 0, status: 'ok' }));

/** All cash in the machine, reject bins included. */
export const totalCash = (cassettes: readonly Cassette[]): Cents =>
  cassettes.reduce(
    (sum, { denomination, count, rejected }) => add(sum, times(denomination, count + rejected)),
    ZERO,
  );

/** What could be paid out if every mix were right. */
export const payableCash = (cassettes: readonly Cassette[]): Cents =>
  sumNotes(cassettes.filter(({ status }) => status === 'ok'));

export const sumNotes = (notes: readonly Notes[]): Cents =>
  notes.reduce((sum, { denomination, count }) => add(sum, times(denomination, count)), ZERO);

/** Value of the `dispensed` notes. */
export const sumDispensed = (counts: readonly CassetteCount[]): Cents =>
  counts.reduce((sum, { denomination, dispensed }) => add(sum, times(denomination, dispensed)), ZERO);

/** Takes notes out of the cassettes: the level falls by dispensed + rejected, rejected ones stay in the bin. */
export function withdrawNotes(cassettes: readonly Cassette[], counts: readonly CassetteCount[]): void {
  for (const { denomination, dispensed, rejected } of counts) {
    const cassette = find(cassettes, denomination);
    invariant(cassette.count >= dispensed + rejected, 'no cassette pays more notes than it holds');
    cassette.count -= dispensed + rejected;
    cassette.rejected += rejected;
  }
}

/** Puts notes that had left a cassette into its reject bin. */
export function rejectNotes(cassettes: readonly Cassette[], notes: readonly Notes[]): void {
  for (const { denomination, count } of notes) find(cassettes, denomination).rejected += count;
}

/** Adds deposited notes: to the cassette of their denomination, else to a new one that only takes deposits. */
export function depositNotes(cassettes: Cassette[], notes: readonly Notes[]): void {
  const before = totalCash(cassettes);
  for (const { denomination, count } of notes) {
    const cassette = cassettes.find((each) => each.denomination === denomination);
    if (cassette) cassette.count += count;
    else cassettes.push({ denomination, count, rejected: 0, status: 'depositOnly' });
  }
  invariant(subtract(totalCash(cassettes), before) === sumNotes(notes), 'a deposit adds just its notes');
}

function find(cassettes: readonly Cassette[], denomination: Cents): Cassette {
  const cassette = cassettes.find((each) => each.denomination === denomination);
  invariant(cassette, 'notes come from a cassette that exists');
  return cassette;
}
