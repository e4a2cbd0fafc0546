/**
 * The frames of a watched terminal, newest first, as their headers tell them. Bodies are sealed, and skipped.
 *
 * @module
 */
import { FRAME_TYPES, HEADER_BYTES } from '../../../protocol/frame.ts';
import type { Surface } from '../surface.ts';
import { formatInstant } from '../text.ts';
import type { Ui } from '../ui.ts';
import type { WatchedTerminal } from '../watched.ts';

export function drawFrameRows(surface: Surface, { frames }: WatchedTerminal, ui: Ui): void {
  const { palette, glyphs } = ui.look;
  surface.put({ x: 0, y: 0 }, ' time        frame      ep   seq size', palette.dim);
  const newest = frames.slice(1 - surface.height).reverse();
  newest.forEach(({ tMs, sent, type, epoch, seq, bodyBytes }, row) => {
    const [way, style] = sent ? [glyphs.sent, palette.text] : [glyphs.heard, palette.states.login];
    const figures = [
      String(epoch).padStart(3),
      String(seq).padStart(6),
      String(HEADER_BYTES + bodyBytes).padStart(5),
    ];
    const text = ` ${formatInstant(tMs)} ${way} ${NAMES.get(type)?.padEnd(11) ?? ''}${figures.join('')}`;
    surface.put({ x: 0, y: row + 1 }, text, type === FRAME_TYPES.alert ? palette.alarm : style);
  });
  if (frames.length === 0) surface.put({ x: 1, y: 1 }, 'none since somebody looks', palette.dim);
}

const NAMES = new Map<number, string>(
  Object.entries(FRAME_TYPES).map(([name, type]) => [type, name.charAt(0).toUpperCase() + name.slice(1)]),
);
