/**
 * Entry point of the command line (docs/CLI.md). Runs when it is loaded.
 *
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { Command } from 'commander';

const built = new URL('../../package.json', import.meta.url);
const file = existsSync(built) ? built : new URL('../package.json', import.meta.url);
const { version, description }: { version: string; description: string } = JSON.parse(
  readFileSync(file, 'utf8'),
);

const program = new Command('cashpoint').description(description).version(version);
await program.parseAsync();
