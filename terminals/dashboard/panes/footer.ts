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

/** A run that sends nothing for so long is worth a word. */
export const SILENT_MS = 3000;

export function drawFooter(surface: Surface, model: DashboardModel, ui: Ui): void {
  const { palette } = ui.look;
  const { width, height } = surface;
  const status = { x: 1, y: height - 1 };
  drawKeys(surface, model, ui);
  const alarm = alarmText(model);
  if (alarm !== null) surface.put({ x: 0, y: status.y }, ` ${alarm}`.padEnd(width), palette.alarm);
  else if (ui.state.stopping) {
    surface.put(status, 'stopping: no new operations, then the checks. q leaves now', palette.warn);
  } else if (ui.notice !== null) {
    surface.put(status, ui.notice, palette.strong);
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
  const { typing, filter, zoomed } = ui.state;
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
    const control = model.run.control ? CONTROL_KEYS : '';
    const keys = zoomed === null ? (surface.width < WIDE ? SHORT_KEYS : KEYS + control) : ZOOM_KEYS;
    surface.put(at, keys, palette.strong);
  }
}

const WIDE = 110;
const KEYS =
  'Enter zoom  / filter  s sort  d density  Tab/1-6 pane  z max  Space pause  T theme  y repeat  ? help  q quit';
const CONTROL_KEYS = '  f faults';
const SHORT_KEYS = 'Enter zoom  / filter  s sort  Tab pane  z max  Space pause  ? help  q quit';
const ZOOM_KEYS = 'Esc back  left/right previous, next ATM  n N next, previous in trouble  ? help  q quit';

function modeText({ run }: DashboardModel, { state }: Ui): string {
  const { control } = run;
  if (!control) return 'READ-ONLY';
  const load = `load ${control.paused ? 'PAUSED' : `${control.sharePct} %`}`;
  return `${load}  ${state.armed ? 'ARMED' : 'faults safe (F arms)'}`;
}

function statsText(ui: Ui): string {
  const { fps, frameMs, dropped } = ui.stats;
  const cost = frameMs === null ? ui.look.glyphs.absent : frameMs.toFixed(1);
  return `${ui.look.glyphs.running} live ${fps} fps  ui ${cost} ms/frame  dropped frames ${dropped}  theme ${ui.state.theme}`;
}
