/**
 * The attacker's process: begins and stops attacks as it is told, with what is left of the processor.
 *
 * @module
 */
import { setPriority } from 'node:os';
import { loadTerminalKey } from '../../actors/node/terminal-key-file.ts';
import { ATTACKS } from './attacks.ts';

export type ToAttacker =
  | { readonly type: 'begin'; readonly attack: string; readonly address: string; readonly key: string }
  | { readonly type: 'stop' };
/** How much was done since it began. */
export type FromAttacker = { readonly type: 'stopped'; readonly count: number };

// On a network it would have a machine of its own.
setPriority(19);
let stopped = false;
process.on('message', (message: ToAttacker) => {
  if (message.type === 'stop') {
    stopped = true;
    return;
  }
  stopped = false;
  let count = 0;
  const target = { address: message.address, key: loadTerminalKey(message.key) };
  const did = () => {
    count += 1;
  };
  const say = (report: FromAttacker) => process.send?.(report);
  void ATTACKS[message.attack]?.run(target, () => stopped, did).then(() => say({ type: 'stopped', count }));
});
process.on('disconnect', () => process.exit());
