/**
 * The running dashboard: newest snapshot in, frames out at a fixed rate, keys to commands. Draws only when there is
 * something new. Knows no socket and no process: its caller hands it snapshots and is told when it ends.
 *
 * @module
 */
import type { Clock, TimerId } from '../../protocol/ports.ts';
import type { Control, Watch } from './control.ts';
import { pressKey } from './keys.ts';
import { type DashboardModel, latchLights } from './model.ts';
import { SILENT_MS } from './panes/footer.ts';
import type { Shell, ShellOptions } from './shell.ts';
import { CellSurface } from './surface.ts';
import { lookOf, type ThemeName } from './theme.ts';
import type { Ui, UiStats } from './ui.ts';
import { firstUiState, type GridFacts, type UiState } from './ui-state.ts';
import { draw, gridOf } from './view.ts';

export interface AppDeps {
  readonly clock: Clock;
  /** Monotonic milliseconds with a fraction, for the cost of a frame. */
  readonly stopwatchMs: () => number;
  readonly openShell: (options: Pick<ShellOptions, 'ascii' | 'onKey' | 'onGone'>) => Shell;
  readonly send: (command: 'stop' | 'interrupt' | Control | Watch) => void;
  /** Writes what is shown to a file; answers in words where, or why not. */
  readonly exportShown: (shown: Shown) => string;
  /** The dashboard has closed; called once. */
  readonly onClosed: (why: 'ended' | 'left' | 'gone') => void;
}

export interface Shown {
  /** The screen as text. */
  readonly screen: string;
  readonly model: DashboardModel;
}

export interface AppOptions {
  readonly theme: ThemeName;
  readonly ascii: boolean;
  /** 1..60 */
  readonly fps: number;
  /** The run is not this dashboard's to stop: it looks on and leaves. */
  readonly attached?: boolean;
}

export interface App {
  show(model: DashboardModel): void;
  /** The run is over: no more snapshots. */
  end(): void;
  /** Gives the terminal back at once; for dying processes. */
  close(): void;
}

export function startApp(deps: AppDeps, options: AppOptions): App {
  let newest: DashboardModel | null = null;
  let shown: DashboardModel | null = null;
  let newestAtMs = deps.clock.now();
  let state: UiState = firstUiState(options.theme);
  let notice: string | null = null;
  let dirty = true;
  let silentS = 0;
  let timer: TimerId | null = null;
  let closed = false;
  const costs = frameCosts(options.fps);
  const shell = deps.openShell({ ascii: options.ascii, onKey, onGone: () => finish('gone') });
  tick();
  return {
    show(model) {
      newest = newest === null ? model : { ...model, lights: latchLights(newest.lights, model.lights) };
      newestAtMs = deps.clock.now();
      dirty = true;
    },
    end: () => finish('ended'),
    close,
  };

  function tick(): void {
    if (closed) return;
    timer = deps.clock.setTimeout(tick, 1000 / options.fps);
    const silentMs = deps.clock.now() - newestAtMs;
    const seconds = silentMs < SILENT_MS || newest === null ? 0 : Math.floor(silentMs / 1000);
    if (seconds !== silentS) dirty = true;
    silentS = seconds;
    if (dirty) paint();
  }

  function paint(): void {
    if (!state.paused) shown = newest;
    const startMs = deps.stopwatchMs();
    const painted = shell.paint((surface) => draw(shown, surface, ui()));
    if (painted) costs.took(deps.stopwatchMs() - startMs);
    else costs.dropped++;
    dirty = !painted;
  }

  function ui(): Ui {
    const behindMs = newest !== null && shown !== null ? newest.run.elapsedMs - shown.run.elapsedMs : 0;
    return {
      state,
      look: lookOf(state.theme, options.ascii),
      behindMs,
      notice,
      stats: { ...costs.figures(), silentMs: silentS * 1000 },
    };
  }

  function onKey(key: string, typed: string): void {
    const grid = shown === null ? NO_GRID : gridOf(shown, shell.size, state);
    const result = pressKey(state, key, {
      running: !options.attached && newest !== null && newest.verdict === null,
      grid,
      errors: shown?.errors.map(({ code }) => code) ?? [],
      control: newest?.verdict === null ? (newest.run.control ?? null) : null,
      typed,
    });
    dirty ||= result.state !== state || notice !== null;
    notice = null;
    const { zoomed } = state;
    state = result.state;
    if (state.zoomed !== zoomed) deps.send({ type: 'watch', terminal: state.zoomed });
    const { effect } = result;
    if (effect === 'stop') deps.send('stop');
    if (effect === 'interrupt' || effect === 'force') deps.send('interrupt');
    if (typeof effect === 'object') deps.send(effect);
    if (effect === 'export') exportShown();
    if (effect === 'leave' || effect === 'force') finish('left');
    else if (dirty) paint();
  }

  function exportShown(): void {
    if (shown === null) return;
    const surface = new CellSurface({ ...shell.size, ascii: options.ascii });
    draw(shown, surface, ui());
    notice = deps.exportShown({ screen: surface.text(), model: shown });
    dirty = true;
  }

  function finish(why: 'ended' | 'left' | 'gone'): void {
    if (closed) return;
    close();
    deps.onClosed(why);
  }

  function close(): void {
    closed = true;
    if (timer !== null) deps.clock.clearTimeout(timer);
    shell.close();
  }
}

const NO_GRID: GridFacts = { order: [], perRow: 1, perPage: 1, isBad: () => false };

/** Mean cost over the last two seconds or so: a figure that changes ten times a second cannot be read. */
function frameCosts(fps: number) {
  let sumMs = 0;
  let frames = 0;
  let frameMs: number | null = null;
  return {
    dropped: 0,
    took(ms: number): void {
      sumMs += ms;
      frames++;
      if (frames < fps * 2 && frameMs !== null) return;
      frameMs = sumMs / frames;
      sumMs = 0;
      frames = 0;
    },
    figures(): Omit<UiStats, 'silentMs'> {
      return { fps, frameMs, dropped: this.dropped };
    },
  };
}
