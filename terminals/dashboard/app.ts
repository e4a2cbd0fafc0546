/**
 * The running dashboard: newest snapshot in, frames out at a fixed rate, keys to commands. Draws only when there is
 * something new. Knows no socket and no process: its caller hands it snapshots and is told when it ends.
 *
 * @module
 */
import type { Clock, TimerId } from '../../protocol/ports.ts';
import type { Control, Watch } from './control.ts';
import { EventLog, fromTop, type Logged } from './event-log.ts';
import { pressKey } from './keys.ts';
import { chosenTerminal } from './log-keys.ts';
import { type DashboardModel, type Lights, latchLights, terminalName } from './model.ts';
import { DoubleClicks, pressMouse } from './mouse.ts';
import type { MouseReport } from './mouse-report.ts';
import { SILENT_MS } from './panes/footer.ts';
import type { Shell, ShellOptions } from './shell.ts';
import { CellSurface } from './surface.ts';
import { formatInstant } from './text.ts';
import { lookOf, type ThemeName } from './theme.ts';
import type { Ui, UiStats } from './ui.ts';
import { firstUiState, type GridFacts, type KeyFacts, type KeyResult, type UiState } from './ui-state.ts';
import { draw, gridOf, hitOf, logPageOf } from './view.ts';

export interface AppDeps {
  readonly clock: Clock;
  /** Monotonic milliseconds with a fraction, for the cost of a frame. */
  readonly stopwatchMs: () => number;
  /** What this process has taken of the processor so far. */
  readonly cpuMs: () => number;
  readonly openShell: (options: Pick<ShellOptions, 'ascii' | 'onKey' | 'onMouse' | 'onGone'>) => Shell;
  readonly send: (command: 'stop' | 'interrupt' | Control | Watch) => void;
  /** Writes what is shown to a file; answers in words where, or why not. */
  readonly exportShown: (shown: Shown) => string;
  /**
   * The dashboard has closed; called once.
   * @param repeat the command that was last asked for, to be left behind on the normal screen
   */
  readonly onClosed: (why: 'ended' | 'left' | 'gone', repeat: string | null) => void;
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
  /** Clicks and the wheel are for the dashboard from the start. */
  readonly mouse?: boolean;
  /** A light that turns to VIOLATED rings once. */
  readonly bell?: boolean;
}

export interface App {
  show(model: DashboardModel): void;
  /** The run is over: no more snapshots. */
  end(): void;
  /** Gives the terminal back at once; for dying processes. */
  close(): void;
}

export function startApp(deps: AppDeps, options: AppOptions): App {
  return new RunningApp(deps, options);
}

class RunningApp implements App {
  readonly #deps: AppDeps;
  readonly #options: AppOptions;
  readonly #shell: Shell;
  readonly #costs: ReturnType<typeof frameCosts>;
  readonly #log = new EventLog();
  readonly #doubleClicks = new DoubleClicks();
  #newest: DashboardModel | null = null;
  #shown: DashboardModel | null = null;
  #newestAtMs: number;
  #state: UiState;
  #notice: string | null = null;
  #repeat: string | null = null;
  #dirty = true;
  #silentS = 0;
  #timer: TimerId | null = null;
  #closed = false;

  constructor(deps: AppDeps, options: AppOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#newestAtMs = deps.clock.now();
    this.#state = firstUiState(options.theme, options.mouse);
    this.#costs = frameCosts(options.fps);
    this.#shell = deps.openShell({
      ascii: options.ascii,
      onKey: (key, typed) => this.#follow(pressKey(this.#state, key, this.#facts(typed))),
      onMouse: (report) => this.#onMouse(report),
      onGone: () => this.#finish('gone'),
    });
    this.#shell.setMouse(this.#state.mouse);
    this.#tick();
  }

  show(model: DashboardModel): void {
    const before = this.#newest?.lights ?? null;
    const lights = latchLights(before, model.lights);
    if (this.#options.bell && violations(lights) > violations(before)) this.#shell.ring();
    this.#newest = { ...model, lights };
    this.#log.add(model);
    this.#newestAtMs = this.#deps.clock.now();
    this.#dirty = true;
  }

  end(): void {
    this.#finish('ended');
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== null) this.#deps.clock.clearTimeout(this.#timer);
    this.#shell.close();
  }

  #tick(): void {
    if (this.#closed) return;
    const { clock } = this.#deps;
    this.#timer = clock.setTimeout(() => this.#tick(), 1000 / this.#options.fps);
    const silentMs = clock.now() - this.#newestAtMs;
    const seconds = silentMs < SILENT_MS || this.#newest === null ? 0 : Math.floor(silentMs / 1000);
    if (seconds !== this.#silentS) this.#dirty = true;
    this.#silentS = seconds;
    if (this.#dirty) this.#paint();
  }

  #paint(): void {
    if (!this.#state.paused) this.#shown = this.#newest;
    const { stopwatchMs } = this.#deps;
    const startMs = stopwatchMs();
    const ui = this.#ui();
    const painted = this.#shell.paint((surface) => draw(this.#shown, surface, ui));
    if (painted) this.#costs.took(stopwatchMs() - startMs, { nowMs: startMs, cpuMs: this.#deps.cpuMs() });
    else this.#costs.dropped++;
    this.#dirty = !painted;
  }

  #ui(): Ui {
    const newest = this.#newest?.run.elapsedMs ?? 0;
    return {
      state: this.#state,
      look: lookOf(this.#state.theme, this.#options.ascii),
      behindMs: this.#shown === null ? 0 : newest - this.#shown.run.elapsedMs,
      log: this.#state.log && fromTop(this.#logged(), this.#state.log.top),
      repeat: this.#repeat,
      notice: this.#notice,
      stats: { ...this.#costs.figures(), silentMs: this.#silentS * 1000 },
    };
  }

  /** Lines of the open log as far as the shown snapshot goes: a paused display stands still. */
  #logged(): readonly Logged[] {
    if (this.#state.log === null || this.#shown === null) return [];
    const { terminals, eventsBefore, events } = this.#shown;
    const { terminal } = this.#state.log;
    const actor = terminal === null ? null : terminalName(terminals, terminal);
    return this.#log.lines(actor, eventsBefore + events.length);
  }

  #facts(typed: string): KeyFacts {
    const { size } = this.#shell;
    const run = this.#newest?.verdict === null ? this.#newest.run : null;
    return {
      running: !this.#options.attached && run !== null,
      grid: this.#shown === null ? NO_GRID : gridOf(this.#shown, size, this.#state),
      errors: this.#shown?.errors.map(({ code }) => code) ?? [],
      log: { numbers: this.#logged().map(({ number }) => number), page: logPageOf(size) },
      control: run?.control ?? null,
      typed,
    };
  }

  #onMouse(report: MouseReport): void {
    const double = this.#doubleClicks.isDouble(report, this.#deps.clock.now());
    const at = { state: this.#state, at: report };
    const hit = this.#shown === null ? null : hitOf(this.#shown, this.#shell.size, at);
    this.#follow(pressMouse(this.#state, { kind: report.kind, double }, hit, this.#facts('')));
  }

  #follow({ state, effect }: KeyResult): void {
    const { zoomed, mouse } = this.#state;
    this.#dirty ||= state !== this.#state || this.#notice !== null;
    this.#notice = null;
    this.#state = state;
    if (state.mouse !== mouse) this.#shell.setMouse(state.mouse);
    if (state.zoomed !== zoomed) this.#deps.send({ type: 'watch', terminal: state.zoomed });
    if (effect === 'stop') this.#deps.send('stop');
    if (effect === 'interrupt' || effect === 'force') this.#deps.send('interrupt');
    if (typeof effect === 'object') this.#deps.send(effect);
    if (effect === 'export') this.#export();
    if (effect === 'repeat') this.#askRepeat();
    if (effect === 'leave' || effect === 'force') this.#finish('left');
    else if (this.#dirty) this.#paint();
  }

  /** One line for a shell: what it is about is in a comment. */
  #askRepeat(): void {
    if (this.#shown === null) return;
    const { run, terminals } = this.#shown;
    const terminal = chosenTerminal(this.#state, this.#facts(''));
    const who = terminal === null ? [] : [terminalName(terminals, terminal)];
    const about = [`commit ${run.commit}`, `seed ${run.seed}`, ...who, `at ${formatInstant(run.elapsedMs)}`];
    this.#repeat = `${run.repeat ?? `cashpoint run --seed ${run.seed}`}  # ${about.join(', ')}`;
    this.#shell.copy(this.#repeat);
  }

  #export(): void {
    if (this.#shown === null) return;
    const surface = new CellSurface({ ...this.#shell.size, ascii: this.#options.ascii });
    draw(this.#shown, surface, this.#ui());
    this.#notice = this.#deps.exportShown({ screen: surface.text(), model: this.#shown });
    this.#dirty = true;
  }

  #finish(why: 'ended' | 'left' | 'gone'): void {
    if (this.#closed) return;
    this.close();
    this.#deps.onClosed(why, this.#repeat);
  }
}

const violations = (lights: Lights | null): number =>
  [lights?.money, lights?.audit].filter((light) => light?.status === 'violated').length;

const NO_GRID: GridFacts = { order: [], perRow: 1, perPage: 1, isBad: () => false };

/** Means over the last two seconds or so: a figure that changes ten times a second cannot be read. */
function frameCosts(fps: number) {
  let sumMs = 0;
  let frames = 0;
  let frameMs: number | null = null;
  let cpuPct: number | null = null;
  let since: { readonly nowMs: number; readonly cpuMs: number } | null = null;
  return {
    dropped: 0,
    took(ms: number, at: { readonly nowMs: number; readonly cpuMs: number }): void {
      sumMs += ms;
      frames++;
      since ??= at;
      if (at.nowMs - since.nowMs >= MEAN_MS) {
        cpuPct = (100 * (at.cpuMs - since.cpuMs)) / (at.nowMs - since.nowMs);
        since = at;
      } else if (frameMs !== null) return;
      frameMs = sumMs / frames;
      sumMs = 0;
      frames = 0;
    },
    figures(): Omit<UiStats, 'silentMs'> {
      return { fps, frameMs, cpuPct, dropped: this.dropped };
    },
  };
}

const MEAN_MS = 2_000;
