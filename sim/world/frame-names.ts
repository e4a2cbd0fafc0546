/**
 * Names of the frames in a chunk, for the trace: type, epoch, number, size, and a checksum of all bytes, so that two
 * traces are the same only when every byte on the wire was.
 *
 * @module
 */
import { crc32 } from 'node:zlib';

const HEADER_BYTES = 16;
const NAMES: Readonly<Record<number, string>> = {
  1: 'ClientHello',
  2: 'ServerHello',
  3: 'Finished',
  16: 'Data',
  17: 'KeyUpdate',
  18: 'Close',
  21: 'Alert',
};

export function frameNames(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const names: string[] = [];
  let at = 0;
  while (at + HEADER_BYTES <= bytes.length && view.getUint8(at) === 0xa7) {
    const epoch = view.getUint16(at + 4);
    const number = epoch === 0 ? '' : ` ${epoch}.${view.getUint32(at + 12)}`;
    names.push(`${NAMES[view.getUint8(at + 2)] ?? 'frame'}${number}`);
    at += HEADER_BYTES + view.getUint16(at + 6);
  }
  const what = names.length > 0 ? names.join(' + ') : 'bytes';
  return `${what}, ${bytes.length} B #${crc32(bytes).toString(16)}`;
}
