/**
 * A terminal that takes every byte and shows none, for measurements.
 *
 * @module
 */
import { PassThrough, Writable } from 'node:stream';

export function sinkTty(
  columns: number,
  rows: number,
): { readonly input: PassThrough; readonly output: Writable } {
  const input = Object.assign(new PassThrough(), { isTTY: true, isRaw: false, setRawMode: () => input });
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  return { input, output: Object.assign(output, { isTTY: true, columns, rows }) };
}
