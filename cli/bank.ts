/**
 * `cashpoint bank`: serves a data directory until it is told to stop.
 *
 * @module
 */
import { Command, Option } from 'commander';
import { type AdminSocket, serveAdmin } from '../actors/node/admin-socket.ts';
import { openDataDirectory } from '../actors/node/data-directory.ts';
import { serveBank } from '../actors/node/serve-bank.ts';
import { PASSWORD_COSTS, type PasswordCostName } from '../bank/credentials.ts';
import { DEFAULT_POLICY } from '../bank/policy.ts';
import { EXIT } from '../reports/exit-codes.ts';
import { LOAD_POLICY } from '../sim/load/load-policy.ts';
import { bankCashCommand } from './bank-cash.ts';
import { bankCustomersCommand } from './bank-customers.ts';
import { bankReconCommand } from './bank-recon.ts';
import { bankTerminalsCommand } from './bank-terminals.ts';
import { CommandError } from './fail.ts';
import { LOG_FORMATS, type LogFormat, openLog } from './log.ts';

interface BankFlags {
  listen: string;
  data?: string;
  passwordCost: PasswordCostName;
  http?: string;
  loadLimits?: boolean;
  log: LogFormat;
}

export function bankCommand(): Command {
  return (
    new Command('bank')
      .summary('serve a bank')
      .description('Serves the bank of a data directory over ATMB/1 until SIGINT or SIGTERM.')
      // Its subcommands have flags of the same names, and are given theirs.
      .enablePositionalOptions()
      .option('--data <dir>', 'its data; made with new keys when there is nothing yet')
      .option('--listen <host:port>', 'where terminals connect', '127.0.0.1:7001')
      .addOption(
        new Option('--password-cost <name>', 'argon2id cost of new passwords')
          .choices(Object.keys(PASSWORD_COSTS))
          .default('owasp'),
      )
      .option('--http <host:port>', 'serve terminals over HTTP there, and /health and /metrics')
      .addOption(
        new Option('--log <format>', 'lines for people, or JSON').choices(LOG_FORMATS).default('text'),
      )
      .option('--load-limits', 'the limits of a load run instead of those of an ordinary day')
      .addHelpText(
        'after',
        `
Examples:
  cashpoint bank --data bank-data                         serve it
  cashpoint bank customers add alice --account A-1 --opening 100.00 --data bank-data
  cashpoint bank terminals enrol ATM-001 --cash 50x100,20x200 --out atm-data --data bank-data`,
      )
      .action(serve)
      .addCommand(bankCustomersCommand())
      .addCommand(bankTerminalsCommand())
      .addCommand(bankCashCommand())
      .addCommand(bankReconCommand())
  );
}

async function serve(flags: BankFlags): Promise<void> {
  if (flags.data === undefined) throw new CommandError('usage', 'Say where its data are: --data DIR');
  const directory = openDataDirectory(flags.data, { create: true });
  const log = openLog(flags.log);
  const bank = await serveBank(directory, {
    listen: flags.listen,
    http: flags.http,
    passwordCost: flags.passwordCost,
    policy: flags.loadLimits ? LOAD_POLICY : DEFAULT_POLICY,
    onFatal: (error) => {
      const why = error instanceof Error ? error.stack : String(error);
      log({ level: 'error', event: 'bank.failed', text: `the bank cannot go on: ${why}` });
      process.exit(EXIT.internal.code);
    },
    onAlert: (text) => log({ level: 'warn', event: 'bank.alert', text: `alert: ${text}` }),
    onIncident: (text) => log({ level: 'warn', event: 'session.refused', text }),
    onCommitted: () => {},
  });
  let admin: AdminSocket | null = null;
  try {
    admin = await serveAdmin(directory.path, bank.desk);
  } catch (error) {
    admin?.close();
    await bank.stop();
    throw error;
  }
  const { httpAddress } = bank;
  if (httpAddress !== null) {
    const text = `/v1/frames, /health and /metrics on http://${httpAddress}`;
    log({ level: 'info', event: 'http.serving', text, fields: { address: httpAddress } });
  }
  log({
    level: 'info',
    event: 'bank.serving',
    text: `serving ${directory.path} on ${bank.address}; ${bank.durability}; Ctrl-C stops`,
    fields: { data: directory.path, address: bank.address, durability: bank.durability },
  });
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  log({ level: 'info', event: 'bank.stopping', text: 'stopping' });
  admin.close();
  await bank.stop();
  log({ level: 'info', event: 'bank.stopped', text: 'stopped' });
}
