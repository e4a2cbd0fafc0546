/**
 * The grid of cells that views draw on. A view knows nothing else of the terminal: the tests read the cells of an
 * array, the shell copies them to the screen.
 *
 * @module
 */
import { cleanText } from './text.ts';

/** Colours and weights of a cell, packed `flags << 18 | fg << 9 | bg`; make one with {@link attr}. */
export type Attr = number & { readonly __unit: 'attr' };

export interface Style {
  /** Palette number 0..255; left out, the terminal's own colour. */
  readonly fg?: number;
  readonly bg?: number;
  readonly bold?: boolean;
  readonly underline?: boolean;
  readonly inverse?: boolean;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}
export interface Rect extends Point {
  readonly width: number;
  readonly height: number;
}

/** All positions count from the surface's own top left corner; what lies outside is cut off. */
export interface Surface {
  readonly width: number;
  readonly height: number;
  /** Writes `text`, cleaned, one character a cell. */
  put(at: Point, text: string, style: Attr): void;
  fill(rect: Rect, character: string, style: Attr): void;
  /** A part of this surface with its own origin and edges. */
  region(rect: Rect): Surface;
}

/** The six corners and lines of a box: `┌┐└┘─│`. */
export type BoxGlyphs = string;

export interface BoxLook {
  readonly title: string;
  readonly glyphs: BoxGlyphs;
  readonly frame: Attr;
  readonly titleStyle: Attr;
}

export function attr(style: Style): Attr {
  const flags = (style.bold ? 1 : 0) | (style.underline ? 2 : 0) | (style.inverse ? 8 : 0);
  return ((flags << 18) | ((style.fg ?? DEFAULT_COLOUR) << 9) | (style.bg ?? DEFAULT_COLOUR)) as Attr;
}

/** The style of a selected cell: inverse turned round, and underlined, so that it shows in every theme. */
export const underCursor = (style: Attr): Attr => ((style ^ (8 << 18)) | (2 << 18)) as Attr;

export const underlined = (style: Attr): Attr => (style | (2 << 18)) as Attr;

/** Draws a frame with a title along the edge of `rect` and returns the surface inside it, blank. */
export function box(surface: Surface, rect: Rect, look: BoxLook): Surface {
  const { x, y, width, height } = rect;
  const [topLeft = '+', topRight = '+', bottomLeft = '+', bottomRight = '+', across = '-', down = '|'] =
    look.glyphs;
  const line = across.repeat(Math.max(0, width - 2));
  surface.put({ x, y }, topLeft + line + topRight, look.frame);
  surface.fill({ x, y: y + 1, width: 1, height: height - 2 }, down, look.frame);
  surface.fill({ x: x + width - 1, y: y + 1, width: 1, height: height - 2 }, down, look.frame);
  surface.put({ x, y: y + height - 1 }, bottomLeft + line + bottomRight, look.frame);
  surface.put({ x: x + 2, y }, ` ${look.title} `.slice(0, Math.max(0, width - 4)), look.titleStyle);
  const inside = { x: x + 1, y: y + 1, width: width - 2, height: height - 2 };
  surface.fill(inside, ' ', attr({}));
  return surface.region(inside);
}

/** A piece of a line in one style. */
export type Segment = readonly [text: string, style: Attr];

/** Writes the pieces one after the other. */
export function putLine(surface: Surface, at: Point, segments: readonly Segment[]): void {
  let x = at.x;
  for (const [text, style] of segments) {
    surface.put({ x, y: at.y }, text, style);
    x += text.length;
  }
}

export const lineWidth = (segments: readonly Segment[]): number =>
  segments.reduce((sum, [text]) => sum + text.length, 0);

/**
 * Bars of `values` over the whole surface, the newest at the right edge, highest value at the top. Null leaves a gap:
 * no figure is not zero. `levels` are the glyphs of an ever fuller cell, the first one empty.
 */
export function spark(surface: Surface, values: readonly (number | null)[], look: SparkLook): void {
  const { width, height } = surface;
  const shown = values.slice(-width);
  const top = Math.max(1, ...shown.map((value) => value ?? 0));
  const steps = look.levels.length - 1;
  shown.forEach((value, i) => {
    if (value === null) return;
    const filled = Math.max(1, Math.round((value / top) * height * steps));
    for (let row = 0; row < height; row++) {
      const level = Math.min(steps, Math.max(0, filled - row * steps));
      const at = { x: width - shown.length + i, y: height - 1 - row };
      surface.put(at, look.levels.charAt(level), look.style);
    }
  });
}

export interface SparkLook {
  readonly levels: string;
  readonly style: Attr;
}

/** The cells themselves, row by row. */
export class CellSurface implements Surface {
  readonly width: number;
  readonly height: number;
  readonly characters: string[];
  readonly attrs: Int32Array;
  readonly #ascii: boolean;

  constructor(size: { width: number; height: number; ascii: boolean }) {
    this.width = size.width;
    this.height = size.height;
    this.#ascii = size.ascii;
    this.characters = new Array<string>(size.width * size.height).fill(' ');
    this.attrs = new Int32Array(size.width * size.height).fill(attr({}));
  }

  put(at: Point, text: string, style: Attr): void {
    if (at.y < 0 || at.y >= this.height) return;
    const clean = cleanText(text, this.#ascii);
    const from = Math.max(0, -at.x);
    const to = Math.min(clean.length, this.width - at.x);
    const row = at.y * this.width + at.x;
    for (let i = from; i < to; i++) {
      this.characters[row + i] = clean.charAt(i);
      this.attrs[row + i] = style;
    }
  }

  fill(rect: Rect, character: string, style: Attr): void {
    const line = character.repeat(Math.max(0, rect.width));
    for (let row = 0; row < rect.height; row++) this.put({ x: rect.x, y: rect.y + row }, line, style);
  }

  region(rect: Rect): Surface {
    return new Region(this, rect);
  }

  /** The rows as text, trailing blanks cut; for golden files. */
  text(): string {
    const rows: string[] = [];
    for (let y = 0; y < this.height; y++) {
      rows.push(
        this.characters
          .slice(y * this.width, (y + 1) * this.width)
          .join('')
          .trimEnd(),
      );
    }
    return `${rows.join('\n')}\n`;
  }
}

class Region implements Surface {
  readonly width: number;
  readonly height: number;
  readonly #whole: Surface;
  readonly #origin: Point;

  constructor(whole: Surface, rect: Rect) {
    this.width = Math.max(0, Math.min(rect.width, whole.width - rect.x));
    this.height = Math.max(0, Math.min(rect.height, whole.height - rect.y));
    this.#whole = whole;
    this.#origin = rect;
  }

  put(at: Point, text: string, style: Attr): void {
    if (at.y < 0 || at.y >= this.height || at.x >= this.width) return;
    const from = Math.max(0, -at.x);
    const visible = text.slice(from, this.width - at.x);
    this.#whole.put({ x: this.#origin.x + at.x + from, y: this.#origin.y + at.y }, visible, style);
  }

  fill(rect: Rect, character: string, style: Attr): void {
    const line = character.repeat(Math.max(0, rect.width));
    for (let row = 0; row < rect.height; row++) this.put({ x: rect.x, y: rect.y + row }, line, style);
  }

  region(rect: Rect): Surface {
    return new Region(this, rect);
  }
}

/** A surface of this height that shows as much of it as there is room for. */
export function cutTo(surface: Surface, height: number): Surface {
  const cut: Surface = {
    width: surface.width,
    height,
    put: (at, text, style) => surface.put(at, text, style),
    fill: (rect, character, style) => surface.fill(rect, character, style),
    region: (rect) => new Region(cut, rect),
  };
  return cut;
}

/** Nine set bits: the terminal's own colour. */
const DEFAULT_COLOUR = 0x1ff;
