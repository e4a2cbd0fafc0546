/**
 * The words at the right of a Lamport diagram: what an event says, on how many lines, and how much place there is for it
 * beside the lanes.
 *
 * @module
 */

const WIDTH = 1216;
/** Of the times. */
export const LEFT = 150;
const LANE_MAX = 104;
const LANE_MIN = 48;
/** Of the words, at least. */
const WORDS = 520;
/** What a letter of 12 px takes, on the large side: plain, and bold. */
const LETTER = 6.6;
const LETTER_BOLD = 8.4;
/** From one line of a violation to the next. */
export const LINE = 16;

/** The part of an event that is told. */
interface Told {
  readonly what: string;
  readonly text: string;
  readonly peer?: string;
}

export interface Place {
  x(lane: number): number;
  readonly wordsX: number;
  readonly width: number;
}

export function placeOf(lanes: number): Place {
  const lane = Math.max(
    LANE_MIN,
    Math.min(LANE_MAX, Math.floor((WIDTH - LEFT - WORDS) / Math.max(lanes, 1))),
  );
  const wordsX = LEFT + lanes * lane + 8;
  const width = Math.max(WIDTH, wordsX + WORDS);
  return {
    x: (i) => LEFT + i * lane + lane / 2,
    wordsX,
    width,
  };
}

export const toldOf = ({ what, text, peer }: Told): string =>
  peer === undefined ? text : `${what === 'send' ? '→' : '←'} ${peer}: ${text}`;

/** One line, but for a violation, which is told whole. */
export function linesOf(event: Told, { wordsX, width }: Place): readonly string[] {
  const isViolation = event.what === 'violation';
  const lettersMax = Math.floor((width - wordsX) / (isViolation ? LETTER_BOLD : LETTER));
  // A checksum is for comparing traces, not for reading; "commit commit 7" says it twice.
  const short = toldOf(event)
    .replace(/ #[0-9a-f]+$/, '')
    .replace(`${event.what} `, '');
  const first = lettersMax - event.what.length - 1;
  return isViolation ? wrapped(short, first, lettersMax) : [cut(short, first)];
}

/** Breaks between words, and within one that is longer than a line. */
function wrapped(text: string, first: number, max: number): readonly string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > (lines.length === 0 ? first : max)) {
    const room = lines.length === 0 ? first : max;
    const space = rest.lastIndexOf(' ', room);
    const end = space > 0 ? space : room;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest];
}

export const cut = (text: string, max: number): string =>
  text.length > max ? `${text.slice(0, max - 1)}…` : text;
