/**
 * `npm run rules [-- R4 R7 …]`: turns each rule of the protocol off and plays the case that must then fail, all of them,
 * the slow ones too. Exit 1 when one did not.
 *
 * @module
 */
import { RULES } from '../../../sim/attack/rules.ts';
import { attacked, through } from '../../helpers/attacked.ts';

const wanted = process.argv.slice(2);
const rules = RULES.filter(({ rule }) => wanted.length === 0 || wanted.includes(rule));
let caught = 0;
for (const { rule, caught: name, off } of rules) {
  const { code, told, last } = await attacked('--rule-off', rule, '--only', name);
  const isCaught = code === 112 && through(told).includes(name);
  if (isCaught) caught += 1;
  const why = isCaught ? (told.adversary[0]?.faults?.[0] ?? '') : last;
  process.stdout.write(
    `${rule.padEnd(4)} ${isCaught ? 'caught' : 'MISSED'}  ${name.padEnd(22)} ${off}\n      ${why}\n`,
  );
}
process.stdout.write(`${caught} of ${rules.length} caught\n`);
process.exitCode = rules.length > 0 && caught === rules.length ? 0 : 1;
