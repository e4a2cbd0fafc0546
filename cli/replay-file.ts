/**
 * Reads the config of a replay: a bare one, or the one in what a failure left behind.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import type { WorldConfig } from '../sim/world/config.ts';

export function readReplay(path: string): WorldConfig {
  const parsed = JSON.parse(readFileSync(path, 'utf8'));
  return parsed.config ?? parsed;
}
