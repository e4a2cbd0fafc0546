/**
 * Reads a replay from a file, or says all that is wrong with it.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { parseReplay, type Replay } from '../sim/world/replay.ts';
import { CommandError } from './fail.ts';

/** @throws CommandError (exit 2), or the error of the file system */
export function readReplay(path: string): Replay {
  const parsed = parseReplay(readFileSync(path, 'utf8'));
  if ('replay' in parsed) return parsed.replay;
  throw new CommandError('usage', `${path} is not a replay: ${parsed.problems.join('; ')}`);
}
