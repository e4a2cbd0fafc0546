/**
 * `cashpoint`: the command line. Results go to stdout, everything else to stderr; exit codes are those of
 * `reports/exit-codes.ts`.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { EXIT } from '../reports/exit-codes.ts';
import { atmCommand } from './atm.ts';
import { attackCommand } from './attack.ts';
import { auditCommand } from './audit.ts';
import { bankCommand } from './bank.ts';
import { doctorCommand } from './doctor.ts';
import { ROOT } from './environment.ts';
import { CommandError, explain } from './fail.ts';
import { keysCommand } from './keys.ts';
import { reportCommand } from './report.ts';
import { runCommand } from './run.ts';
import { simulateCommand } from './simulate.ts';
import { topCliCommand } from './top-command.ts';

const { version, description }: { version: string; description: string } = JSON.parse(
  readFileSync(join(ROOT, 'package.json'), 'utf8'),
);

const program = new Command('cashpoint')
  .description(description)
  .version(version)
  // Flags belong to the command they stand after.
  .enablePositionalOptions()
  .showHelpAfterError('(--help shows what there is)')
  .addCommand(runCommand())
  .addCommand(simulateCommand())
  .addCommand(attackCommand())
  .addCommand(bankCommand())
  .addCommand(atmCommand())
  .addCommand(auditCommand())
  .addCommand(keysCommand())
  .addCommand(reportCommand())
  .addCommand(topCliCommand())
  .addCommand(doctorCommand())
  .addHelpText('after', `\nStart with: cashpoint run`);
overrideExits(program);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = endWith(error);
}

/** Commander ends the process itself otherwise, with an exit code of its own. */
function overrideExits(command: Command): void {
  command.exitOverride();
  for (const one of command.commands) overrideExits(one);
}

function endWith(error: unknown): number {
  // Commander has printed its line; help and version are no failure.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage.code;
  if (error instanceof CommandError) return say(error.message, error.exitCode);
  const explained = explain(error);
  if (explained !== null) return say(explained.line, EXIT[explained.exit].code);
  console.error(error);
  return say(
    'this is a fault in cashpoint itself; please report it with the lines above',
    EXIT.internal.code,
  );
}

function say(line: string, exitCode: number): number {
  console.error(`cashpoint: ${line}`);
  return exitCode;
}
