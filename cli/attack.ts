/**
 * `cashpoint attack`: the catalogue of attacks against a live bank and live terminals, on real sockets, with a
 * scoreboard.
 *
 * @module
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { Report } from '../reports/report.ts';
import { writeReport } from '../reports/write.ts';
import { ATTACKS, attackNamed } from '../sim/attack/catalogue.ts';
import { ATTACK_PLANTS } from '../sim/attack/plants.ts';
import { SuiteRunner } from '../sim/attack/suite-runner.ts';
import { type AttackFlags, type AttackPlan, attackPlan, TARGETS } from './attack-plan.ts';
import { attackReport } from './attack-report.ts';
import { listText, plantsText, playedText, scoreboardText } from './attack-text.ts';
import { sourceInfo } from './environment.ts';
import { Interrupts } from './run-display.ts';

/** Cases side by side; each has an address of its own, and most of them wait. */
const CONCURRENCY = 6;

const collect = (name: string, before: string[] = []): string[] => [...before, ...name.split(',')];

export function attackCommand(): Command {
  return new Command('attack')
    .summary('play the catalogue of attacks against a bank, and count what gets through')
    .description(
      'Plays attacks on real sockets against a live bank and live terminals: a man in the middle, strangers, terminals ' +
        'in the wrong hands. Each has controls without the attack, an honest customer before and after, and audit ' +
        'records that must be there, and no others.',
    )
    .option('--list', 'what there is, and which rules it tests')
    .option('--only <name>', 'this attack, by name or number; repeat for more', collect)
    .addOption(
      new Option('--target <kind>', 'an embedded bank: ours, or the original formula read literally')
        .choices(TARGETS)
        .default('bank'),
    )
    .option(
      '--rule-off <rule>',
      'turn a rule of the protocol off at both ends, e.g. R4: a case must then fail',
    )
    .option('--plant <name>', 'plant a bug at both ends: a case must then fail')
    .option('--list-plants', 'the bugs there are, and which case each must bring down')
    .option('--bank <host:port>', 'a bank that runs already; what needs its data is then not checked')
    .option('--credentials <file>', "that bank's terminals and customers, for this alone")
    .option('--out <dir>', 'write a report into a directory of its own there')
    .option('--json', 'print the result on stdout: source, exit, verdict, invariants, adversary, scoreboard')
    .option('--quiet', 'no line for each attack')
    .addHelpText('after', HELP)
    .action(async (flags: AttackFlags) => {
      if (flags.list) process.exitCode = list(flags);
      else if (flags.listPlants) process.exitCode = listPlants(flags);
      else process.exitCode = await attack(flags);
    });
}

const HELP = `
Examples:
  cashpoint attack                                   all of them against an embedded bank
  cashpoint attack --only replay --only 17           two of them
  cashpoint attack --target seed                     the original formula: it must fall, exit 112
  cashpoint attack --rule-off R4 --only replay       proves that the case can fail
  cashpoint attack --plant any-token-pays --only dispense-token
  cashpoint attack --bank 127.0.0.1:7001 --credentials credentials.json

Exit: 0 nothing got through, 105 interrupted, 110 invariant violated, 112 an attack got through,
      113 a control failed or nothing was checked, 116 audit trail does not verify; see docs/CLI.md.`;

function list({ json }: AttackFlags): number {
  const rows = ATTACKS.map(({ play: _play, bank: _bank, unavailable: _unavailable, ...row }) => row);
  console.log(json ? JSON.stringify(rows, null, 2) : listText(ATTACKS));
  return 0;
}

function listPlants({ json }: AttackFlags): number {
  const rows = ATTACK_PLANTS.map(({ patches: _patches, ...row }) => row);
  console.log(json ? JSON.stringify(rows, null, 2) : plantsText(ATTACK_PLANTS));
  return 0;
}

async function attack(flags: AttackFlags): Promise<number> {
  const argv = process.argv.slice(2);
  const plan = attackPlan(flags, argv);
  const source = sourceInfo();
  const startedAtMs = Date.now();
  const id = `attack-${new Date(startedAtMs).toISOString().replace(/[-:]/g, '').replace(/\..*/, 'Z')}-${process.pid}`;
  const runner = new SuiteRunner(
    {
      names: plan.attacks.map(({ name }) => name),
      foreign: plan.foreign,
      knowsFinished: plan.target !== 'seed',
      concurrency: CONCURRENCY,
    },
    plan.patches,
    {
      onPlayed: (result) => {
        if (!flags.quiet) console.error(playedText(result, attackNamed(result.name)?.number ?? 0));
      },
    },
  );
  if (!flags.quiet) console.error(headerText(plan));
  const signals = new Interrupts('There is no report', () => runner.stop());
  try {
    const outcome = await runner.run();
    const report = attackReport(plan, outcome, { id, source, argv, startedAtMs, endedAtMs: Date.now() });
    return await conclude(report, flags, id);
  } finally {
    signals.release();
  }
}

function headerText({ attacks, target, rule, plant, foreign }: AttackPlan): string {
  const where = foreign
    ? foreign.address
    : target === 'seed'
      ? 'an embedded pair in seed mode'
      : 'an embedded bank';
  const changed = rule
    ? `, ${rule.rule} turned off (${rule.off}): ${rule.caught} must fail`
    : plant
      ? `, ${plant.name} planted (${plant.bug}): ${plant.caught} must fail`
      : '';
  return `attack: ${attacks.length} of ${ATTACKS.length} against ${where}${changed}`;
}

async function conclude(report: Report, { json, out }: AttackFlags, id: string): Promise<number> {
  const { run, verdict, source, invariants, adversary, scoreboard } = report;
  const { exit } = run;
  if (json) {
    const { commit, dirty } = source;
    const told = { source: { commit, dirty }, exit, verdict, invariants, adversary, scoreboard };
    console.log(JSON.stringify(told, null, 2));
  } else console.log(scoreboardText(report));
  for (const { message } of verdict.warnings) console.error(`warning: ${message}`);
  if (out !== undefined) {
    const directory = join(out, id);
    mkdirSync(directory, { recursive: true });
    await writeReport(directory, report);
    console.error(`report: ${resolve(directory, 'report.html')}`);
  }
  console.error(
    `${verdict.status.toUpperCase()} (exit ${exit.code}): ${exit.reason}. Again: ${run.reproCommand}`,
  );
  return exit.code;
}
