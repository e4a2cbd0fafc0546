/**
 * The last two lines: the keys that do something now, and the display's own state; on a small screen the bank's figures
 * instead. An alarm covers them.
 *
 * @module
 */
import { filterProblem } from '../filter.ts';
import type { DashboardModel } from '../model.ts';
import { putLine, type Surface } from '../surface.ts';
import type { Ui } from '../ui.ts';
import { drawBankLine } from './bank.ts';
import { alarmText } from './header.ts';
import { hasRoomForAll } from './zoom.ts';

/** A run that sends nothing for so long is worth a word. */
export const SILENT_MS = 3000;

export function drawFooter(surface: Surface, model: DashboardModel, ui: Ui): void {
  const { palette, glyphs } = ui.look;
  const { width, height } = surface;
  const status = { x: 1, y: height - 1 };
  drawKeys(surface, model, ui);
  const alarm = alarmText(model);
  if (alarm !== null) surface.put({ x: 0, y: status.y }, ` ${alarm}`.padEnd(width), palette.alarm);
  else if (ui.state.stopping) {
    surface.put(status, 'stopping: no new operations, then the checks. q leaves now', palette.warn);
  } else if (ui.notice !== null) {
    surface.put(status, tail(ui.notice, width - 2, glyphs.ellipsis), palette.strong);
  } else if (ui.stats.silentMs >= SILENT_MS) {
    surface.put(status, `no news from the run for ${Math.floor(ui.stats.silentMs / 1000)} s`, palette.warn);
  } else if (width < WIDE) {
    drawBankLine(surface.region({ x: 0, y: status.y, width, height: 1 }), model, ui);
  } else {
    const mode = modeText(model, ui);
    surface.put(status, statsText(ui), palette.dim);
    surface.put(
      { x: width - mode.length - 1, y: status.y },
      mode,
      ui.state.armed ? palette.alarm : palette.dim,
    );
  }
}

function drawKeys(surface: Surface, model: DashboardModel, ui: Ui): void {
  const { palette } = ui.look;
  const { typing, filter, zoomed, log } = ui.state;
  const at = { x: 1, y: surface.height - 2 };
  const problem = filterProblem(typing ?? filter);
  if (typing !== null) {
    putLine(surface, at, [
      [`/${typing}`, palette.strong],
      ['_  ', palette.strong],
      [problem ?? 'Enter filters  Esc leaves it', problem === null ? palette.dim : palette.warn],
    ]);
  } else if (problem !== null) surface.put(at, problem, palette.warn);
  else {
    const hints = log !== null ? LOG_HINTS : zoomed !== null ? zoomHints(surface, ui) : PANE_HINTS;
    const useful = model.run.control && log === null ? [...hints, FAULT_HINT] : hints;
    surface.put(at, hintText(useful, surface.width - 2), palette.strong);
  }
}

/** Of a path that is too long the end says more than the beginning. */
const tail = (text: string, width: number, ellipsis: string): string =>
  text.length <= width ? text : ellipsis + text.slice(text.length - width + ellipsis.length);

/** What can be done, the less needed the higher its rank: left out first where there is no room. */
type Hint = readonly [text: string, rank: number];

function hintText(hints: readonly Hint[], width: number): string {
  const ranks = [...new Set(hints.map(([, rank]) => rank))].sort((a, b) => b - a);
  const upTo = (most: number) =>
    hints
      .filter(([, rank]) => rank <= most)
      .map(([text]) => text)
      .join('  ');
  const fitting = ranks.find((rank) => upTo(rank).length <= width);
  return upTo(fitting ?? 0);
}

const WIDE = 110;
const PANE_HINTS: readonly Hint[] = [
  ['Enter zoom', 1],
  ['/ filter', 1],
  ['s S sort', 2],
  ['d density', 8],
  ['m * marks', 4],
  ['n N in trouble', 9],
  ['Tab/1-6 pane', 2],
  ['z max', 3],
  ['Space pause', 1],
  ['L log', 3],
  ['t window', 7],
  ['T theme', 8],
  ['x export', 6],
  ['y repeat', 5],
  ['M mouse', 9],
  ['? help', 0],
  ['q quit', 0],
];
const ZOOM_HINTS: readonly Hint[] = [
  ['Esc back', 0],
  ['left/right other ATM', 1],
  ['n N in trouble', 2],
  ['m mark', 4],
  ['L its log', 3],
  ['y repeat', 5],
  ['? help', 0],
  ['q quit', 3],
];
/** Where its screen and its figures have no room together, `z` changes between them. */
function zoomHints(surface: Surface, { state }: Ui): readonly Hint[] {
  if (hasRoomForAll({ width: surface.width, height: surface.height - 4 })) return ZOOM_HINTS;
  const [back, ...others] = ZOOM_HINTS;
  return [...(back ? [back] : []), [state.figures ? 'z its screen' : 'z its figures', 0], ...others];
}

const LOG_HINTS: readonly Hint[] = [
  ['Esc back', 0],
  ['arrows PgUp PgDn g G scroll', 0],
  ['l all', 0],
  ['L of one ATM', 0],
  ['Space pause', 1],
  ['? help', 0],
  ['q quit', 1],
];
const FAULT_HINT: Hint = ['f faults', 1];

function modeText({ run }: DashboardModel, { state }: Ui): string {
  const { control } = run;
  if (!control) return 'READ-ONLY';
  const load = `load ${control.paused ? 'PAUSED' : `${control.sharePct} %`}`;
  return `${load}  ${state.armed ? 'ARMED' : 'faults safe (F arms)'}`;
}

function statsText(ui: Ui): string {
  const { fps, frameMs, cpuPct, dropped } = ui.stats;
  const { absent } = ui.look.glyphs;
  const cost = frameMs === null ? absent : frameMs.toFixed(1);
  const cpu = cpuPct === null ? absent : Math.round(cpuPct);
  return `${ui.look.glyphs.running} live ${fps} fps  ui ${cost} ms/frame  ui-cpu ${cpu} %  dropped frames ${dropped}  theme ${ui.state.theme}`;
}
