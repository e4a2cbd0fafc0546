/**
 * Every planted bug there is, by where it stands.
 *
 * @module
 */
import { AUDIT_PLANTS } from './audit.ts';
import { CHANNEL_PLANTS } from './channel.ts';
import { DETERMINISM_PLANTS } from './determinism.ts';
import { DURABILITY_PLANTS } from './durability.ts';
import { HANDSHAKE_PLANTS } from './handshake.ts';
import { LEDGER_PLANTS } from './ledger.ts';
import type { Plant } from './plant.ts';
import { REQUEST_PLANTS } from './requests.ts';
import { TERMINAL_PLANTS } from './terminal.ts';

export type { Patch, Plant } from './plant.ts';

export const PLANTS: readonly Plant[] = [
  ...LEDGER_PLANTS,
  ...REQUEST_PLANTS,
  ...DURABILITY_PLANTS,
  ...AUDIT_PLANTS,
  ...CHANNEL_PLANTS,
  ...HANDSHAKE_PLANTS,
  ...TERMINAL_PLANTS,
  ...DETERMINISM_PLANTS,
];

export const plantNamed = (name: string): Plant | undefined => PLANTS.find((plant) => plant.name === name);
