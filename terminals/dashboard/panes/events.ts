/**
 * The newest events, newest first, in fixed columns: `mm:ss.mmm LEVEL actor text`.
 *
 * @module
 */
import type { DashboardModel, RunEvent } from '../model.ts';
import type { Surface } from '../surface.ts';
import { clip, formatInstant } from '../text.ts';
import type { Ui } from '../ui.ts';

export function drawEvents(surface: Surface, model: DashboardModel, ui: Ui): void {
  const { palette } = ui.look;
  const styles: Readonly<Record<RunEvent['level'], typeof palette.text>> = {
    info: palette.dim,
    warn: palette.warn,
    error: palette.alarm,
    fault: palette.warn,
    adver: palette.states.login,
  };
  const newest = model.events.slice(-surface.height).reverse();
  newest.forEach((event, y) => {
    const instant = formatInstant(event.tMs);
    surface.put({ x: 0, y }, instant, palette.dim);
    surface.put({ x: instant.length + 1, y }, event.level.toUpperCase(), styles[event.level]);
    const text = event.actor === '' ? event.text : `${event.actor} ${event.text}`;
    const x = instant.length + 7;
    surface.put({ x, y }, clip(text, surface.width - x, ui.look.glyphs.ellipsis), palette.text);
  });
}
