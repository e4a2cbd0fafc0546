import test from 'ava';
import { Command } from 'commander';
import { addScreenOptions, type ScreenFlags, screenArgv, screenOptions } from '../../cli/screen-flags.ts';

const parse = (argv: readonly string[]) =>
  addScreenOptions(new Command('x').exitOverride()).parse(argv, { from: 'user' }).opts<ScreenFlags>();

test('what a run is told of the look its dashboard is told in the same words', (t) => {
  const argv = ['--theme', 'light', '--color', '16', '--fps', '7', '--ascii', '--mouse', '--bell'];
  t.deepEqual(screenArgv(parse(argv)), argv);
  t.deepEqual(screenArgv(parse([])), []);
});

test('flags become options, at most 60 frames a second', (t) => {
  const all = { theme: null, color: 'auto', fps: null, ascii: false, mouse: false, bell: false } as const;
  t.deepEqual(screenOptions(parse([])), all);
  t.deepEqual(screenOptions(parse(['--fps', '1000', '--color', 'never', '--bell'])), {
    ...all,
    ...{ fps: 60, color: 'never', bell: true },
  });
});
