/**
 * The wall as a terminal shows it: bytes through blessed into xterm. A golden file has the characters, and below them
 * the look of the cells that carry a meaning.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import test from 'ava';
import type { DashboardModel } from '../../../terminals/dashboard/model.ts';
import { openShell } from '../../../terminals/dashboard/shell.ts';
import type { ThemeName } from '../../../terminals/dashboard/theme.ts';
import { draw } from '../../../terminals/dashboard/view.ts';
import { fixtureModel, fixtureUi, violated } from '../../helpers/dashboard-fixture.ts';
import { type FakeCell, type FakeTty, fakeTty } from '../../helpers/fake-tty.ts';

/** Where to look, and what for: the first place on the screen where the pattern begins. */
const MEANINGS: readonly (readonly [meaning: string, at: RegExp])[] = [
  ['light of money', /(?<=MONEY )\S/],
  ['light of the trail', /(?<=AUDIT )\S/],
  ['light of the adversary', /(?<=ADV\S* )\S/],
  ['faults', /FAULTS? \S/],
  ['the run goes on', /[▶>] RUNNING/],
  ['state idle', /[·.] ?idle/],
  ['state handshake', /[»>] ?(?:handshake|hs)/],
  ['state login', /@ ?log/],
  ['state txn', /\$ ?txn/],
  ['state error', /! ?err/],
  ['state offline', /x ?off/],
  ['error that was expected', /INSUFFICIENT_/],
  ['error that was not', /!TIMEOUT/],
  ['count of those', /unexpected \d+ {2}exp/],
  ['threshold that holds', /(?<=p99<25ms )\S/],
  ['threshold not known yet', /(?<=p99\.9<60ms )\S/],
  ['event of an error', /ERROR/],
  ['event of a fault', /FAULT op/],
  ['last line', /(?<=\n )(?=[^\n]+\n$)/],
];

const LOOKS: Readonly<Record<string, { readonly theme: ThemeName; readonly ascii: boolean }>> = {
  '256': { theme: 'dark', ascii: false },
  '16': { theme: 'ansi16', ascii: false },
  mono: { theme: 'mono', ascii: false },
  ascii: { theme: 'mono', ascii: true },
};

function styleText({ fg, bold, underline, inverse }: FakeCell): string {
  const colour = fg === null ? 'own colour' : `colour ${fg}`;
  const flags = Object.entries({ bold, underline, inverse }).filter(([, on]) => on);
  return [colour, ...flags.map(([name]) => name)].join(', ');
}

function cellsOfMeaning(tty: FakeTty, screen: string): string {
  const lines = MEANINGS.flatMap(([meaning, pattern]) => {
    const match = pattern.exec(screen);
    if (match === null) return [];
    const before = screen.slice(0, match.index).split('\n');
    const cell = tty.cell(before.at(-1)?.length ?? 0, before.length - 1);
    return [`${meaning.padEnd(26)} ${cell.text}  ${styleText(cell)}`];
  });
  return `${lines.join('\n')}\n`;
}

/** blessed writes at the end of the tick. */
const flushed = () => new Promise((resolve) => setImmediate(resolve));

interface Case {
  readonly size: readonly [width: number, height: number];
  readonly look: string;
  readonly model: DashboardModel;
}

// blessed keeps all its screens in one table and listens to the process for them: one at a time.
const golden = test.macro({
  title: (name) => `the terminal shows golden/tty/${name}.txt, and an unchanged model writes no byte`,
  async exec(t, { size: [width, height], look, model }: Case) {
    const { theme, ascii } = LOOKS[look] ?? { theme: 'dark', ascii: false };
    const tty = fakeTty(width, height);
    const shell = openShell({ input: tty.input, output: tty.output, ascii, onKey() {}, onGone() {} });
    const ui = fixtureUi({ theme, ascii });
    shell.paint((surface) => draw(model, surface, ui));
    const screen = await tty.screen();
    const text = `${screen}\n${cellsOfMeaning(tty, screen)}`;
    const file = new URL(`golden/tty/${/tty\/(\S+)\.txt/.exec(t.title)?.[1]}.txt`, import.meta.url);
    if (process.env['UPDATE_GOLDEN']) {
      mkdirSync(new URL('.', file), { recursive: true });
      writeFileSync(file, text);
    }
    const before = tty.written().length;
    shell.paint((surface) => draw(structuredClone(model), surface, ui));
    await flushed();
    const again = tty.written().slice(before);
    shell.close();
    t.is(again, '');
    t.is(text, readFileSync(file, 'utf8'));
  },
});

for (const look of Object.keys(LOOKS)) {
  for (const size of [
    [80, 24],
    [120, 36],
    [200, 60],
  ] as const) {
    test.serial(`${size.join('x')}-${look}`, golden, { size, look, model: fixtureModel() });
  }
  test.serial(`80x24-violated-${look}`, golden, { size: [80, 24], look, model: violated(fixtureModel()) });
}
