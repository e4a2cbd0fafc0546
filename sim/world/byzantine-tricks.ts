/**
 * What a trick of the adversary is: asked of frames that it fits, it says what is to happen instead. Types only; the
 * tricks themselves are `byzantine-records.ts`, `byzantine-hellos.ts` and `byzantine-calls.ts`.
 *
 * @module
 */
import type { WireFrame } from './byzantine-frames.ts';
import type { ByzantineMark } from './byzantine-marks.ts';
import type { Memory, Recording } from './byzantine-memory.ts';
import type { Fault } from './decisions.ts';
import type { Side } from './middle.ts';
import type { SiteName } from './sites.ts';

/** A frame on its way, and what there is to do something with. */
export interface Passing {
  readonly frame: WireFrame;
  readonly towards: Side;
  /** Of this connection, without the frame. */
  readonly recording: Recording;
  readonly memory: Memory;
}

/** What an honest side must do when it was lied to. */
export interface Expectation {
  readonly mark: ByzantineMark;
  readonly of: Side;
  /** `alert`: it says so. `silence`: the line ends without another word of it. */
  readonly sign: 'alert' | 'silence';
  /** Whether anything else it says first means that it believed a lie; else that may have been under way. */
  readonly isStrict: boolean;
}

/** A connection of the adversary's own to the bank. */
export interface Call {
  readonly afterMs: number;
  /** Taken when the call is made. */
  readonly said: () => readonly Uint8Array[];
  /** Between one part and the next; 0 for one write. */
  readonly paceMs: number;
  /** Reached when the bank answers with an Alert, or lets the caller wait and then drops the line. */
  readonly marks: { readonly alert?: ByzantineMark; readonly dropped?: ByzantineMark };
}

export interface Play {
  /** Travels on in place of the frame, which goes on as it is when this is absent. */
  readonly on?: readonly Uint8Array[];
  /** Goes back to the side that wrote the frame. */
  readonly back?: readonly Uint8Array[];
  /** Travels after the next frame, or after so long when there is none. */
  readonly later?: { readonly bytes: Uint8Array; readonly withinMs: number };
  /** The numbers of the frames that follow are one less. */
  readonly shift?: true;
  /** The stream ends. */
  readonly end?: true;
  /** The frame is a ClientHello to be said on the line of another terminal. */
  readonly kept?: Uint8Array;
  readonly calls?: readonly Call[];
  readonly expect?: Expectation;
  /** For the trace. */
  readonly text: string;
}

export interface Trick {
  readonly site: Extract<SiteName, `byz.${string}`>;
  /** Must depend on nothing but frame and direction, so that one fault more or less does not change who is asked. */
  fits(frame: WireFrame, towards: Side): boolean;
  /** Null when there is nothing to do it with. All that it draws comes from the fault. */
  play(passing: Passing, fault: Fault): Play | null;
}

export const OTHER: Readonly<Record<Side, Side>> = { bank: 'terminal', terminal: 'bank' };

/** `side` says that it was lied to. */
export const alertOf = (of: Side, mark: ByzantineMark): Expectation => ({
  mark,
  of,
  sign: 'alert',
  isStrict: false,
});

/** As {@link alertOf}, where nothing else of that side can be under way. */
export const onlyAlertOf = (of: Side, mark: ByzantineMark): Expectation => ({
  ...alertOf(of, mark),
  isStrict: true,
});

export const silenceOf = (of: Side, mark: ByzantineMark): Expectation => ({
  mark,
  of,
  sign: 'silence',
  isStrict: false,
});

/** Bytes of no meaning. */
export const noise = (fault: Fault, bytes: number): Uint8Array =>
  Uint8Array.from({ length: bytes }, () => fault.below(256));
