/**
 * What lies over the panes: help and the question before quitting. Both list only keys that exist.
 *
 * @module
 */
import { box, type Surface } from '../surface.ts';
import type { Ui } from '../ui.ts';

export function drawDialog(surface: Surface, ui: Ui): void {
  if (ui.state.dialog === 'help') drawLines(surface, ui, { title: 'Help  ? or Esc closes', lines: HELP });
  if (ui.state.dialog === 'quit') drawLines(surface, ui, { title: 'Quit', lines: QUIT });
}

interface DialogText {
  readonly title: string;
  readonly lines: readonly string[];
}

function drawLines(surface: Surface, ui: Ui, text: DialogText): void {
  const { palette, glyphs } = ui.look;
  const width = Math.min(surface.width, 4 + Math.max(...text.lines.map((line) => line.length)));
  const height = Math.min(surface.height, text.lines.length + 2);
  const x = Math.floor((surface.width - width) / 2);
  const y = Math.floor((surface.height - height) / 2);
  const inside = box(
    surface,
    { x, y, width, height },
    { title: text.title, glyphs: glyphs.box, frame: palette.strong, titleStyle: palette.strong },
  );
  text.lines.forEach((line, row) => {
    inside.put({ x: 1, y: row }, line, palette.text);
  });
}

const HELP = [
  'PgUp PgDn   page of the grid        g G     first, last page',
  'Space       pause the display       T       next theme',
  'q           quit (asks if a run is on)',
  'C-c         stop the run, as from a shell; again: at once',
  '',
  'States   . idle     nothing to do     > handshake  new session',
  '         @ login    password checked  $ txn        money moves',
  '         ! error    failed last       x offline    no connection',
  '',
  'Lights   OK         checked, and it holds',
  '         STALE      the last check is too old',
  '         VIOLATED   stays for the rest of the run',
  '         NOT CHECKED  nobody has looked: it is not OK',
  '',
  'Latency counts from the intended start of an operation. A',
  'percentile with fewer than ten samples beyond it is absent.',
];

const QUIT = [
  'The run is still on.',
  '',
  'y      stop it: drain, check, write the report',
  'd      leave the screen, let it run on',
  'n Esc  stay                         (default)',
];
