/**
 * Attacks with keys that are stolen, revoked or retired (catalogue 30).
 *
 * @module
 */
import * as say from '../../bank/audit/actions.ts';
import { FRAME_TYPES } from '../../protocol/frame.ts';
import type { Attack } from './attack.ts';
import { Rogue } from './rogue.ts';
import type { Stage } from './stage.ts';

export const KEY_ATTACKS: readonly Attack[] = [
  {
    number: 30,
    name: 'stolen-key',
    sentence: "A terminal's key is used for another terminal, after its revocation, and after its retirement",
    expected: 'The bank refuses the hello and ends the sessions of who was revoked or retired',
    property: 'integrity',
    rules: ['R10'],
    needs: 'own',
    terminals: 4,
    bank: () => ({ here: true }),
    play: stolenKey,
  },
];

async function stolenKey(stage: Stage): Promise<void> {
  const { bank } = stage.target;
  if (!bank) throw new Error('this case has a bank of its own');
  let old: Rogue | null = null;
  const [thief, victim, revoked, rotated] = [stage.plan(0), stage.plan(1), stage.plan(2), stage.plan(3)];
  const control = await stage.rogue(0);
  stage.control((await control.ask({ type: 'echo' })) !== null, "a terminal's own key was refused");
  await control.leave();
  const refused = async (plan: typeof thief, what: string) => {
    const rogue = stage.keep(await Rogue.dial(stage.lair, plan));
    stage.attempt(rogue.isAnswered ? 'answered' : 'Alert', !rogue.isAnswered, what);
    await rogue.caller.until(rogue.caller.hasEnded);
    rogue.caller.destroy();
  };
  const { kShared } = thief;
  await refused({ ...victim, kShared }, "a terminal's key in another's name");
  stage.expected.refused('violation: bad binder');
  await refused({ ...thief, keyId: thief.keyId + 7 }, 'a key id that there is not');
  stage.expected.refused('violation: unknown terminal');
  const live = await stage.rogue(2);
  await live.ask({ type: 'echo' });
  await bank.desk.perform({ do: 'revokeTerminal', terminal: revoked.terminal });
  stage.expected.record(say.NOBODY, say.terminalRevoked(revoked.terminal));
  const isDropped = await hasClosed(live);
  stage.attempt(isDropped ? 'Close' : 'silent', isDropped, 'the live session of a terminal that is revoked');
  await live.leave();
  await refused(revoked, 'the key of a terminal that was revoked');
  stage.expected.refused('violation: unknown terminal');
  await bank.desk.perform({ do: 'rotateKeys' });
  const baseKeyId = rotated.keyId + 1;
  stage.expected.record(say.NOBODY, say.keysRotated(baseKeyId, baseKeyId));
  for (const index of [0, 1, 3]) {
    const { terminal } = stage.plan(index);
    const answer = await bank.desk.perform({ do: 'enrolTerminal', terminal });
    if (!answer.ok) throw new Error(answer.message);
    stage.expected.record(say.NOBODY, say.terminalEnrolled(terminal, baseKeyId));
    stage.renew(index, answer.result as Pick<typeof thief, 'keyId' | 'kShared' | 'kDispense'>);
  }
  for (const plan of [rotated, stage.plan(3)]) {
    const rogue = stage.keep(await Rogue.establish(stage.lair, plan));
    stage.control(
      (await rogue.ask({ type: 'echo' })) !== null,
      'a key was refused while it is being rotated',
    );
    if (plan !== rotated) await rogue.leave();
    else old = rogue;
  }
  await bank.desk.perform({ do: 'retireKey', keyId: rotated.keyId, force: true });
  stage.expected.record(say.NOBODY, say.keyRetired(rotated.keyId));
  const isEnded = await hasClosed(old);
  stage.attempt(isEnded ? 'Close' : 'silent', isEnded, 'the live session under a key that is retired');
  await old?.leave();
  await refused(rotated, 'a key that was retired');
  stage.expected.refused('violation: unknown terminal');
}

const hasClosed = async (rogue: Rogue | null): Promise<boolean> =>
  rogue?.caller.until(() => rogue.caller.said.some(({ type }) => type === FRAME_TYPES.close)) ?? false;
