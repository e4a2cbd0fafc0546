/**
 * The dashboard's screen as a pure function of model and keys. Three layouts by size: all panes from 120×36, one load
 * pane from 80×24, below that the lights, rate and p99 on three lines.
 *
 * @module
 */
import type { DashboardModel } from './model.ts';
import { drawAtms, gridShape } from './panes/atms.ts';
import { drawBank, drawBankLine } from './panes/bank.ts';
import { drawDialog } from './panes/dialogs.ts';
import { drawErrors } from './panes/errors.ts';
import { drawEvents } from './panes/events.ts';
import { alarmText, drawHeader, lightSegments } from './panes/header.ts';
import { drawLatency, drawLoad, drawThroughput } from './panes/load.ts';
import { box, putLine, type Rect, type Surface } from './surface.ts';
import { formatLatency } from './text.ts';
import type { Ui } from './ui.ts';

/** Draws everything; cells of an earlier frame are gone. A null model: no snapshot has come yet. */
export function draw(model: DashboardModel | null, surface: Surface, ui: Ui): void {
  surface.fill({ x: 0, y: 0, width: surface.width, height: surface.height }, ' ', ui.look.palette.text);
  if (model === null) {
    surface.put({ x: 1, y: 0 }, 'CASHPOINT  waiting for the run', ui.look.palette.strong);
    return;
  }
  const layout = layoutOf(surface);
  if (layout.kind === 'tiny') {
    drawTiny(surface, model, ui);
    return;
  }
  drawHeader(surface, model, ui);
  for (const pane of layout.panes) drawPane(surface, pane, { model, ui });
  drawFooter(surface, model, ui);
  drawDialog(surface, ui);
}

/** Pages of the grid on a screen of this size. */
export function gridPages(model: DashboardModel, size: Size): number {
  const atms = layoutOf(size).panes.find((pane) => pane.draw === drawAtms);
  if (!atms) return 1;
  return gridShape({ width: atms.rect.width - 2, height: atms.rect.height - 2 }, model.terminals).pages;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

interface Pane {
  readonly rect: Rect;
  readonly title: (model: DashboardModel) => string;
  readonly draw: (surface: Surface, model: DashboardModel, ui: Ui) => void;
}

interface Layout {
  readonly kind: 'full' | 'compact' | 'tiny';
  readonly panes: readonly Pane[];
}

const HEADER_ROWS = 2;
const FOOTER_ROWS = 2;

function layoutOf({ width, height }: Size): Layout {
  if (width < 80 || height < 24) return { kind: 'tiny', panes: [] };
  if (width < 120 || height < 36) return { kind: 'compact', panes: compactPanes({ width, height }) };
  return { kind: 'full', panes: fullPanes({ width, height }) };
}

function compactPanes({ width, height }: Size): readonly Pane[] {
  const bottom = Math.max(8, Math.floor((height - HEADER_ROWS - FOOTER_ROWS) * 0.4));
  const top = height - HEADER_ROWS - FOOTER_ROWS - bottom;
  const y = HEADER_ROWS + top;
  return [
    { rect: { x: 0, y: HEADER_ROWS, width: width - 30, height: top }, title: atmsTitle, draw: drawAtms },
    {
      rect: { x: width - 30, y: HEADER_ROWS, width: 30, height: top },
      title: () => '2 Load',
      draw: drawLoad,
    },
    { rect: { x: 0, y, width: 32, height: bottom }, title: () => '4 Errors', draw: drawErrors },
    { rect: { x: 32, y, width: width - 32, height: bottom }, title: () => '6 Events', draw: drawEvents },
  ];
}

function fullPanes({ width, height }: Size): readonly Pane[] {
  const bottom = Math.min(20, Math.max(12, Math.floor(height * 0.3)));
  const top = height - HEADER_ROWS - FOOTER_ROWS - bottom;
  const right = Math.min(64, Math.max(46, Math.floor(width * 0.32)));
  const rates = 7 + Math.floor((top - 18) / 3);
  const x = width - right;
  const y = HEADER_ROWS + top;
  const at = (rect: Rect, title: Pane['title'], drawIt: Pane['draw']): Pane => ({
    rect,
    title,
    draw: drawIt,
  });
  return [
    at({ x: 0, y: HEADER_ROWS, width: x, height: top }, atmsTitle, drawAtms),
    at(
      { x, y: HEADER_ROWS, width: right, height: rates },
      () => '2 Throughput  ok/s, a column a second',
      drawThroughput,
    ),
    at(
      { x, y: HEADER_ROWS + rates, width: right, height: top - rates },
      () => '3 Latency ms  (from intended start)',
      drawLatency,
    ),
    at({ x: 0, y, width: 42, height: bottom }, () => '4 Errors', drawErrors),
    at({ x: 42, y, width: 30, height: bottom }, () => '5 Bank actor', drawBank),
    at({ x: 72, y, width: width - 72, height: bottom }, () => '6 Events  newest first', drawEvents),
  ];
}

const atmsTitle = (model: DashboardModel) => `1 ATMs ${model.terminals.states.length}`;

function drawPane(
  surface: Surface,
  pane: Pane,
  shown: { readonly model: DashboardModel; readonly ui: Ui },
): void {
  const { palette, glyphs } = shown.ui.look;
  const inside = box(surface, pane.rect, {
    title: pane.title(shown.model),
    glyphs: glyphs.box,
    frame: palette.frame,
    titleStyle: palette.strong,
  });
  pane.draw(inside, shown.model, shown.ui);
}

/** The last two lines: keys, and the display's own state; on a small screen the bank's figures. An alarm covers it. */
function drawFooter(surface: Surface, model: DashboardModel, ui: Ui): void {
  const { palette } = ui.look;
  const { width, height } = surface;
  const keys = height - 2;
  const status = height - 1;
  surface.put({ x: 1, y: keys }, 'PgUp/PgDn page  Space pause  T theme  ? help  q quit', palette.strong);
  const alarm = alarmText(model);
  if (alarm !== null) surface.put({ x: 0, y: status }, ` ${alarm}`.padEnd(width), palette.alarm);
  else if (ui.state.stopping) {
    surface.put(
      { x: 1, y: status },
      'stopping: no new operations, then the checks. q leaves now',
      palette.warn,
    );
  } else if (ui.stats.silentMs >= SILENT_MS) {
    const silent = `no news from the run for ${Math.floor(ui.stats.silentMs / 1000)} s`;
    surface.put({ x: 1, y: status }, silent, palette.warn);
  } else if (layoutOf(surface).kind === 'compact') {
    drawBankLine(surface.region({ x: 0, y: status, width, height: 1 }), model, ui);
  } else surface.put({ x: 1, y: status }, statsText(ui), palette.dim);
}

/** A run that sends nothing for so long is worth a word. */
export const SILENT_MS = 3000;

function statsText(ui: Ui): string {
  const { fps, frameMs, dropped } = ui.stats;
  const cost = frameMs === null ? ui.look.glyphs.absent : frameMs.toFixed(1);
  return `${ui.look.glyphs.running} live ${fps} fps  ui ${cost} ms/frame  dropped frames ${dropped}  theme ${ui.state.theme}`;
}

function drawTiny(surface: Surface, model: DashboardModel, ui: Ui): void {
  const { look } = ui;
  const all = model.latency.find((row) => row.op === 'ALL');
  const p99 = formatLatency(all?.p99 ?? null, look.glyphs.absent);
  putLine(surface, { x: 0, y: 0 }, lightSegments(model, look, surface.width));
  surface.put({ x: 1, y: 1 }, `ok/s ${Math.round(model.run.achievedRate)}  p99 ${p99} ms`, look.palette.text);
  const size = `need 80x24, this is ${surface.width}x${surface.height}`;
  surface.put({ x: 1, y: 2 }, size, look.palette.warn);
}
