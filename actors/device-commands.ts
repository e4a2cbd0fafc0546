/**
 * Carries out what a terminal's machine asks of the cash devices, and turns their reports into its events.
 *
 * @module
 */
import { unreachable } from '../protocol/invariant.ts';
import type { CashAcceptor, Dispenser } from '../protocol/ports.ts';
import type { TerminalCommand, TerminalEvent } from './terminal-command.ts';

export interface Devices {
  readonly dispenser: Dispenser;
  readonly acceptor: CashAcceptor;
}

export type DeviceCommand = Exclude<TerminalCommand, { type: 'advise' | 'request' }>;

/** `send` may be called within the call. A `record` asks nothing of a device. */
export function moveNotes(
  { dispenser, acceptor }: Devices,
  command: DeviceCommand,
  send: (event: TerminalEvent) => void,
): void {
  switch (command.type) {
    case 'record':
      return;
    case 'stack':
      dispenser.stack(command.order, (report) =>
        send(
          report.type === 'stacked'
            ? { ...report, type: 'device.stacked' }
            : { type: STACK_FAILED[report.type] },
        ),
      );
      return;
    case 'present':
      dispenser.present(
        (report) => send({ type: PRESENTED[report] }),
        () => send({ type: 'device.notesTaken' }),
      );
      return;
    case 'retract':
      dispenser.retract((counts) => send({ type: 'device.retracted', counts }));
      return;
    case 'store':
      acceptor.store(() => send({ type: 'device.stored' }));
      return;
    case 'giveBack':
      acceptor.giveBack((ok) => send({ type: 'device.returned', ok }));
      return;
    default:
      unreachable(command);
  }
}

const STACK_FAILED = { jammed: 'device.jammed', refused: 'device.orderRefused' } as const;

const PRESENTED = {
  presented: 'device.presented',
  failed: 'device.presentFailed',
  unknown: 'device.presentUnknown',
} as const;
