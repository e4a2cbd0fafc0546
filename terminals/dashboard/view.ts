/**
 * The dashboard's screen as a pure function of model and keys. Three layouts by size: all panes from 120×36, one load
 * pane from 80×24, below that the lights, rate and p99 on three lines.
 *
 * @module
 */
import type { DashboardModel } from './model.ts';
import type { Hit } from './mouse.ts';
import { atmsTitle, cellAt, drawAtms, gridFacts } from './panes/atms.ts';
import { drawBank } from './panes/bank.ts';
import { windowText } from './panes/chart.ts';
import { drawDialog } from './panes/dialogs.ts';
import { drawErrors } from './panes/errors.ts';
import { drawEvents, drawLog, logPage } from './panes/events.ts';
import { drawFooter } from './panes/footer.ts';
import { drawHeader, lightSegments } from './panes/header.ts';
import { drawLatency, drawLoad, drawThroughput, loadTitle } from './panes/load.ts';
import { drawZoom } from './panes/zoom.ts';
import { box, type Point, putLine, type Rect, type Surface } from './surface.ts';
import { formatLatency } from './text.ts';
import type { Ui } from './ui.ts';
import type { GridFacts, PaneId, UiState } from './ui-state.ts';

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
  const { zoomed, log } = ui.state;
  const body = bodyOf(surface);
  if (log !== null) drawLog(surface, body, { model, ui });
  else if (zoomed !== null) drawZoom(surface.region(body), { index: zoomed, model, ui });
  else for (const pane of panesOf(layout, surface, ui.state)) drawPane(surface, pane, { model, ui });
  drawFooter(surface, model, ui);
  drawDialog(surface.region(body), model, ui);
}

/** The grid on a screen of this size, for the keys. */
export function gridOf(model: DashboardModel, size: Size, state: UiState): GridFacts {
  const panes = panesOf(layoutOf(size), size, state);
  const { rect } = panes.find((pane) => pane.draw === drawAtms) ?? { rect: { width: 2, height: 2 } };
  return gridFacts({ width: rect.width - 2, height: rect.height - 2 }, model, state);
}

/** Lines of the log on a screen of this size, for the keys. */
export const logPageOf = (size: Size): number => logPage(bodyOf(size));

/** What lies at a point of a screen of this size, for the mouse; null where no pane is. */
export function hitOf(
  model: DashboardModel,
  size: Size,
  { state, at }: { readonly state: UiState; readonly at: Point },
): Hit | null {
  const found = panesOf(layoutOf(size), size, state).find(({ rect }) => isInside(rect, at));
  if (!found) return null;
  const { x, y, width, height } = found.rect;
  const inside = { x: at.x - x - 1, y: at.y - y - 1 };
  const cell =
    found.id === 1 ? cellAt({ width: width - 2, height: height - 2 }, { model, state, at: inside }) : null;
  return { pane: found.id, cell, row: inside.y };
}

const isInside = ({ x, y, width, height }: Rect, at: Point) =>
  at.x >= x && at.y >= y && at.x < x + width && at.y < y + height;

interface Size {
  readonly width: number;
  readonly height: number;
}

interface Pane {
  readonly id: PaneId;
  readonly rect: Rect;
  readonly title: (model: DashboardModel, ui: Ui) => string;
  readonly draw: (surface: Surface, model: DashboardModel, ui: Ui) => void;
}

interface Layout {
  readonly kind: 'full' | 'compact' | 'tiny';
  readonly panes: readonly Pane[];
}

const HEADER_ROWS = 2;
const FOOTER_ROWS = 2;

/** What is left between header and footer. */
const bodyOf = ({ width, height }: Size): Rect => ({
  ...{ x: 0, y: HEADER_ROWS, width },
  height: height - HEADER_ROWS - FOOTER_ROWS,
});

function layoutOf({ width, height }: Size): Layout {
  if (width < 80 || height < 24) return { kind: 'tiny', panes: [] };
  if (width < 120 || height < 36) return { kind: 'compact', panes: compactPanes({ width, height }) };
  return { kind: 'full', panes: fullPanes({ width, height }) };
}

/** A maximised pane has the screen to itself, also one that this layout has no room for. */
function panesOf({ panes }: Layout, { width, height }: Size, { maximised, focus }: UiState): readonly Pane[] {
  if (!maximised || panes.length === 0) return panes;
  return [pane(focus, bodyOf({ width, height }))];
}

const PANES: Readonly<Record<PaneId, Pick<Pane, 'title' | 'draw'>>> = {
  1: { title: atmsTitle, draw: drawAtms },
  2: { title: (model, { state }) => `2 Throughput  ok/s, ${windowText(model, state)}`, draw: drawThroughput },
  3: { title: () => '3 Latency ms from intended start; p99', draw: drawLatency },
  4: { title: () => '4 Errors', draw: drawErrors },
  5: { title: () => '5 Bank actor', draw: drawBank },
  6: { title: () => '6 Events  newest first  l log  L one ATM', draw: drawEvents },
};

const pane = (id: PaneId, rect: Rect): Pane => ({ id, rect, ...PANES[id] });

function compactPanes({ width, height }: Size): readonly Pane[] {
  const bottom = Math.max(8, Math.floor((height - HEADER_ROWS - FOOTER_ROWS) * 0.4));
  const top = height - HEADER_ROWS - FOOTER_ROWS - bottom;
  const y = HEADER_ROWS + top;
  const load = pane(2, { x: width - 30, y: HEADER_ROWS, width: 30, height: top });
  return [
    pane(1, { x: 0, y: HEADER_ROWS, width: width - 30, height: top }),
    { ...load, title: loadTitle, draw: drawLoad },
    pane(4, { x: 0, y, width: 32, height: bottom }),
    pane(6, { x: 32, y, width: width - 32, height: bottom }),
  ];
}

function fullPanes({ width, height }: Size): readonly Pane[] {
  const bottom = Math.min(20, Math.max(12, Math.floor(height * 0.3)));
  const top = height - HEADER_ROWS - FOOTER_ROWS - bottom;
  const right = Math.min(64, Math.max(46, Math.floor(width * 0.32)));
  const rates = 7 + Math.floor((top - 18) / 3);
  const x = width - right;
  const y = HEADER_ROWS + top;
  return [
    pane(1, { x: 0, y: HEADER_ROWS, width: x, height: top }),
    pane(2, { x, y: HEADER_ROWS, width: right, height: rates }),
    pane(3, { x, y: HEADER_ROWS + rates, width: right, height: top - rates }),
    pane(4, { x: 0, y, width: 42, height: bottom }),
    pane(5, { x: 42, y, width: 30, height: bottom }),
    pane(6, { x: 72, y, width: width - 72, height: bottom }),
  ];
}

function drawPane(
  surface: Surface,
  pane: Pane,
  shown: { readonly model: DashboardModel; readonly ui: Ui },
): void {
  const { palette, glyphs } = shown.ui.look;
  const inside = box(surface, pane.rect, {
    title: pane.title(shown.model, shown.ui),
    glyphs: glyphs.box,
    frame: pane.id === shown.ui.state.focus ? palette.strong : palette.frame,
    titleStyle: palette.strong,
  });
  pane.draw(inside, shown.model, shown.ui);
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
