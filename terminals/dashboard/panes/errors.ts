/**
 * Errors by code. Unexpected ones are marked and counted apart, so that a red number means something.
 *
 * @module
 */
import type { DashboardModel } from '../model.ts';
import { type Surface, underCursor } from '../surface.ts';
import { clip, formatCount } from '../text.ts';
import type { Ui } from '../ui.ts';

export function drawErrors(surface: Surface, model: DashboardModel, ui: Ui): void {
  const { width, height } = surface;
  const { palette, glyphs } = ui.look;
  const { errors } = model;
  const barWidth = width >= 38 ? 5 : 0;
  const codeWidth = Math.min(23, width - 16 - barWidth);
  const rows = errors.slice(0, height - 1);
  const { focus, errorRow } = ui.state;
  const chosen = focus === 4 ? Math.min(errorRow, rows.length - 1) : -1;
  const most = Math.max(1, ...rows.map((row) => row.count));
  rows.forEach((row, y) => {
    const bad = !row.expected && row.count > 0;
    const text = `${bad ? '!' : ' '}${clip(row.code, codeWidth, glyphs.ellipsis)}${formatCount(row.count).padStart(6)} `;
    const plain = bad ? palette.alarm : palette.text;
    const style = y === chosen ? underCursor(plain) : plain;
    surface.put({ x: 0, y }, text, style);
    if (barWidth > 0 && row.count > 0) {
      const full = glyphs.levels.slice(-1);
      const bar = full.repeat(Math.max(1, Math.round((row.count / most) * (barWidth - 1))));
      surface.put({ x: text.length, y }, bar, bad ? palette.states.error : palette.bar);
    }
    surface.put({ x: text.length + barWidth, y }, row.class, palette.dim);
  });
  if (errors.length === 0) surface.put({ x: 1, y: 0 }, 'none so far', palette.dim);
  const expected = errors.filter((row) => row.expected).reduce((sum, row) => sum + row.count, 0);
  const { unexpected } = model.totals;
  const counts = `unexpected ${formatCount(unexpected)}`;
  surface.put({ x: 1, y: height - 1 }, counts, unexpected > 0 ? palette.alarm : palette.ok);
  surface.put({ x: counts.length + 3, y: height - 1 }, `expected ${formatCount(expected)}`, palette.text);
}
