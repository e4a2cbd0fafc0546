/**
 * Tricks with the handshake (PROTOCOL §3): changed and made-up hellos, other suites, steps left out or doubled, answers
 * in the bank's place. Nothing here knows a key, so no binder and no Finished is ever right.
 *
 * @module
 */
import { FRAME_TYPES, sealedBodyBytes } from '../../protocol/frame.ts';
import {
  type ClientHello,
  decodeClientHello,
  decodeServerHello,
  encodeClientHello,
  encodeServerHello,
  type ServerHello,
} from '../../protocol/hello.ts';
import type { TerminalId } from '../../protocol/ids.ts';
import { SUITE_PSK, SUITE_X25519 } from '../../protocol/suites.ts';
import { flipped, madeUp, type WireFrame } from './byzantine-frames.ts';
import { alertOf, noise, onlyAlertOf, type Passing, type Play, type Trick } from './byzantine-tricks.ts';
import type { Fault } from './decisions.ts';
import type { Side } from './middle.ts';

const { clientHello, serverHello, finished } = FRAME_TYPES;
const ZEROS = new Uint8Array(32);
const NO_TERMINAL = 'NOBODY' as TerminalId;

/** u-coordinates of small order (RFC 7748 §6.1, and Bernstein's list): every secret with them is zero. */
export const LOW_ORDER: readonly Uint8Array[] = [
  Buffer.from('0100000000000000000000000000000000000000000000000000000000000000', 'hex'),
  Buffer.from('e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800', 'hex'),
  Buffer.from('5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157', 'hex'),
  Buffer.from('ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f', 'hex'),
];

export const isClientHello = ({ type, epoch }: WireFrame, towards: Side): boolean =>
  type === clientHello && epoch === 0 && towards === 'bank';
const isServerHello = ({ type, epoch }: WireFrame, towards: Side): boolean =>
  type === serverHello && epoch === 0 && towards === 'terminal';
const isHello = (frame: WireFrame, towards: Side): boolean =>
  isClientHello(frame, towards) || isServerHello(frame, towards);
const isFinished = ({ type, epoch }: WireFrame): boolean => type === finished && epoch === 1;

export const HELLO_TRICKS: readonly Trick[] = [
  {
    site: 'byz.step',
    fits: (frame, towards) => isHello(frame, towards) || isFinished(frame),
    play: misstep,
  },
  {
    site: 'byz.downgrade',
    fits: isHello,
    play: (passing, fault) =>
      passing.towards === 'bank' ? downgradeOffer(passing, fault) : downgradeChoice(passing, fault),
  },
  {
    site: 'byz.hello',
    fits: isHello,
    play: (passing, fault) =>
      passing.towards === 'bank' ? forgeClientHello(passing, fault) : forgeServerHello(passing, fault),
  },
  { site: 'byz.impersonate', fits: isClientHello, play: impersonate },
];

/** A hello with some fields changed, under the binder of the true one. */
export function forgedHello(
  frame: Uint8Array,
  change: (hello: ClientHello) => Partial<ClientHello>,
): Uint8Array | null {
  const hello = decodeClientHello(frame);
  if (typeof hello === 'string') return null;
  const forged = encodeClientHello({ ...hello, ...change(hello) }, ZEROS);
  forged.set(frame.subarray(-32), forged.length - 32);
  return forged;
}

function misstep({ frame, towards, recording, memory }: Passing, fault: Fault): Play | null {
  const expect = alertOf(towards, 'handshake step refused');
  const old = memory
    .others(recording, towards)
    .flatMap((other) => other.towards[towards].filter(({ type }) => type === frame.type));
  const how = fault.pick(['left out', 'twice', 'an old one first'] as const);
  switch (how) {
    case 'left out':
      // Nothing follows a ClientHello that is left out, so there is nobody to refuse it.
      return frame.type === clientHello ? null : { on: [], expect, text: how };
    case 'twice':
      return { on: [frame.bytes, frame.bytes], expect, text: how };
    case 'an old one first':
      return old.length === 0 ? null : { on: [fault.pick(old).bytes, frame.bytes], expect, text: how };
  }
}

function downgradeOffer({ frame, towards }: Passing, fault: Fault): Play | null {
  const how = fault.pick(['the base suite alone', 'another order', 'an unknown suite', 'no share'] as const);
  const on = forgedHello(frame.bytes, ({ suites }) => {
    switch (how) {
      case 'the base suite alone':
        return { suites: [SUITE_PSK], ephC: ZEROS };
      case 'another order':
        return { suites: suites.toReversed() };
      case 'an unknown suite':
        return { suites: [0, ...suites.slice(1)] };
      case 'no share':
        return { ephC: ZEROS };
    }
  });
  return forgery({ frame: frame.bytes, on }, onlyAlertOf(towards, 'downgrade of the offer refused'), how);
}

function downgradeChoice({ frame, towards }: Passing, fault: Fault): Play | null {
  const hello = decodeServerHello(frame.bytes);
  const isBest = hello.suite === SUITE_X25519;
  const suite = fault.pick([isBest ? SUITE_PSK : SUITE_X25519, 0, 3]);
  const ephS = fault.below(2) === 0 ? ZEROS : hello.ephS;
  const on = encodeServerHello({ ...hello, suite, ephS });
  const expect = onlyAlertOf(towards, 'downgrade of the choice refused');
  return forgery({ frame: frame.bytes, on }, expect, `suite ${suite} chosen`);
}

function forgeClientHello({ frame, towards, recording, memory }: Passing, fault: Fault): Play | null {
  if (fault.below(4) === 0) return flipHello(frame, towards, fault);
  const known = memory.recordings
    .map(({ terminal }) => terminal)
    .filter((name) => name !== recording.terminal);
  const what = fault.pick([
    'terminal',
    'keyId',
    'clientTimeMs',
    'nonceC',
    'ephC',
    'low order',
    'binder',
  ] as const);
  const on = forgedHello(frame.bytes, (hello) => {
    switch (what) {
      case 'terminal':
        return { terminal: known.length > 0 ? fault.pick(known) : NO_TERMINAL };
      case 'keyId':
        return { keyId: hello.keyId === 0 ? 1 : hello.keyId + fault.pick([-1, 1]) };
      case 'clientTimeMs':
        return { clientTimeMs: hello.clientTimeMs - fault.between(1, 3_600_000) };
      case 'nonceC':
        return { nonceC: noise(fault, 32) };
      case 'ephC':
        return { ephC: noise(fault, 32) };
      case 'low order':
        return { ephC: fault.pick(LOW_ORDER) };
      case 'binder':
        return {};
    }
  });
  if (what === 'binder') on?.set(noise(fault, 32), on.length - 32);
  return forgery(
    { frame: frame.bytes, on },
    onlyAlertOf(towards, 'forged ClientHello refused'),
    `${what} of another making`,
  );
}

function forgeServerHello({ frame, towards }: Passing, fault: Fault): Play | null {
  if (fault.below(4) === 0) return flipHello(frame, towards, fault);
  const what = fault.pick(['nonceS', 'ephS', 'low order', 'no share', 'keyId', 'sessionId'] as const);
  const hello = decodeServerHello(frame.bytes);
  const on = encodeServerHello({ ...hello, ...changed(what, hello, fault) });
  return forgery(
    { frame: frame.bytes, on },
    onlyAlertOf(towards, 'forged ServerHello refused'),
    `${what} of another making`,
  );
}

function changed(
  what: 'nonceS' | 'ephS' | 'low order' | 'no share' | 'keyId' | 'sessionId',
  hello: ServerHello,
  fault: Fault,
): Partial<ServerHello> {
  switch (what) {
    case 'nonceS':
      return { nonceS: noise(fault, 32) };
    case 'ephS':
      return { ephS: noise(fault, 32) };
    case 'low order':
      return { ephS: fault.pick(LOW_ORDER) };
    case 'no share':
      return { ephS: ZEROS };
    case 'keyId':
      return { keyId: hello.keyId + 1 };
    case 'sessionId':
      return { sessionId: noise(fault, 16) };
  }
}

/** Any bit, the header's too: its version, its type, its length. */
function flipHello({ bytes }: WireFrame, towards: Side, fault: Fault): Play {
  const at = fault.below(bytes.length);
  const bit = fault.below(8);
  return {
    on: [flipped(bytes, at, bit)],
    expect: onlyAlertOf(
      towards,
      towards === 'bank' ? 'forged ClientHello refused' : 'forged ServerHello refused',
    ),
    text: `bit ${bit} of byte ${at} flipped`,
  };
}

/** The bank never hears the hello; what the terminal hears is made up, or was said by the bank in another session. */
function impersonate({ frame, recording, memory }: Passing, fault: Fault): Play | null {
  const hello = decodeClientHello(frame.bytes);
  if (typeof hello === 'string') return null;
  const old = memory
    .others(recording, 'terminal')
    .filter(({ towards }) => towards.terminal[0]?.type === serverHello);
  if (old.length > 0 && fault.below(2) === 0) {
    const said = fault.pick(old).towards.terminal;
    return {
      on: [],
      back: said.map(({ bytes }) => bytes),
      expect: onlyAlertOf('terminal', 'old bank refused'),
      text: `answered with ${said.length} frames of an old session`,
    };
  }
  const suite = fault.pick(hello.suites);
  const answer = encodeServerHello({
    nonceS: noise(fault, 32),
    ephS: suite === SUITE_X25519 ? noise(fault, 32) : ZEROS,
    suite,
    keyId: hello.keyId,
    sessionId: noise(fault, 16),
  });
  return {
    on: [],
    back: [answer, madeUpFinished(fault)],
    expect: onlyAlertOf('terminal', 'impersonation refused'),
    text: `answered as the bank with suite ${suite}`,
  };
}

function madeUpFinished(fault: Fault): Uint8Array {
  const before = { bytes: ZEROS, type: serverHello, epoch: 1, seq: -1 };
  return madeUp(finished, before, noise(fault, sealedBodyBytes(32)));
}

/** Null when the change changed nothing. */
function forgery(
  { frame, on }: { readonly frame: Uint8Array; readonly on: Uint8Array | null },
  expect: NonNullable<Play['expect']>,
  text: string,
): Play | null {
  return on === null || Buffer.compare(frame, on) === 0 ? null : { on: [on], expect, text };
}
