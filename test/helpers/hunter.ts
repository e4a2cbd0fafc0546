/**
 * The process behind `hunted.ts`: a JSON list of hunts as its only argument, a JSON list of bags on stdout.
 *
 * @module
 */
import { type Hunt, hunt } from '../../sim/plants/hunt.ts';

const hunts: readonly Hunt[] = JSON.parse(process.argv[2] ?? '[]');
process.stdout.write(JSON.stringify(hunts.map(hunt)));
