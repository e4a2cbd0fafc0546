/**
 * Flags of the dashboard's look, the same of `cashpoint top` and of `cashpoint run`, which hands them on.
 *
 * @module
 */
import { type Command, Option } from 'commander';
import {
  COLOUR_CHOICES,
  type ColourChoice,
  THEME_NAMES,
  type ThemeName,
} from '../terminals/dashboard/theme.ts';
import { count } from './flags.ts';

export interface ScreenFlags {
  readonly theme?: ThemeName;
  readonly color?: ColourChoice;
  readonly fps?: number;
  readonly ascii?: boolean;
  readonly mouse?: boolean;
  readonly bell?: boolean;
}

export interface ScreenOptions {
  /** Null: what the environment and `color` ask for. */
  readonly theme: ThemeName | null;
  readonly color: ColourChoice;
  /** Frames a second, 1..60; null: 10, over SSH 4. */
  readonly fps: number | null;
  readonly ascii: boolean;
  /** Clicks and the wheel are for the dashboard from the start. */
  readonly mouse: boolean;
  /** A light that turns to VIOLATED rings once. */
  readonly bell: boolean;
}

export const addScreenOptions = (command: Command): Command =>
  command
    .addOption(new Option('--theme <name>', 'colours (default: as the terminal can)').choices(THEME_NAMES))
    .addOption(
      new Option('--color <when>', 'colours all the same, or none; goes over NO_COLOR').choices(
        COLOUR_CHOICES,
      ),
    )
    .option('--fps <n>', 'frames a second (default: 10, over SSH 4)', count('frames a second'))
    .option('--ascii', 'no characters beyond ASCII')
    .option('--mouse', 'clicks and the wheel are for the dashboard; M switches')
    .option('--bell', 'a light that turns to VIOLATED rings once');

export const screenOptions = ({ theme, color, fps, ascii, mouse, bell }: ScreenFlags): ScreenOptions => ({
  theme: theme ?? null,
  color: color ?? 'auto',
  fps: fps === undefined ? null : Math.min(FPS_MAX, fps),
  ascii: ascii ?? false,
  mouse: mouse ?? false,
  bell: bell ?? false,
});

/** The same flags for the dashboard's own process. */
export const screenArgv = ({ theme, color, fps, ascii, mouse, bell }: ScreenFlags): readonly string[] => [
  ...(theme === undefined ? [] : ['--theme', theme]),
  ...(color === undefined ? [] : ['--color', color]),
  ...(fps === undefined ? [] : ['--fps', String(fps)]),
  ...(ascii ? ['--ascii'] : []),
  ...(mouse ? ['--mouse'] : []),
  ...(bell ? ['--bell'] : []),
];

const FPS_MAX = 60;
