/**
 * The cash devices of one terminal with a memory: cassettes, the dispenser's last order and the acceptor's escrow lie
 * in one file, which is replaced whole, and on the disk, before a device reports. So the file is the truth about the
 * notes, whenever the power goes.
 *
 * @module
 */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { type TxnId, txnId } from '../../protocol/ids.ts';
import type { Notes } from '../../protocol/messages.ts';
import { type Cents, parseDigits } from '../../protocol/money.ts';
import type { CashAcceptor, DispenseOrder, Dispenser, Entropy } from '../../protocol/ports.ts';
import { type Escrow, SimulatedAcceptor } from '../../terminals/acceptor.ts';
import { type Cassette, newCassettes } from '../../terminals/cassettes.ts';
import { type DispenserOrder, PLACES, SimulatedDispenser } from '../../terminals/dispenser.ts';

export interface DeviceDeps {
  readonly entropy: Entropy;
  readonly verifyToken: (order: DispenseOrder) => boolean;
}

export interface Devices {
  readonly cassettes: readonly Cassette[];
  readonly dispenser: Dispenser;
  readonly acceptor: CashAcceptor;
}

/** The file is not what a terminal wrote; exit code 2. */
export class DeviceFileError extends Error {
  override readonly name = 'DeviceFileError';
}

interface DeviceState {
  readonly cassettes: Cassette[];
  readonly order: DispenserOrder | null;
  readonly escrow: Escrow | null;
}

/** Opens the devices as they were left; a new file starts with the cassettes `loaded`. */
export function openDevices(deps: DeviceDeps, path: string, loaded: readonly Notes[]): Devices {
  const left: DeviceState = existsSync(path)
    ? parse(path)
    : { cassettes: newCassettes(loaded), order: null, escrow: null };
  const { cassettes } = left;
  const dispenser = new SimulatedDispenser({ ...deps, cassettes, last: left.order });
  const acceptor = new SimulatedAcceptor({ cassettes, escrow: left.escrow });
  const save = () => {
    const state: DeviceState = { cassettes, order: dispenser.last, escrow: acceptor.escrow };
    replace(
      path,
      JSON.stringify({ v: 1, ...state }, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
    );
  };
  if (!existsSync(path)) save();
  const saved =
    <Report extends unknown[]>(report: (...args: Report) => void) =>
    (...args: Report) => {
      save();
      report(...args);
    };
  return {
    cassettes,
    dispenser: {
      nonce: () => dispenser.nonce(),
      stack: (order, done) => dispenser.stack(order, saved(done)),
      present: (done, taken) => dispenser.present(saved(done), saved(taken)),
      retract: (done) => dispenser.retract(saved(done)),
      clear: (id, done) => dispenser.clear(id, saved(done)),
    },
    acceptor: {
      accept: (id, notes, done) => acceptor.accept(id, notes, saved(done)),
      store: (done) => acceptor.store(saved(done)),
      giveBack: (done) => acceptor.giveBack(saved(done)),
    },
  };
}

const digits = z.string().transform((text, context): Cents => {
  const value = parseDigits(text);
  if (value !== null) return value;
  context.addIssue('no digits');
  return z.NEVER;
});
const transaction = z.string().transform((text, context): TxnId => {
  const id = txnId(text);
  if (id !== null) return id;
  context.addIssue('no transaction id');
  return z.NEVER;
});
const count = z.int().min(0);
const stateSchema = z.strictObject({
  v: z.literal(1),
  cassettes: z.array(
    z.strictObject({
      denomination: digits,
      count,
      rejected: count,
      status: z.enum(['ok', 'jammed', 'depositOnly']),
    }),
  ),
  order: z
    .strictObject({
      txnId: transaction,
      place: z.enum(PLACES),
      counts: z.array(z.strictObject({ denomination: digits, dispensed: count, rejected: count })),
    })
    .nullable(),
  escrow: z
    .strictObject({ txnId: transaction, notes: z.array(z.strictObject({ denomination: digits, count })) })
    .nullable(),
});

function parse(path: string): DeviceState {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new DeviceFileError(
      `${path} is not readable; restore it, or count the cash and enrol the terminal anew`,
    );
  }
  const parsed = stateSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.') || 'shape';
  throw new DeviceFileError(`${path} is not what a terminal wrote: its ${where} is not what it should be`);
}

/** The rename is durable only once the directory is. */
function replace(path: string, text: string): void {
  const fresh = `${path}.new`;
  writeFileSync(fresh, `${text}\n`, { mode: 0o600, flush: true });
  renameSync(fresh, path);
  const directory = openSync(dirname(path), 'r');
  fsyncSync(directory);
  closeSync(directory);
}
