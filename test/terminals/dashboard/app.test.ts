import test from 'ava';
import type { Clock, TimerId } from '../../../protocol/ports.ts';
import { startApp } from '../../../terminals/dashboard/app.ts';
import type { MouseReport } from '../../../terminals/dashboard/mouse-report.ts';
import { CellSurface } from '../../../terminals/dashboard/surface.ts';
import { fixtureModel, violated } from '../../helpers/dashboard-fixture.ts';

function harness({ exported = '', bell = false } = {}) {
  const surface = new CellSurface({ width: 80, height: 24, ascii: false });
  const log: string[] = [];
  let nowMs = 0;
  let timer: (() => void) | null = null;
  let onKey = (_key: string, _character: string) => {};
  let onMouse = (_report: MouseReport) => {};
  let onGone = () => {};
  const seen = { frames: 0, blocked: false };
  const clock: Clock = {
    now: () => nowMs,
    setTimeout(fn) {
      timer = fn;
      return {} as TimerId;
    },
    clearTimeout() {
      timer = null;
    },
  };
  const app = startApp(
    {
      clock,
      stopwatchMs: () => nowMs,
      cpuMs: () => nowMs / 20,
      openShell(options) {
        onKey = options.onKey;
        onMouse = options.onMouse ?? onMouse;
        onGone = options.onGone;
        return {
          size: surface,
          paint(draw) {
            if (seen.blocked) return false;
            seen.frames++;
            draw(surface);
            return true;
          },
          setMouse: (on) => void (on && log.push('mouse')),
          ring: () => log.push('ring'),
          copy: (text) => log.push(`copied ${text}`),
          close: () => log.push('close'),
        };
      },
      send: (command) => log.push(typeof command === 'string' ? command : JSON.stringify(command)),
      exportShown: ({ screen, model }) => exported || `kept ${screen.includes('MONEY')} ${model.run.seed}`,
      onClosed: (why, repeat) => log.push(repeat === null ? why : `${why} ${repeat}`),
    },
    { theme: 'dark', ascii: false, fps: 10, bell },
  );
  return {
    app,
    log,
    seen,
    press: (key: string) => onKey(key, ''),
    mouse: (kind: MouseReport['kind'], x: number, y: number) => onMouse({ kind, x, y }),
    gone: () => onGone(),
    ticks(count: number) {
      for (let i = 0; i < count; i++) {
        nowMs += 100;
        timer?.();
      }
    },
    text: () => surface.text(),
    isTicking: () => timer !== null,
  };
}

test('frames are drawn only when there is something new', (t) => {
  const { app, seen, ticks } = harness();
  t.is(seen.frames, 1);
  ticks(5);
  t.is(seen.frames, 1);
  app.show(fixtureModel());
  app.show(fixtureModel(200, 198_204));
  ticks(5);
  t.is(seen.frames, 2);
});

test('a paused display stands still, says how far behind it is, and catches up', (t) => {
  const { app, press, ticks, text } = harness();
  app.show(fixtureModel());
  ticks(1);
  press('space');
  app.show({ ...fixtureModel(200, 209_204), okPerS: [1] });
  ticks(1);
  t.regex(text(), /PAUSED 12 s behind/);
  t.notRegex(text(), /03:29/);
  press('space');
  ticks(1);
  t.regex(text(), /RUNNING 03:29/);
});

test('a dropped frame is drawn with the next tick, and counted', (t) => {
  const { app, seen, ticks, text } = harness();
  seen.blocked = true;
  app.show(fixtureModel());
  ticks(3);
  t.is(seen.frames, 1);
  seen.blocked = false;
  ticks(1);
  t.regex(text(), /RUNNING/);
});

test('a violation stays on the screen although later snapshots know nothing of it', (t) => {
  const { app, ticks, text } = harness();
  app.show(violated(fixtureModel()));
  app.show(fixtureModel(200, 198_204));
  ticks(1);
  t.regex(text(), /MONEY ✗ VIOLATED/);
});

test('a run that sends nothing for three seconds gets a word, and loses it with the next snapshot', (t) => {
  const { app, ticks, text } = harness();
  app.show(fixtureModel());
  ticks(29);
  t.notRegex(text(), /no news/);
  ticks(12);
  t.regex(text(), /no news from the run for 4 s/);
  app.show(fixtureModel());
  ticks(1);
  t.notRegex(text(), /no news/);
});

test('q and y ask the run to stop, and the end of the feed closes the screen', (t) => {
  const { app, log, press, ticks, isTicking } = harness();
  app.show(fixtureModel());
  press('q');
  press('y');
  ticks(3);
  t.deepEqual(log, ['stop']);
  app.end();
  app.end();
  t.deepEqual(log, ['stop', 'close', 'ended']);
  t.false(isTicking());
});

test('the second C-c interrupts again and leaves', (t) => {
  const { app, log, press } = harness();
  app.show(fixtureModel());
  press('C-c');
  press('C-c');
  t.deepEqual(log, ['interrupt', 'interrupt', 'close', 'left']);
});

test('the run is asked for the ATM that is looked at, and for no other', (t) => {
  const { app, log, press, ticks } = harness();
  app.show(fixtureModel());
  ticks(1);
  press('enter');
  press('right');
  press('n');
  press('escape');
  t.regex(
    log.join(' '),
    /^{"type":"watch","terminal":0} {"type":"watch","terminal":1} {"type":"watch","terminal":\d+} {"type":"watch","terminal":null}$/,
  );
});

test('x hands out screen and model, and says what became of it until the next key', (t) => {
  const { app, press, ticks, text } = harness();
  app.show(fixtureModel());
  ticks(1);
  press('x');
  t.regex(text(), /kept true 5eed42/);
  press('t');
  t.notRegex(text(), /kept/);
});

test('y copies the command with commit, seed, ATM and time, and it is left behind', (t) => {
  const { app, log, press, ticks, text } = harness();
  app.show(fixtureModel());
  ticks(1);
  press('right');
  press('right');
  press('y');
  const command = 'cashpoint run --seed 5eed42  # commit 1a2b3c4, seed 5eed42, ATM-002, at 03:17.204';
  t.deepEqual(log, [`copied ${command}`]);
  t.regex(text(), /# commit 1a2b3c4, seed 5eed42/);
  press('escape');
  app.end();
  t.deepEqual(log.slice(1), ['close', `ended ${command}`]);
});

test('the log keeps what snapshots no longer carry, and says what never came', (t) => {
  const { app, press, ticks, text } = harness();
  const event = (i: number) => ({ tMs: i, level: 'info', actor: '', text: `number ${i}` }) as const;
  const model = (from: number, to: number) => ({
    ...fixtureModel(),
    eventsBefore: from,
    events: Array.from({ length: to - from }, (_, i) => event(from + i)),
  });
  app.show(model(0, 3));
  app.show(model(2, 5));
  app.show(model(8, 9));
  ticks(1);
  press('S-l');
  const lines = text().split('\n').slice(3, 11);
  t.deepEqual(
    lines.map((line) => /(number \d|3 earlier events did not reach)/.exec(line)?.[1]),
    [
      'number 8',
      '3 earlier events did not reach',
      'number 4',
      'number 3',
      'number 2',
      'number 1',
      'number 0',
      undefined,
    ],
  );
});

test('a paused display shows no event that came later, in the log either', (t) => {
  const { app, press, ticks, text } = harness();
  const { events } = fixtureModel();
  app.show(fixtureModel());
  ticks(1);
  press('space');
  press('S-l');
  app.show({
    ...fixtureModel(),
    events: [...events, { tMs: 198_000, level: 'info', actor: '', text: 'later' }],
  });
  ticks(1);
  t.notRegex(text(), /later/);
  press('space');
  ticks(1);
  t.regex(text(), /later/);
});

test('a click selects, a double click looks at the ATM alone, and the wheel moves', (t) => {
  const { app, log, mouse, ticks, text } = harness();
  app.show(fixtureModel());
  ticks(1);
  mouse('press', 3, 3);
  t.regex(text(), /ATM-003 /);
  mouse('wheel-down', 3, 3);
  t.regex(text(), /ATM-051 /);
  mouse('press', 3, 3);
  ticks(5);
  mouse('press', 3, 3);
  t.deepEqual(log, [], 'half a second apart');
  mouse('press', 3, 3);
  t.deepEqual(log, ['{"type":"watch","terminal":2}']);
});

test('a terminal that went away closes the dashboard', (t) => {
  const { log, gone } = harness();
  gone();
  t.deepEqual(log, ['close', 'gone']);
});

test('a key is answered at once, not with the next frame', (t) => {
  const { app, press, ticks, text } = harness();
  app.show(fixtureModel());
  ticks(1);
  press('?');
  t.regex(text(), /Help/);
});

test('of a notice too long for the line its end is shown', (t) => {
  const { app, press, ticks, text } = harness({ exported: '/a/long/way/to/the/end.txt '.repeat(4).trim() });
  app.show(fixtureModel());
  ticks(1);
  press('x');
  t.regex(text(), /^ ….{73}\.txt$/m);
});

test('with --bell a violation rings, once', (t) => {
  for (const bell of [true, false]) {
    const { app, log } = harness({ bell });
    app.show(fixtureModel());
    app.show(violated(fixtureModel()));
    app.show(violated(fixtureModel(200, 198_204)));
    app.show(fixtureModel(200, 199_204));
    t.deepEqual(log, bell ? ['ring'] : []);
  }
});
