/**
 * The newest events, newest first, in fixed columns: `mm:ss.mmm LEVEL actor text`; and the full log of them.
 *
 * @module
 */
import { type DashboardModel, type RunEvent, terminalName } from '../model.ts';
import { box, type Rect, type Surface } from '../surface.ts';
import { clip, formatInstant } from '../text.ts';
import type { Ui } from '../ui.ts';

export function drawEvents(surface: Surface, model: DashboardModel, ui: Ui): void {
  drawRows(surface, model.events.slice(-surface.height).reverse(), ui);
}

/** Over all panes; whose events it shows is in its title. */
export function drawLog(
  surface: Surface,
  rect: Rect,
  { model, ui }: { model: DashboardModel; ui: Ui },
): void {
  const { palette, glyphs } = ui.look;
  const { log } = ui.state;
  const terminal = log?.terminal ?? null;
  const who = terminal === null ? 'all' : terminalName(model.terminals, terminal);
  const newer = ui.log?.newer ?? 0;
  const place = newer === 0 ? 'newest first' : `${newer} newer above`;
  const inside = box(surface, rect, {
    title: `Log of ${who}  ${place}`,
    glyphs: glyphs.box,
    frame: palette.strong,
    titleStyle: palette.strong,
  });
  const events = ui.log?.lines.slice(0, inside.height).map(({ event }) => event) ?? [];
  if (events.length === 0) inside.put({ x: 1, y: 0 }, 'no events yet', palette.dim);
  drawRows(inside, events, ui);
}

/** Lines of the log on a screen of this height. */
export const logPage = (rect: Pick<Rect, 'height'>): number => Math.max(1, rect.height - 2);

function drawRows(surface: Surface, events: readonly RunEvent[], ui: Ui): void {
  const { palette } = ui.look;
  const styles: Readonly<Record<RunEvent['level'], typeof palette.text>> = {
    info: palette.dim,
    warn: palette.warn,
    error: palette.alarm,
    fault: palette.warn,
    adver: palette.states.login,
  };
  events.forEach((event, y) => {
    const instant = formatInstant(event.tMs);
    surface.put({ x: 0, y }, instant, palette.dim);
    surface.put({ x: instant.length + 1, y }, event.level.toUpperCase(), styles[event.level]);
    const text = event.actor === '' ? event.text : `${event.actor} ${event.text}`;
    const x = instant.length + 7;
    surface.put({ x, y }, clip(text, surface.width - x, ui.look.glyphs.ellipsis), palette.text);
  });
}
