/**
 * Tricks with sealed records (PROTOCOL §5): whatever can be done to a stream of them without their keys. Each must end
 * in the Alert of the side that it was played on.
 *
 * @module
 */
import { writeU16, writeU64 } from '../../protocol/bytes.ts';
import {
  BLOCK_BYTES,
  BODY_BYTES_MAX,
  clearFrame,
  FRAME_TYPES,
  HEADER_BYTES,
  sealedBodyBytes,
  TAG_BYTES,
} from '../../protocol/frame.ts';
import { edited, flipped, madeUp, renumbered, resized, type WireFrame } from './byzantine-frames.ts';
import { alertOf, noise, OTHER, type Passing, type Play, silenceOf, type Trick } from './byzantine-tricks.ts';
import type { Fault } from './decisions.ts';
import type { Side } from './middle.ts';

const { data, keyUpdate, close, alert, finished } = FRAME_TYPES;
const REORDER_MS = [1_000, 10_000] as const;

const isRecord = ({ epoch }: WireFrame): boolean => epoch > 0;
const isKeyUpdate = ({ type }: WireFrame): boolean => type === keyUpdate;
/** Data or whatever comes right after Finished. */
const isFirst = ({ epoch, seq }: WireFrame): boolean => epoch === 1 && seq === 1;
const isReply = ({ type, epoch }: WireFrame, towards: Side): boolean =>
  epoch > 0 && type === data && towards === 'terminal';

export const RECORD_TRICKS: readonly Trick[] = [
  {
    site: 'byz.drop',
    fits: isRecord,
    play: ({ towards }) => ({ on: [], expect: alertOf(towards, 'lost record noticed'), text: 'dropped' }),
  },
  { site: 'byz.prefix', fits: isFirst, play: cutPrefix },
  {
    site: 'byz.duplicate',
    fits: isRecord,
    play: ({ frame, towards }) => ({
      on: [frame.bytes, frame.bytes],
      expect: alertOf(towards, 'duplicate refused'),
      text: 'twice',
    }),
  },
  {
    site: 'byz.reorder',
    fits: isRecord,
    play: ({ frame, towards }, fault) => ({
      on: [],
      later: { bytes: frame.bytes, withinMs: fault.between(...REORDER_MS) },
      expect: alertOf(towards, 'reordered records refused'),
      text: 'after the next one',
    }),
  },
  { site: 'byz.replay', fits: isRecord, play: replay },
  { site: 'byz.splice', fits: isRecord, play: splice },
  { site: 'byz.oldReply', fits: isReply, play: oldReply },
  {
    site: 'byz.reflect',
    fits: isRecord,
    play: ({ frame, towards }) => ({
      back: [frame.bytes],
      expect: alertOf(
        OTHER[towards],
        towards === 'bank' ? 'reflection to a terminal refused' : 'reflection to the bank refused',
      ),
      text: 'to its sender too',
    }),
  },
  { site: 'byz.flip', fits: isRecord, play: flip },
  { site: 'byz.confuse', fits: isRecord, play: confuse },
  { site: 'byz.truncate', fits: isRecord, play: truncate },
  { site: 'byz.extend', fits: isRecord, play: extend },
  { site: 'byz.length', fits: isRecord, play: overstate },
  { site: 'byz.inject', fits: isRecord, play: inject },
  {
    site: 'byz.fin',
    fits: isRecord,
    play: ({ towards }) => ({
      end: true,
      expect: silenceOf(towards, 'end without Close ends the line'),
      text: 'and the end of the stream',
    }),
  },
  { site: 'byz.keyUpdate', fits: isKeyUpdate, play: abuseKeyUpdate },
];

/** As the prefix truncation of SSH (CVE-2023-48795): the loss is to be made good by other numbers. */
function cutPrefix({ towards }: Passing, fault: Fault): Play {
  const play = { on: [], expect: alertOf(towards, 'lost prefix noticed') };
  return fault.below(2) === 0
    ? { ...play, text: 'first record dropped' }
    : { ...play, shift: true, text: 'first record dropped, the rest renumbered' };
}

function replay({ frame, towards, recording }: Passing, fault: Fault): Play | null {
  const earlier = recording.towards[towards].filter(isRecord);
  if (earlier.length === 0) return null;
  const old = fault.pick(earlier);
  // With the number of now it is the right one in everything but its tag.
  const bytes = fault.below(2) === 0 ? old.bytes : renumbered(old.bytes, frame.seq + 1);
  return { on: [frame.bytes, bytes], expect: alertOf(towards, 'replay refused'), text: `then ${name(old)}` };
}

function splice({ frame, towards, recording, memory }: Passing, fault: Fault): Play | null {
  const sessions = memory.others(recording, towards);
  if (sessions.length === 0) return null;
  const alien = likest(fault.pick(sessions).towards[towards], frame, fault);
  if (!alien) return null;
  return {
    on: [alien.bytes],
    expect: alertOf(towards, 'spliced record refused'),
    text: `${name(alien)} of another session instead`,
  };
}

function oldReply({ frame, towards, recording, memory }: Passing, fault: Fault): Play | null {
  const own = memory
    .others(recording, towards)
    .filter(({ terminal, towards: said }) => terminal === recording.terminal && said[towards].some(isData));
  if (own.length === 0) return null;
  const old = likest(fault.pick(own).towards[towards].filter(isData), frame, fault);
  if (!old) return null;
  return {
    on: fault.below(2) === 0 ? [old.bytes] : [old.bytes, frame.bytes],
    expect: alertOf(towards, 'old reply refused'),
    text: `${name(old)} of an old session first`,
  };
}

/** Header, IV, ciphertext and tag get their share whatever their lengths. */
function flip({ frame, towards }: Passing, fault: Fault): Play {
  const ivAt = HEADER_BYTES;
  const tagAt = frame.bytes.length - TAG_BYTES;
  const ends = [0, ivAt, ivAt + BLOCK_BYTES, tagAt, frame.bytes.length];
  const part = fault.below(ends.length - 1);
  const at = fault.between(ends[part] ?? 0, (ends[part + 1] ?? 1) - 1);
  const bit = fault.below(8);
  return {
    on: [flipped(frame.bytes, at, bit)],
    expect: alertOf(towards, 'changed record refused'),
    text: `bit ${bit} of byte ${at} flipped`,
  };
}

function confuse({ frame, towards }: Passing, fault: Fault): Play {
  const what = fault.pick(['type', 'version', 'epoch', 'number'] as const);
  const on = edited(frame.bytes, (copy) => {
    switch (what) {
      case 'type':
        copy[2] = fault.pick([finished, data, keyUpdate, close, alert].filter((type) => type !== frame.type));
        break;
      case 'version':
        copy[1] = fault.pick([0, 2, 3, 255]);
        break;
      case 'epoch':
        writeU16(copy, 4, fault.pick([frame.epoch - 1, frame.epoch + 1, 0xffff]));
        break;
      case 'number':
        writeU64(copy, 8, fault.pick([frame.seq + 1, frame.seq + 2 ** 24, 2 ** 53 - 1]));
        break;
    }
  });
  return { on: [on], expect: alertOf(towards, 'confused record refused'), text: `another ${what}` };
}

function truncate({ frame, towards }: Passing, fault: Fault): Play {
  const bodyBytes = frame.bytes.length - HEADER_BYTES;
  const expect = alertOf(towards, 'shortened record refused');
  if (fault.below(3) === 0) {
    const lost = fault.between(1, bodyBytes);
    return { on: [frame.bytes.subarray(0, -lost)], expect, text: `without its last ${lost} bytes` };
  }
  const blocks = fault.below(bodyBytes / 16);
  return { on: [resized(frame.bytes, 16 * blocks)], expect, text: `cut down to ${blocks} blocks` };
}

function extend({ frame, towards }: Passing, fault: Fault): Play {
  const bodyBytes = frame.bytes.length - HEADER_BYTES;
  const expect = alertOf(towards, 'lengthened record refused');
  if (fault.below(3) === 0) {
    const more = fault.between(HEADER_BYTES, 64);
    return { on: [frame.bytes, noise(fault, more)], expect, text: `and ${more} bytes of noise` };
  }
  const blocks = fault.between(1, 4);
  return { on: [resized(frame.bytes, bodyBytes + 16 * blocks)], expect, text: `${blocks} blocks longer` };
}

/** Whoever waits for the rest hears nothing any more, though bytes keep coming. */
function overstate({ frame, towards }: Passing, fault: Fault): Play {
  const bodyBytes = frame.bytes.length - HEADER_BYTES;
  const more = 16 * fault.between(1, (BODY_BYTES_MAX - bodyBytes) >> 4);
  return {
    on: [edited(frame.bytes, (copy) => writeU16(copy, 6, bodyBytes + more))],
    expect: silenceOf(towards, 'deaf line given up'),
    text: `${more} bytes announced that do not come`,
  };
}

function inject({ frame, towards }: Passing, fault: Fault): Play {
  const what = fault.pick([
    'clear Alert',
    'clear Data',
    'clear KeyUpdate',
    'Data',
    'KeyUpdate',
    'Close',
  ] as const);
  const text = `then a ${what} that nobody sent`;
  const then = (bytes: Uint8Array) => [frame.bytes, bytes];
  const expect = alertOf(towards, 'made-up record refused');
  switch (what) {
    case 'clear Alert':
      // Its number in the clear is 1: one hello was said before it.
      return {
        on: then(clearFrame(alert, 1, new Uint8Array(0))),
        expect: silenceOf(towards, 'clear Alert ends the line'),
        text,
      };
    case 'clear Data':
      return { on: then(clearFrame(data, 1, noise(fault, 64))), expect, text };
    case 'clear KeyUpdate':
      return { on: then(clearFrame(keyUpdate, 1, noise(fault, 64))), expect, text };
    case 'Data':
      return { on: then(madeUp(data, frame, noise(fault, sealedBodyBytes(255)))), expect, text };
    case 'KeyUpdate':
      return { on: then(madeUp(keyUpdate, frame, noise(fault, sealedBodyBytes(0)))), expect, text };
    case 'Close':
      return { on: then(madeUp(close, frame, noise(fault, sealedBodyBytes(0)))), expect, text };
  }
}

function abuseKeyUpdate({ frame, towards, recording }: Passing, fault: Fault): Play {
  const expect = alertOf(towards, 'KeyUpdate abuse refused');
  const how = fault.pick(['lost', 'twice', 'late', 'outlived'] as const);
  switch (how) {
    case 'lost':
      return { on: [], expect, text: how };
    case 'twice':
      return { on: [frame.bytes, frame.bytes], expect, text: how };
    case 'outlived': {
      const old = fault.pick(recording.towards[towards].filter(isRecord));
      return { on: [frame.bytes, old.bytes], expect, text: `then ${name(old)} of before` };
    }
    case 'late':
      return { on: [], later: { bytes: frame.bytes, withinMs: REORDER_MS[1] }, expect, text: how };
  }
}

const isData = ({ type, epoch }: WireFrame): boolean => type === data && epoch > 0;

const name = ({ epoch, seq }: WireFrame): string => `record ${epoch}.${seq}`;

/** A record of the same epoch and number when there is one: only its tag can tell it from the right one. */
function likest(frames: readonly WireFrame[], like: WireFrame, fault: Fault): WireFrame | null {
  const records = frames.filter(isRecord);
  const twin = records.find(({ epoch, seq }) => epoch === like.epoch && seq === like.seq);
  return twin ?? (records.length > 0 ? fault.pick(records) : null);
}
