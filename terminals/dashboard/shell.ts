/**
 * The one place that knows blessed, used as a canvas of cells: its boxes and lists are not. Draws a surface, reports
 * keys, and gives the terminal back on every way out.
 *
 * @module
 */
import type { Readable, Writable } from 'node:stream';
import blessed from 'blessed';
import { MOUSE_OFF, MOUSE_ON, type MouseReport, mouseReports } from './mouse-report.ts';
import { CellSurface, type Surface } from './surface.ts';

export interface ShellOptions {
  /** A TTY, or a stream that passes for one. */
  readonly input: Readable;
  readonly output: Writable;
  readonly ascii: boolean;
  /**
   * @param key blessed's full name: `q`, `S-t`, `C-c`, `pagedown`
   * @param character what the key types; may be a control character, and empty
   */
  readonly onKey: (key: string, character: string) => void;
  /** Presses and the wheel, while {@link Shell.setMouse} is on. */
  readonly onMouse?: (report: MouseReport) => void;
  /** The terminal is gone: writing to it failed. Nothing more will be drawn. */
  readonly onGone: () => void;
}

export interface Shell {
  readonly size: { readonly width: number; readonly height: number };
  /**
   * Draws a frame, now and again after each resize. False when the terminal has not taken the last frame yet: then
   * nothing was drawn, so that a slow terminal loses frames and never queues them.
   */
  paint(draw: (surface: Surface) => void): boolean;
  /** Whether the terminal reports the mouse; off at first, since it then no longer marks text by itself. */
  setMouse(on: boolean): void;
  /** Puts text into the clipboard of a terminal that can (OSC 52); of another nothing happens. */
  copy(text: string): void;
  /** Rings the terminal's bell. */
  ring(): void;
  /** Gives the terminal back. Harmless when repeated. */
  close(): void;
}

/**
 * Leaves the alternate screen, shows the cursor, ends mouse reports and colours: for a parent whose dashboard was
 * killed before it could do so.
 */
export const RESTORE_SEQUENCE = '\x1b[?1049l\x1b[?25h\x1b[?1000;1002;1003;1006l\x1b[?1l\x1b>\x1b[0m';

export function openShell({ input, output, ascii, onKey, onMouse, onGone }: ShellOptions): Shell {
  // The system's terminfo is not read: blessed misreads entries of ncurses 6.1 and later.
  internals.Tput.ipaths.length = 0;
  const screen = blessed.screen({
    terminal: 'xterm-256color',
    forceUnicode: !ascii,
    fullUnicode: false,
    smartCSR: false,
    resizeTimeout: 50,
    warnings: false,
    ignoreLocked: ['C-c'],
    // The types have the two the wrong way round.
    input: input as unknown as Writable,
    output: output as unknown as Readable,
  });
  const cells = screen as unknown as ScreenCells;
  // Else frames leave as letters of the line-drawing set.
  cells.tput.brokenACS = true;

  let open = true;
  let mouse = false;
  const onRead = (read: string | Buffer) => {
    if (mouse) for (const report of mouseReports(String(read))) onMouse?.(report);
  };
  input.on('data', onRead);
  let surface = new CellSurface({ ...sizeOf(screen), ascii });
  let drawing: (surface: Surface) => void = () => {};
  screen.on('prerender', () => {
    const size = sizeOf(screen);
    if (size.width !== surface.width || size.height !== surface.height) {
      surface = new CellSurface({ ...size, ascii });
    }
    drawing(surface);
    copyCells(surface, cells.lines);
  });
  screen.on('keypress', (character: string | undefined, key: { full: string }) => {
    onKey(key.full, character ?? '');
  });
  // Stays after `close`, which writes to a terminal that may be gone.
  output.on('error', () => {
    if (open) onGone();
  });

  return {
    get size() {
      return sizeOf(screen);
    },
    paint(draw) {
      if (!open || output.writableLength > 0) return false;
      drawing = draw;
      screen.render();
      return true;
    },
    setMouse(on) {
      if (!open || on === mouse) return;
      mouse = on;
      output.write(on ? MOUSE_ON : MOUSE_OFF);
    },
    ring() {
      if (open) output.write('\x07');
    },
    copy(text) {
      if (open) output.write(`\x1b]52;c;${Buffer.from(text).toString('base64')}\x07`);
    },
    close() {
      if (!open) return;
      this.setMouse(false);
      open = false;
      input.off('data', onRead);
      screen.destroy();
    },
  };
}

/** The part of `process` that {@link guardTerminal} listens to. */
export interface Host {
  on(event: string, listener: (error: Error) => void): unknown;
  removeListener(event: string, listener: (error: Error) => void): unknown;
  exit(code: number): void;
  readonly stderr: { write(text: string): unknown };
}

/**
 * Gives the terminal back before the process dies of a signal (exit code 128 + its number) or of an error (109, the
 * stack on the normal screen). Returns a function that ends the guard.
 *
 * blessed has listeners of its own, which end a process with code 0 and do nothing once others listen.
 */
export function guardTerminal(host: Host, close: () => void): () => void {
  const listeners = Object.entries(SIGNALS).map(([name, number]): [string, () => void] => [
    name,
    () => {
      close();
      host.exit(128 + number);
    },
  ]);
  const crashed = (error: Error) => {
    close();
    host.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    host.exit(INTERNAL_ERROR);
  };
  for (const [name, listener] of listeners) host.on(name, listener);
  host.on('uncaughtException', crashed);
  return () => {
    for (const [name, listener] of listeners) host.removeListener(name, listener);
    host.removeListener('uncaughtException', crashed);
  };
}

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGTERM: 15 };
const INTERNAL_ERROR = 109;

/** What blessed's types leave out. A cell is `[attributes, character]`; attributes are packed like ours. */
interface ScreenCells {
  readonly lines: ScreenLine[];
  readonly tput: { brokenACS: boolean };
}
type ScreenLine = [number, string][] & { dirty: boolean };

const internals = blessed as unknown as { readonly Tput: { readonly ipaths: string[] } };

const sizeOf = (screen: blessed.Widgets.Screen) => ({
  width: Number(screen.width),
  height: Number(screen.height),
});

function copyCells(surface: CellSurface, lines: readonly ScreenLine[]): void {
  const { width, height, characters, attrs } = surface;
  for (let y = 0; y < height; y++) {
    const line = lines[y];
    if (!line) return;
    for (let x = 0; x < width; x++) {
      const cell = line[x];
      const character = characters[y * width + x] ?? ' ';
      const attributes = attrs[y * width + x] ?? 0;
      if (!cell || (cell[0] === attributes && cell[1] === character)) continue;
      cell[0] = attributes;
      cell[1] = character;
      line.dirty = true;
    }
  }
}
