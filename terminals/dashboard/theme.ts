/**
 * Colours and glyphs. A state is told by glyph, colour and position at once, so that it is readable without colour
 * and on a screen that shows only ASCII.
 *
 * Only palette numbers, never hex: blessed turns a hex value of the 256-colour palette into one of the first 16. The
 * numbers of `dark` and `light` were searched for the largest distance (CIE76) between any two of them as seen with
 * normal, protanope, deuteranope and tritanope sight.
 *
 * @module
 */
import type { LightStatus, TerminalState } from './model.ts';
import { type Attr, attr, type BoxGlyphs } from './surface.ts';

export const THEME_NAMES = ['dark', 'light', 'ansi16', 'mono'] as const;
export type ThemeName = (typeof THEME_NAMES)[number];

export interface Palette {
  readonly text: Attr;
  readonly strong: Attr;
  readonly dim: Attr;
  readonly frame: Attr;
  readonly bar: Attr;
  readonly ok: Attr;
  readonly warn: Attr;
  /** Violations and unexpected errors: inverse, so that it stands out without colour. */
  readonly alarm: Attr;
  readonly states: Readonly<Record<TerminalState, Attr>>;
}

export interface Glyphs {
  readonly box: BoxGlyphs;
  /** From empty to full. */
  readonly levels: string;
  readonly states: Readonly<Record<TerminalState, string>>;
  readonly lights: Readonly<Record<LightStatus, string>>;
  /** Of a chart: where nothing was, where a fault began, and where it was on. */
  readonly axis: string;
  readonly bandStart: string;
  readonly band: string;
  readonly running: string;
  readonly paused: string;
  readonly divider: string;
  readonly dot: string;
  readonly delta: string;
  readonly sum: string;
  readonly absent: string;
  readonly ellipsis: string;
  /** A frame that the terminal sent, and one that it got. */
  readonly sent: string;
  readonly heard: string;
}

export interface Look {
  readonly palette: Palette;
  readonly glyphs: Glyphs;
}

export const lookOf = (theme: ThemeName, ascii: boolean): Look => ({
  palette: PALETTES[theme],
  glyphs: ascii ? ASCII : UNICODE,
});

export const COLOUR_CHOICES = ['auto', 'always', '256', '16', 'never'] as const;
export type ColourChoice = (typeof COLOUR_CHOICES)[number];

/**
 * What the environment and `--color` ask for. A non-empty `NO_COLOR` means no colour; `--color` and `FORCE_COLOR`
 * overrule it, in this order.
 */
export function chooseTheme(
  env: Readonly<Record<string, string | undefined>>,
  colour: ColourChoice,
): ThemeName {
  const forced = colour === 'auto' ? forcedColour(env['FORCE_COLOR']) : colour;
  if (forced === 'never') return 'mono';
  if (forced === '16') return 'ansi16';
  if (forced === 'always' || forced === '256') return 'dark';
  if (env['NO_COLOR']) return 'mono';
  const many = /256|truecolor|24bit|kitty|alacritty|ghostty/.test(
    `${env['TERM'] ?? ''} ${env['COLORTERM'] ?? ''}`,
  );
  return many ? 'dark' : 'ansi16';
}

function forcedColour(force: string | undefined): ColourChoice {
  if (force === undefined || force === '') return 'auto';
  if (force === '0' || force === 'false') return 'never';
  return force === '1' ? '16' : '256';
}

/** The numbers with a meaning of their own, for the tests of contrast and distance. */
export const SEARCHED = {
  dark: { idle: 244, handshake: 33, login: 219, txn: 42, error: 208, offline: 94, warn: 226 },
  light: { idle: 232, handshake: 21, login: 54, txn: 23, error: 88, offline: 101, warn: 202 },
} as const;

const plain = attr({});
const bold = attr({ bold: true });

function palette256(theme: 'dark' | 'light'): Palette {
  const number = SEARCHED[theme];
  return {
    text: plain,
    strong: bold,
    dim: attr({ fg: theme === 'dark' ? number.idle : 241 }),
    frame: attr({ fg: theme === 'dark' ? 240 : 245 }),
    bar: attr({ fg: number.handshake }),
    ok: attr({ fg: number.txn, bold: true }),
    warn: attr({ fg: number.warn, bold: true }),
    alarm: attr({ fg: number.error, bold: true, inverse: true }),
    states: {
      idle: attr({ fg: number.idle }),
      handshake: attr({ fg: number.handshake }),
      login: attr({ fg: number.login }),
      txn: attr({ fg: number.txn }),
      error: attr({ fg: number.error, bold: true, inverse: true }),
      offline: attr({ fg: number.offline }),
    },
  };
}

const PALETTES: Readonly<Record<ThemeName, Palette>> = {
  dark: palette256('dark'),
  light: palette256('light'),
  // Colour 8 carries no meaning here: many terminals show it as the background.
  ansi16: {
    text: plain,
    strong: bold,
    dim: plain,
    frame: plain,
    bar: attr({ fg: 6 }),
    ok: attr({ fg: 2, bold: true }),
    warn: attr({ fg: 3, bold: true }),
    alarm: attr({ fg: 1, bold: true, inverse: true }),
    states: {
      idle: attr({ fg: 7 }),
      handshake: attr({ fg: 6 }),
      login: attr({ fg: 5 }),
      txn: attr({ fg: 2 }),
      error: attr({ fg: 1, bold: true, inverse: true }),
      offline: attr({ fg: 3, underline: true }),
    },
  },
  mono: {
    text: plain,
    strong: bold,
    dim: plain,
    frame: plain,
    bar: plain,
    ok: bold,
    warn: attr({ bold: true, underline: true }),
    alarm: attr({ bold: true, inverse: true }),
    states: {
      idle: plain,
      handshake: plain,
      login: plain,
      txn: bold,
      error: attr({ bold: true, inverse: true }),
      offline: attr({ underline: true }),
    },
  },
};

const UNICODE: Glyphs = {
  box: '┌┐└┘─│',
  levels: ' ▁▂▃▄▅▆▇█',
  states: { idle: '·', handshake: '»', login: '@', txn: '$', error: '!', offline: 'x' },
  lights: { ok: '●', stale: '◐', violated: '✗', unchecked: '○' },
  axis: '─',
  bandStart: '▌',
  band: '▒',
  running: '▶',
  paused: '‖',
  divider: '│',
  dot: '·',
  delta: 'Δ',
  sum: 'Σ',
  absent: '—',
  ellipsis: '…',
  sent: '→',
  heard: '←',
};

const ASCII: Glyphs = {
  box: '++++-|',
  levels: ' .:-=+*%#',
  states: { idle: '.', handshake: '>', login: '@', txn: '$', error: '!', offline: 'x' },
  lights: { ok: '*', stale: '~', violated: 'X', unchecked: '?' },
  axis: '-',
  bandStart: '[',
  band: '=',
  running: '>',
  paused: '=',
  divider: '|',
  dot: '-',
  delta: 'diff',
  sum: 'sum',
  absent: '-',
  ellipsis: '~',
  sent: '>',
  heard: '<',
};
