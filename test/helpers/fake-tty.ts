/**
 * A terminal without a terminal: streams that pass for a TTY, and xterm reading what was written to them.
 *
 * @module
 */
import { PassThrough, Writable } from 'node:stream';
import xterm from '@xterm/headless';

export interface FakeTty {
  readonly input: PassThrough & { isTTY: boolean; isRaw: boolean };
  readonly output: Writable;
  /** All text written so far. */
  readonly written: () => string;
  readonly resize: (columns: number, rows: number) => void;
  /** Types keys and lets them be handled; a lone `\x1b` is Escape. */
  readonly type: (keys: string) => Promise<void>;
  /** The screen's text as xterm shows it, trailing blanks cut. */
  readonly screen: () => Promise<string>;
  readonly cell: (x: number, y: number) => FakeCell;
  /** While true, the terminal takes no more bytes. */
  stalled: boolean;
}

export interface FakeCell {
  readonly text: string;
  /** Palette number; null is the terminal's own colour. */
  readonly fg: number | null;
  readonly bold: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
}

export function fakeTty(columns: number, rows: number): FakeTty {
  const term = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  const input = Object.assign(new PassThrough(), {
    isTTY: true,
    isRaw: false,
    setRawMode(raw: boolean) {
      input.isRaw = raw;
      return input;
    },
  });
  let text = '';
  let held: (() => void)[] = [];
  let stalled = false;
  const output = new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      text += chunk.toString();
      term.write(chunk.toString());
      if (stalled) held.push(done);
      else done();
    },
  });
  Object.assign(output, { isTTY: true, columns, rows });
  return {
    input,
    output,
    written: () => text,
    resize(width, height) {
      term.resize(width, height);
      Object.assign(output, { columns: width, rows: height });
      output.emit('resize');
    },
    async type(keys) {
      input.write(keys);
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
    },
    async screen() {
      // blessed writes at the end of the tick.
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise<void>((resolve) => term.write('', resolve));
      const lines: string[] = [];
      for (let y = 0; y < term.rows; y++) {
        lines.push(
          term.buffer.active.getLine(term.buffer.active.viewportY + y)?.translateToString(true) ?? '',
        );
      }
      return `${lines.join('\n')}\n`;
    },
    cell(x, y) {
      const cell = term.buffer.active.getLine(y)?.getCell(x);
      return {
        text: cell?.getChars() ?? '',
        fg: !cell || cell.isFgDefault() ? null : cell.getFgColor(),
        bold: (cell?.isBold() ?? 0) !== 0,
        underline: (cell?.isUnderline() ?? 0) !== 0,
        inverse: (cell?.isInverse() ?? 0) !== 0,
      };
    },
    get stalled() {
      return stalled;
    },
    set stalled(value) {
      stalled = value;
      if (value) return;
      const waiting = held;
      held = [];
      for (const done of waiting) done();
    },
  };
}
