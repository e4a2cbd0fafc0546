/**
 * What an attack of the catalogue is. Types only; `stage.ts` is what a case plays on, the
 * `cases-*.ts` are the cases, `suite.ts` plays them.
 *
 * @module
 */
import type { BankPlan } from './own-bank.ts';
import type { Stage } from './stage.ts';

/** What an attack that gets through takes from its victim; decides its weight (`score.ts`). */
export type Property = 'confidentiality' | 'integrity' | 'availability';

/**
 * What of a target a case needs: `line` any bank · `books` one whose trail and data we can read, and whose customers we
 * may lock out · `own` a bank started for this case alone, because the case stops it, starves it or changes its keys.
 */
export type Needs = 'line' | 'books' | 'own';

export interface Attack {
  /** In the catalogue, 1..41. */
  readonly number: number;
  /** Kebab case; stable, since reports, JUnit and documents name it. */
  readonly name: string;
  /** What the adversary tries, in one sentence without a full stop. */
  readonly sentence: string;
  /** What must come of it, in one sentence without a full stop. */
  readonly expected: string;
  readonly property: Property;
  /** Rules of the protocol that it puts to the test, e.g. `R4`; empty where it tests the bank behind it. */
  readonly rules: readonly string[];
  /** @default line */
  readonly needs?: Needs;
  /** Terminals and customers of its own, each terminal with two customers. @default 2 */
  readonly terminals?: number;
  /** How the bank of a case that needs its own is started. @param data its data directory */
  readonly bank?: (data: string) => BankPlan;
  /** Why it cannot be played on this machine; null when it can. */
  readonly unavailable?: () => string | null;
  /** The case itself makes the bank's process end. */
  readonly mayDie?: true;
  /** Waits for time limits of the bank, some ten seconds. */
  readonly slow?: true;
  /** Takes what all connections share, so nothing else is played meanwhile. */
  readonly alone?: true;
  /** Makes no sense beside a load that is measured: it starves the bank for everybody, or needs a bank of its own. */
  readonly notBesideLoad?: true;
  readonly play: (stage: Stage) => Promise<void>;
}
