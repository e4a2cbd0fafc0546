import test from 'ava';
import { chooseTheme, SEARCHED, type ThemeName } from '../../../terminals/dashboard/theme.ts';

type Triple = readonly [number, number, number];

/** Machado et al. 2009, severity 1, on linear RGB. */
const SIGHT: Record<string, readonly [Triple, Triple, Triple]> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** xterm's palette from 16 on, as linear RGB. */
function linearRgb(number: number): Triple {
  const steps = [0, 95, 135, 175, 215, 255];
  const at = (i: number) => steps[i % 6] ?? 0;
  const n = number - 16;
  const grey = 8 + (number - 232) * 10;
  const rgb = number >= 232 ? [grey, grey, grey] : [at(Math.floor(n / 36)), at(Math.floor(n / 6)), at(n)];
  const [r = 0, g = 0, b = 0] = rgb.map((c) =>
    c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
  );
  return [r, g, b];
}

const dot = (a: Triple, b: Triple) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

function lab(rgb: Triple): Triple {
  const scale = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = scale(dot([0.4124, 0.3576, 0.1805], rgb) / 0.9505);
  const y = scale(dot([0.2126, 0.7152, 0.0722], rgb));
  const z = scale(dot([0.0193, 0.1192, 0.9505], rgb) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function seen(number: number, sight: readonly [Triple, Triple, Triple]): Triple {
  const rgb = linearRgb(number);
  const [r = 0, g = 0, b = 0] = sight.map((row) => Math.min(1, Math.max(0, dot(row, rgb))));
  return lab([r, g, b]);
}

for (const [theme, numbers] of Object.entries(SEARCHED)) {
  test(`colours of ${theme} stay at least 27 apart for every kind of sight`, (t) => {
    const all = Object.values(numbers);
    for (const [name, sight] of Object.entries(SIGHT)) {
      for (const [i, a] of all.entries()) {
        for (const b of all.slice(i + 1)) {
          const [from, to] = [seen(a, sight), seen(b, sight)];
          const distance = Math.hypot(from[0] - to[0], from[1] - to[1], from[2] - to[2]);
          t.true(distance >= 27, `${a} and ${b}, ${name}: ${distance}`);
        }
      }
    }
  });

  test(`colours of ${theme} have contrast 4.5 on their background, those of less weight 3`, (t) => {
    for (const [role, number] of Object.entries(numbers)) {
      const luminance = dot([0.2126, 0.7152, 0.0722], linearRgb(number));
      const contrast = theme === 'dark' ? (luminance + 0.05) / 0.05 : 1.05 / (luminance + 0.05);
      t.true(contrast >= (role === 'offline' || role === 'warn' ? 3 : 4.5), `${role}: ${contrast}`);
    }
  });
}

const chosen = test.macro({
  title: (name) => `theme: ${name}`,
  exec(t, env: Record<string, string>, colour: Parameters<typeof chooseTheme>[1], expected: ThemeName) {
    t.is(chooseTheme(env, colour), expected);
  },
});

test('a 256-colour terminal gets dark', chosen, { TERM: 'tmux-256color' }, 'auto', 'dark');
test('a terminal of unknown depth gets 16 colours', chosen, { TERM: 'xterm' }, 'auto', 'ansi16');
test('NO_COLOR means no colour', chosen, { TERM: 'xterm-256color', NO_COLOR: '1' }, 'auto', 'mono');
test('an empty NO_COLOR means nothing', chosen, { TERM: 'xterm-256color', NO_COLOR: '' }, 'auto', 'dark');
test('FORCE_COLOR overrules NO_COLOR', chosen, { NO_COLOR: '1', FORCE_COLOR: '3' }, 'auto', 'dark');
test('FORCE_COLOR=0 is no colour', chosen, { TERM: 'xterm-256color', FORCE_COLOR: '0' }, 'auto', 'mono');
test('--color overrules both', chosen, { NO_COLOR: '1', FORCE_COLOR: '3' }, '16', 'ansi16');
test('--color=never is no colour', chosen, { FORCE_COLOR: '3' }, 'never', 'mono');
