/**
 * The catalogue: every attack there is, by its number.
 *
 * @module
 */
import type { Attack } from './attack.ts';
import { BUSINESS_ATTACKS } from './cases-business.ts';
import { CASH_ATTACKS } from './cases-cash.ts';
import { HANDSHAKE_ATTACKS } from './cases-handshake.ts';
import { IDENTITY_ATTACKS } from './cases-identity.ts';
import { KEY_ATTACKS } from './cases-keys.ts';
import { ORACLE_ATTACKS } from './cases-oracles.ts';
import { PLACE_ATTACKS } from './cases-places.ts';
import { RECORD_ATTACKS } from './cases-records.ts';
import { RESOURCE_ATTACKS } from './cases-resources.ts';
import { SESSION_ATTACKS } from './cases-sessions.ts';
import { STORE_ATTACKS } from './cases-store.ts';

export const ATTACKS: readonly Attack[] = [
  ...ORACLE_ATTACKS,
  ...RECORD_ATTACKS,
  ...PLACE_ATTACKS,
  ...SESSION_ATTACKS,
  ...HANDSHAKE_ATTACKS,
  ...IDENTITY_ATTACKS,
  ...KEY_ATTACKS,
  ...BUSINESS_ATTACKS,
  ...CASH_ATTACKS,
  ...RESOURCE_ATTACKS,
  ...STORE_ATTACKS,
].sort((a, b) => a.number - b.number);

export const attackNamed = (name: string): Attack | undefined =>
  ATTACKS.find((attack) => attack.name === name);
