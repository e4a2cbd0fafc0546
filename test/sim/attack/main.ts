/**
 * `npm run rules [-- R4 any-token-pays …]`: turns each rule of the protocol off, then plants each bug, and plays the
 * case that must then fail, all of them, the slow ones too. Exit 1 when one did not, or failed for another reason.
 *
 * @module
 */
import { ATTACK_PLANTS } from '../../../sim/attack/plants.ts';
import { RULES } from '../../../sim/attack/rules.ts';
import { type Proof, plantProof, proven, ruleProof } from './proof.ts';

const wanted = process.argv.slice(2);
const proofs: readonly Proof[] = [...RULES.map(ruleProof), ...ATTACK_PLANTS.map(plantProof)].filter(
  ({ name }) => wanted.length === 0 || wanted.includes(name),
);
const width = Math.max(...proofs.map(({ name }) => name.length));
let caught = 0;
for (const proof of proofs) {
  const startedMs = performance.now();
  const { isCaught, why } = await proven(proof);
  const seconds = ((performance.now() - startedMs) / 1e3).toFixed(1);
  if (isCaught) caught += 1;
  const { name, bug } = proof;
  process.stdout.write(
    `${name.padEnd(width)} ${isCaught ? 'caught' : 'MISSED'}  ${proof.caught.padEnd(20)} ${seconds.padStart(5)} s  ${bug}\n` +
      `${''.padEnd(width)} ${why}\n`,
  );
}
process.stdout.write(`${caught} of ${proofs.length} caught\n`);
process.exitCode = proofs.length > 0 && caught === proofs.length ? 0 : 1;
