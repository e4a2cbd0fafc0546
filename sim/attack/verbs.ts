/**
 * The verbs of the man in the middle: what can be done with a frame by somebody who knows no key. A case says
 * `next({ type, towards }, replay())` and reads like its sentence in the catalogue.
 *
 * @module
 */
import { concat } from '../../protocol/bytes.ts';
import { HEADER_BYTES } from '../../protocol/frame.ts';
import { flipped } from '../world/byzantine-frames.ts';
import type { Passing, Verb } from './middle.ts';

const forward = ({ line, towards, frame }: Passing): void => line.say(towards, frame.bytes);
const back = ({ towards }: Passing) => (towards === 'bank' ? 'terminal' : 'bank');

/** It travels on untouched. */
export const observe = (): Verb => forward;

export const drop = (): Verb => () => {};

/** It arrives so much later, and what comes after it waits for it. */
export const delay =
  (ms: number): Verb =>
  (passing) => {
    passing.line.stall(passing.towards, ms);
    forward(passing);
  };

/** It arrives `times` times, in one write. */
export const repeat =
  (times: number): Verb =>
  ({ line, towards, frame }) =>
    line.say(towards, concat(Array.from({ length: times }, () => frame.bytes)));

/** Other bytes arrive instead. */
export const mutate =
  (edit: (bytes: Uint8Array) => Uint8Array): Verb =>
  ({ line, towards, frame }) =>
    line.say(towards, edit(frame.bytes));

/** One bit is turned, and nothing comes after it. */
export const flip =
  (at: number, bit: number): Verb =>
  ({ line, towards, frame }) => {
    line.say(towards, flipped(frame.bytes, at, bit));
    line.end(towards);
  };

/** Other bytes arrive before it. */
export const inject =
  (bytes: (passing: Passing) => Uint8Array): Verb =>
  (passing) => {
    passing.line.say(passing.towards, bytes(passing));
    forward(passing);
  };

/** A frame of somewhere else arrives in its place. */
export const splice = (other: (own: Uint8Array) => Uint8Array): Verb => mutate(other);

/** Its sender gets it back, and nobody else gets it. */
export const reflect = (): Verb => (passing) => passing.line.say(back(passing), passing.frame.bytes);

/** Its header and so much of its body arrive, then FIN. */
export const truncate =
  (bodyBytes: number): Verb =>
  ({ line, towards, frame }) => {
    line.say(towards, frame.bytes.subarray(0, HEADER_BYTES + bodyBytes));
    line.end(towards);
  };

/** FIN arrives in its place. */
export const cut =
  (): Verb =>
  ({ line, towards }) =>
    line.end(towards);

/** It is kept, with the line, for whoever plays on. */
export const hold =
  (keep: (passing: Passing) => void): Verb =>
  (passing) =>
    keep(passing);
