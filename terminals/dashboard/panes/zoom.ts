/**
 * One terminal by itself: its own screen as the person before it sees it, the headers of its frames, its states over
 * time, its figures and its events. No message body, no secret, no balance: the feed carries none.
 *
 * @module
 */
import { drawPanel } from '../../screens/draw.ts';
import { screenLook } from '../../screens/paint.ts';
import { rowOf, type TerminalRow } from '../filter.ts';
import { mirrorState } from '../mirror.ts';
import { countStates, type DashboardModel, stateOf, terminalName } from '../model.ts';
import { box, cutTo, type Rect, type Surface } from '../surface.ts';
import { formatLatency, formatMoney } from '../text.ts';
import { type Look, lookOf } from '../theme.ts';
import type { Ui } from '../ui.ts';
import type { WatchedTerminal } from '../watched.ts';
import { drawAxis } from './chart.ts';
import { drawEvents } from './events.ts';
import { drawFrameRows } from './frames.ts';

interface Zoomed {
  readonly index: number;
  readonly model: DashboardModel;
  readonly ui: Ui;
}

const MIRROR = { width: 80, height: 24 };
const FRAMES_WIDTH = 40;
/** As wide and high as it is on a large terminal of its own. */
const MIRROR_MAX = { width: 96, height: 28 };
/** Its last rows tell its keys, which are not ours. */
const HINT_ROWS = 2;
/** Of a watched terminal's state. */
const SAMPLES_PER_S = 2;
/** Five figures and the frame. */
const FIGURES_HEIGHT = 7;

/** @param size of the part between header and footer */
export const hasRoomForAll = ({
  width,
  height,
}: {
  readonly width: number;
  readonly height: number;
}): boolean => width >= MIRROR.width + FRAMES_WIDTH && height >= MIRROR.height + 8;

export function drawZoom(surface: Surface, zoomed: Zoomed): void {
  const { width, height } = surface;
  const { index, model } = zoomed;
  const watched = model.watched?.find((each) => each.index === index) ?? null;
  const fits = hasRoomForAll({ width, height });
  if (!fits && !zoomed.ui.state.figures) {
    drawMirrorAlone(surface, watched, zoomed);
    return;
  }
  const top = fits ? MIRROR.height : FIGURES_HEIGHT;
  const left = fits ? MIRROR.width : width - FRAMES_WIDTH - 2;
  const beside: Rect = { x: left, y: 0, width: width - left, height: top };
  const below: Rect = { x: 0, y: top, width, height: height - top };
  if (fits) {
    drawMirror(surface.region({ x: 0, y: 0, width: left, height: top }), watched, zoomed);
    const frames = { ...beside, height: top - FIGURES_HEIGHT };
    drawFrames(surface, frames, { watched, zoomed });
    drawFigures(surface, { ...beside, y: frames.height, height: FIGURES_HEIGHT }, zoomed);
  } else {
    drawFigures(surface, { x: 0, y: 0, width: left, height: top }, zoomed);
    drawFrames(surface, beside, { watched, zoomed });
  }
  drawTimeline(surface, below, { watched, zoomed });
}

/** With a note instead of its keys, which are not ours. */
function drawMirror(surface: Surface, watched: WatchedTerminal | null, zoomed: Zoomed): void {
  drawOwnScreen(surface, watched, zoomed);
  const { palette } = zoomed.ui.look;
  const last = { x: 0, y: surface.height - 1, width: surface.width, height: 1 };
  surface.fill(last, ' ', palette.text);
  const note = 'Its own screen. Balances and passwords do not leave the ATM.';
  if (watched !== null) surface.put({ x: 1, y: last.y }, note, palette.dim);
}

/** Without its keys, for which there is no room. */
function drawMirrorAlone(surface: Surface, watched: WatchedTerminal | null, zoomed: Zoomed): void {
  const width = Math.min(surface.width, MIRROR_MAX.width);
  const height = Math.min(surface.height, MIRROR_MAX.height - HINT_ROWS);
  const x = Math.floor((surface.width - width) / 2);
  const shown = surface.region({ x, y: 0, width, height });
  drawOwnScreen(cutTo(shown, height + HINT_ROWS), watched, zoomed);
}

function drawOwnScreen(
  surface: Surface,
  watched: WatchedTerminal | null,
  { index, model, ui }: Zoomed,
): void {
  const { palette, glyphs } = ui.look;
  if (watched === null) {
    surface.put({ x: 2, y: 2 }, 'no word of this ATM yet', palette.dim);
    return;
  }
  const look = screenLook(ui.state.theme, glyphs === lookOf(ui.state.theme, true).glyphs);
  drawPanel(mirrorState(watched, terminalName(model.terminals, index)), surface, look);
}

interface Boxed {
  readonly title: string;
  readonly zoomed: Zoomed;
}

function framed(surface: Surface, rect: Rect, { title, zoomed }: Boxed): Surface {
  const { palette, glyphs } = zoomed.ui.look;
  return box(surface, rect, {
    title,
    glyphs: glyphs.box,
    frame: palette.frame,
    titleStyle: palette.strong,
  });
}

function drawFrames(surface: Surface, rect: Rect, { watched, zoomed }: Watched): void {
  const inside = framed(surface, rect, { title: 'Frames  headers, newest first', zoomed });
  if (watched !== null) drawFrameRows(inside, watched, zoomed.ui);
}

interface Watched {
  readonly watched: WatchedTerminal | null;
  readonly zoomed: Zoomed;
}

function drawFigures(surface: Surface, rect: Rect, zoomed: Zoomed): void {
  const { index, model, ui } = zoomed;
  const { palette } = ui.look;
  const inside = framed(surface, rect, { title: terminalName(model.terminals, index), zoomed });
  const row = rowOf(model.terminals, index);
  figuresOf(row, ui.look).forEach(([label, value], y) => {
    inside.put({ x: 1, y }, label, palette.dim);
    inside.put({ x: 10, y }, value, y === 0 ? palette.states[row.state] : palette.text);
  });
}

/** States of the last minute, and what was told of this terminal below. */
function drawTimeline(surface: Surface, rect: Rect, { watched, zoomed }: Watched): void {
  const { index, model, ui } = zoomed;
  const { palette, glyphs } = ui.look;
  const name = terminalName(model.terminals, index);
  const inside = framed(surface, rect, { title: `States of ${name}, two a second; its events`, zoomed });
  const states = watched?.states.slice(2 - inside.width) ?? '';
  [...states].forEach((code, i) => {
    const state = stateOf(code);
    const at = { x: inside.width - 1 - states.length + i, y: 0 };
    inside.put(at, glyphs.states[state], palette.states[state]);
  });
  const axis = inside.region({ x: 1, y: 1, width: inside.width - 2, height: 1 });
  const toS = model.run.elapsedMs / 1000;
  drawAxis(axis, { fromS: toS - axis.width / SAMPLES_PER_S, toS }, { model, ui });
  inside.put({ x: 1, y: 2 }, sharesText(states), palette.dim);
  const below = inside.region({ x: 0, y: 3, width: inside.width, height: inside.height - 3 });
  const events = model.events.filter(({ actor }) => actor === name);
  if (events.length === 0) below.put({ x: 1, y: 0 }, 'no events of it among the newest', palette.dim);
  drawEvents(below, { ...model, events }, ui);
}

function sharesText(states: string): string {
  if (states === '') return 'none seen yet';
  const shares = Object.entries(countStates(states)).filter(([, count]) => count > 0);
  return shares.map(([state, count]) => `${state} ${Math.round((100 * count) / states.length)} %`).join('  ');
}

function figuresOf(row: TerminalRow, look: Look): readonly (readonly [string, string])[] {
  const { absent, states } = look.glyphs;
  return [
    ['state', `${states[row.state]} ${row.state}`],
    ['last', row.lastOp ?? absent],
    ['p99', `${formatLatency(row.p99Us, absent)} ms, of its last 100`],
    ['not ok', `${row.errors}${row.lastError === null ? '' : `, last ${row.lastError}`}`],
    ['cash', row.cash === null ? absent : formatMoney(String(row.cash))],
  ];
}
