/**
 * What lies over the panes: help, the fault menu, the command that repeats the run, the question before quitting. They
 * list only keys that exist.
 *
 * @module
 */
import type { ControlState, DashboardModel, FaultChoice } from '../model.ts';
import { box, type Segment, type Surface, underCursor } from '../surface.ts';
import type { Ui } from '../ui.ts';
import type { UiState } from '../ui-state.ts';

export function drawDialog(surface: Surface, model: DashboardModel, ui: Ui): void {
  const { dialog } = ui.state;
  if (dialog === 'help') drawLines(surface, ui, { title: 'Help  ? or Esc closes', lines: HELP });
  if (dialog === 'quit') drawLines(surface, ui, { title: 'Quit', lines: QUIT });
  if (dialog === 'repeat')
    drawLines(surface, ui, { title: 'Repeat this run', lines: repeatLines(ui, surface.width) });
  const { control } = model.run;
  if (dialog === 'faults' && control)
    drawLines(surface, ui, { title: 'Faults', lines: faultLines(control, model, ui) });
}

function repeatLines({ repeat }: Ui, width: number): readonly string[] {
  const lines = repeat?.match(new RegExp(`.{1,${Math.max(1, width - 6)}}`, 'g')) ?? [];
  return [...lines, '', 'Copied, where the terminal has a clipboard; printed once more at the end.'];
}

function faultLines({ faults }: ControlState, model: DashboardModel, { state, look }: Ui): readonly Line[] {
  const { palette } = look;
  const rows = faults.map(({ kind, text }, i): Line => {
    const isChosen = i === state.faultRow;
    const row = `${isChosen ? '>' : ' '} ${kind.padEnd(14)}${text}`;
    return isChosen ? [row, underCursor(palette.text)] : row;
  });
  return [
    state.armed ? ['ARMED: Enter applies', palette.alarm] : 'Not armed: F arms, and Enter then applies',
    '',
    ...(rows.length === 0 ? ['no fault can be applied to this bank'] : rows),
    '',
    [`Strikes ${aimText(faults[state.faultRow], model, state)}`, palette.strong],
    'Applied at once; an event, and a band in the charts and the report.',
    'up/down choose   F arm, disarm   * aim at all   Enter apply   Esc close',
  ];
}

function aimText(fault: FaultChoice | undefined, { terminals }: DashboardModel, { marked }: UiState): string {
  if (fault?.strikes === 'bank') return 'the bank';
  if (marked.size > 0) return marked.size === 1 ? 'the marked ATM' : `the ${marked.size} marked ATMs`;
  return `all ${terminals.states.length} ATMs (m in the grid marks some)`;
}

type Line = string | Segment;

interface DialogText {
  readonly title: string;
  readonly lines: readonly Line[];
}

function drawLines(surface: Surface, ui: Ui, text: DialogText): void {
  const { palette, glyphs } = ui.look;
  const lines = text.lines.map((line): Segment => (typeof line === 'string' ? [line, palette.text] : line));
  const width = Math.min(surface.width, 4 + Math.max(...lines.map(([line]) => line.length)));
  const height = Math.min(surface.height, lines.length + 2);
  const x = Math.floor((surface.width - width) / 2);
  const y = Math.floor((surface.height - height) / 2);
  const inside = box(
    surface,
    { x, y, width, height },
    { title: text.title, glyphs: glyphs.box, frame: palette.strong, titleStyle: palette.strong },
  );
  lines.forEach(([line, style], row) => {
    inside.put({ x: 1, y: row }, line, style);
  });
}

const HELP = [
  'Move   arrows hjkl  cell           PgUp PgDn  page of the grid',
  '       g G  first, last            n N  next, previous in trouble',
  'View   Enter  one ATM alone, z  its figures   Esc  back   z  large pane',
  '       1-6 Tab S-Tab  pane         d  density   T  theme   Space  pause',
  '       t  window of the charts     M  mouse: click, double click, wheel',
  'Find   / filter  state:error id:60-80 err:TIME* p99>50 !idle',
  '       s S  sort by id state p99 errors balance, reverse',
  '       4, up down, Enter  the ATMs whose last error is this one',
  '       L  log of the selected ATM, or of all     6, l  of all',
  'Out    x  screen and figures to files   y  command that repeats this',
  'Run    q  quit (asks)   C-c  stop as from a shell; again: at once',
  ' with --control:  P  pause the load   + -  its size by 10 %',
  '       m  mark the ATM for faults, * none   f  fault menu   F  arm it',
  'States . idle  > handshake  @ login  $ txn  ! error  x offline',
  '       marked ones  012*  or by capitals  I H L T E X',
  'Lights OK  checked, and it holds   STALE  the check is too old',
  '       VIOLATED  stays so          NOT CHECKED  is not OK',
  'Latency is from the intended start; absent: under 10 samples beyond it',
];

const QUIT = [
  'The run is still on.',
  '',
  'y      stop it: drain, check, write the report',
  'd      leave the screen, let it run on',
  'n Esc  stay                         (default)',
];
