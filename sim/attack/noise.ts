/**
 * Random bytes of the adversary.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';

export const noise = (bytes: number): Buffer => randomBytes(bytes);
