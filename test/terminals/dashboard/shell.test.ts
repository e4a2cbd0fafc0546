import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import test from 'ava';
import { guardTerminal, openShell, type Shell } from '../../../terminals/dashboard/shell.ts';
import { draw } from '../../../terminals/dashboard/view.ts';
import { fixtureModel, fixtureUi } from '../../helpers/dashboard-fixture.ts';
import { type FakeTty, fakeTty } from '../../helpers/fake-tty.ts';

// blessed keeps all its screens in one table and listens to the process for them: one at a time.
const serial = test.serial;

interface Opened {
  readonly tty: FakeTty;
  readonly shell: Shell;
  readonly keys: string[];
  readonly gone: () => number;
}

function open(width = 120, height = 36, ascii = false): Opened {
  const tty = fakeTty(width, height);
  const keys: string[] = [];
  let gone = 0;
  const shell = openShell({
    input: tty.input,
    output: tty.output,
    ascii,
    onKey: (key) => keys.push(key),
    onMouse: ({ kind, x, y }) => keys.push(`${kind} ${x},${y}`),
    onGone: () => gone++,
  });
  return { tty, shell, keys, gone: () => gone };
}

const paint = (shell: Shell, model = fixtureModel(), ui = fixtureUi()) =>
  shell.paint((surface) => draw(model, surface, ui));
/** blessed writes at the end of the tick. */
const flushed = () => new Promise((resolve) => setImmediate(resolve));
const goldenText = (name: string) => readFileSync(new URL(`golden/${name}.txt`, import.meta.url), 'utf8');

serial('a terminal shows the very screen the view drew', async (t) => {
  const { tty, shell } = open();
  t.true(paint(shell));
  t.is(await tty.screen(), goldenText('120x36'));
  t.true(tty.written().includes('┌─'), 'as Unicode, not as letters of another character set');
  shell.close();
});

serial('with ASCII glyphs only ASCII and escape codes are written', async (t) => {
  const { tty, shell } = open(120, 36, true);
  paint(shell, fixtureModel(), fixtureUi({ ascii: true, theme: 'mono' }));
  t.is(await tty.screen(), goldenText('120x36-ascii'));
  t.true([...tty.written()].every((character) => character <= '~'));
  shell.close();
});

serial('palette numbers reach the terminal as they are', async (t) => {
  const { tty, shell } = open();
  const model = fixtureModel();
  paint(shell, { ...model, terminals: { ...model.terminals, states: '.>@$!x' } });
  await tty.screen();
  const colours = [0, 1, 2, 3, 4, 5].map((i) => tty.cell(1 + i * 5, 3));
  t.deepEqual(
    colours.map((cell) => cell.fg),
    [244, 33, 219, 42, 208, 94],
  );
  t.deepEqual(
    colours.map((cell) => cell.inverse),
    [false, false, false, false, true, false],
  );
  shell.close();
});

serial('painting an unchanged model writes no byte', async (t) => {
  const { tty, shell } = open();
  paint(shell);
  await flushed();
  const before = tty.written().length;
  t.true(before > 0);
  paint(shell);
  await flushed();
  t.is(tty.written().length, before);
  paint(shell, fixtureModel(200, 198_204));
  await flushed();
  t.true(tty.written().length > before);
  shell.close();
});

serial('after resizes the screen is drawn anew at each size, without residue', async (t) => {
  const { tty, shell } = open();
  paint(shell);
  for (const [width, height, name] of [
    [80, 24, '80x24'],
    [200, 60, '200x60'],
    [120, 36, '120x36'],
  ] as const) {
    tty.resize(width, height);
    // blessed waits 50 ms for a resize to settle.
    while ((await tty.screen()) !== goldenText(name)) await new Promise((resolve) => setTimeout(resolve, 5));
    t.deepEqual(shell.size, { width, height });
  }
  shell.close();
});

serial('a terminal that has not taken the last frame gets no further one', async (t) => {
  const { tty, shell } = open();
  tty.stalled = true;
  t.true(paint(shell));
  await flushed();
  const before = tty.written().length;
  t.false(paint(shell, fixtureModel(200, 198_204)));
  t.false(paint(shell, fixtureModel(200, 199_204)));
  await flushed();
  t.is(tty.written().length, before);
  tty.stalled = false;
  await flushed();
  t.true(paint(shell, fixtureModel(200, 200_204)));
  shell.close();
});

serial('keys arrive under their full names', async (t) => {
  const { tty, shell, keys } = open();
  for (const typed of ['q', 'T', '?', ' ', '\x1b[6~', '\x1b[5~', '\x03', '\r', '\x1b']) await tty.type(typed);
  t.deepEqual(
    keys.filter((key) => key !== 'return'),
    ['q', 'S-t', '?', 'space', 'pagedown', 'pageup', 'C-c', 'enter', 'escape'],
  );
  shell.close();
});

serial(
  'the mouse is asked for when it is turned on, without movement, and given back on closing',
  async (t) => {
    const { tty, shell, keys } = open();
    paint(shell);
    await flushed();
    t.false(tty.written().includes('\x1b[?100'));
    await tty.type('\x1b[<0;2;2M');
    shell.setMouse(true);
    t.true(tty.written().endsWith('\x1b[?1000h\x1b[?1006h'));
    await tty.type('\x1b[<0;10;5M\x1b[<0;10;5m\x1b[<65;1;1M');
    await tty.type('q');
    t.deepEqual(
      keys,
      ['press 9,4', 'wheel-down 0,0', 'q'],
      'two in one read, and no keys of what they are made of',
    );
    shell.close();
    const off = tty.written().indexOf('\x1b[?1000l\x1b[?1006l');
    t.true(off > 0 && off < tty.written().indexOf('\x1b[?1049l'));
    t.false(tty.written().includes('\x1b[?1002h') || tty.written().includes('\x1b[?1003h'));
  },
);

serial('text is copied by OSC 52, and not after closing', (t) => {
  const { tty, shell } = open();
  shell.copy('cashpoint run');
  t.true(tty.written().endsWith(`\x1b]52;c;${btoa('cashpoint run')}\x07`));
  shell.close();
  const { length } = tty.written();
  shell.copy('more');
  t.is(tty.written().length, length);
});

serial('closing leaves the alternate screen, shows the cursor and ends raw mode, once', async (t) => {
  const { tty, shell } = open();
  paint(shell);
  await flushed();
  t.true(tty.input.isRaw);
  t.true(tty.written().includes('\x1b[?1049h'));
  const before = tty.written().length;
  shell.close();
  const restoring = tty.written().slice(before);
  t.true(restoring.includes('\x1b[?1049l'));
  t.true(restoring.includes('\x1b[?25h') || restoring.includes('\x1b[?12l\x1b[?25h'));
  t.false(tty.input.isRaw);
  const after = tty.written().length;
  shell.close();
  t.is(tty.written().length, after);
  t.false(paint(shell));
});

serial('a terminal that went away is reported, and closing then does not fail', (t) => {
  const { tty, shell, gone } = open();
  tty.output.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  t.is(gone(), 1);
  shell.close();
  t.notThrows(() => tty.output.emit('error', new Error('write EIO')));
  t.is(gone(), 1);
});

class FakeHost extends EventEmitter {
  readonly log: string[] = [];
  readonly stderr = { write: (text: string) => this.log.push(text.split('\n')[0] ?? '') };
  exit(code: number): void {
    this.log.push(`exit ${code}`);
  }
}

for (const [signal, code] of [
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGQUIT', 131],
  ['SIGTERM', 143],
] as const) {
  test(`${signal} gives the terminal back first, then exits with ${code}`, (t) => {
    const host = new FakeHost();
    guardTerminal(host, () => host.log.push('close'));
    host.emit(signal);
    t.deepEqual(host.log, ['close', `exit ${code}`]);
  });
}

test('a crash gives the terminal back before its stack is printed, and exits with 109', (t) => {
  const host = new FakeHost();
  guardTerminal(host, () => host.log.push('close'));
  host.emit('uncaughtException', new Error('broken'));
  t.deepEqual(host.log, ['close', 'Error: broken', 'exit 109']);
});

test('an ended guard listens to nothing', (t) => {
  const host = new FakeHost();
  guardTerminal(host, () => {})();
  t.deepEqual(host.eventNames(), []);
});
