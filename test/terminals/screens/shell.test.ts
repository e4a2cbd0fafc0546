import test from 'ava';
import { ZERO } from '../../../protocol/money.ts';
import { openShell } from '../../../terminals/dashboard/shell.ts';
import type { ThemeName } from '../../../terminals/dashboard/theme.ts';
import { startAtmApp } from '../../../terminals/screens/app.ts';
import type { Teller } from '../../../terminals/screens/teller.ts';
import { customer, reply, result, view, world } from '../../helpers/atm-fixture.ts';
import { fakeTty } from '../../helpers/fake-tty.ts';
import { ManualClock } from '../../helpers/manual-clock.ts';

// blessed keeps all its screens in one table and listens to the process for them: one at a time.
const serial = test.serial;

/** The screen on a terminal emulator, with a teller that lets everybody in. */
function open({ theme = 'dark' as ThemeName, ascii = false, width = 80, height = 24 } = {}) {
  const tty = fakeTty(width, height);
  const clock = new ManualClock();
  const logins: { user: string; password: string }[] = [];
  const changes: { old: string; new: string }[] = [];
  const teller: Teller = {
    ready: true,
    stage: null,
    login(user, password, done) {
      logins.push({ user, password });
      done(result({ reply: reply('APPROVED', { accounts: [view()] }) }));
    },
    changePassword(change, done) {
      changes.push(change);
      done(result());
    },
    logout: (done) => done(result()),
    balance: (_, done) => done(result({ account: view() })),
    history: (_, __, done) => done(result({ reply: reply('APPROVED', { items: [], next: null }) })),
    withdraw: (_, amount, done) => done(result({ cash: amount, account: view() })),
    deposit: (_, __, done) => done(result({ cash: ZERO })),
    transfer: (_, done) => done(result()),
    giveUp() {},
  };
  let closed: string | null = null;
  const app = startAtmApp(
    {
      clock,
      teller,
      line: () => 'up',
      cassettes: world().cassettes,
      openShell: (shell) => openShell({ input: tty.input, output: tty.output, ...shell }),
      onClosed: (why) => {
        closed = why;
      },
    },
    { terminal: 'ATM-007', bank: '127.0.0.1:7001', theme, ascii },
  );
  return {
    tty,
    app,
    logins,
    changes,
    closed: () => closed,
    async type(...pieces: string[]) {
      for (const piece of pieces) {
        await tty.type(piece);
        clock.advance(500);
      }
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

serial('a person types name and password, and is let in once for one Enter', async (t) => {
  const { tty, type, logins, app } = open();
  await type('alice', '\r', 'Sés Ame?', '\r');
  t.deepEqual(logins, [{ user: customer, password: 'Sés Ame?' }]);
  t.regex(await tty.screen(), /Main menu[\s\S]*1,240\.00/);
  app.close();
});

serial('no character of a password is ever written to the terminal', async (t) => {
  const { tty, type, app, changes } = open();
  await type('alice', '\r', 'Q', 'J', 'X', '\x7f', 'Z', '\r', '6');
  await type('QJZ', '\r', 'ZQJ', '\t', 'ZQJ', '\r');
  t.deepEqual(changes, [{ old: 'QJZ', new: 'ZQJ' }]);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are looked past.
  const text = tty.written().replace(/\x1b(\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|.)/g, '');
  t.notRegex(text, /[QJXZ]/);
  t.regex(text, /•/);
  app.close();
});

serial('arrows, Escape and Tab do what the hint line says', async (t) => {
  const { tty, type, app } = open();
  await type('alice', '\t', 'pw', '\r', '\x1b[B', '\x1b[B', '\r');
  t.regex(await tty.screen(), /Transfer ─/);
  await type('\x1b');
  t.regex(await tty.screen(), /Main menu/);
  await type('1', 'b', '\x1b[D', '\r');
  t.regex(await tty.screen(), /Receipt[\s\S]*-40\.00/);
  app.close();
});

serial('every look is what the terminal gets: colours, none, ASCII only', async (t) => {
  for (const { theme, ascii } of [
    { theme: 'dark', ascii: false },
    { theme: 'ansi16', ascii: false },
    { theme: 'mono', ascii: true },
  ] as const) {
    const { tty, app, type } = open({ theme, ascii });
    await type('ali');
    const shown = await tty.screen();
    t.regex(shown, ascii ? /\* LIVE\n\+- Welcome -/ : /● LIVE\n┌─ Welcome ─/);
    const light = tty.cell(shown.split('\n')[0]?.indexOf(ascii ? '*' : '●') ?? 0, 0);
    t.is(light.fg, theme === 'dark' ? 42 : theme === 'ansi16' ? 2 : null);
    if (ascii) t.true([...tty.written()].every((character) => character <= '~'));
    t.true(tty.cell(30, 10).inverse, 'the cursor');
    app.close();
  }
});

serial('a resize keeps what was typed', async (t) => {
  const { tty, type, app } = open({ width: 120, height: 40 });
  await type('alice', '\r', 'pw', '\r', '1', '4500');
  tty.resize(60, 20);
  await new Promise((resolve) => setTimeout(resolve, 80));
  t.regex(await tty.screen(), /need 80x24, this is 60x20/);
  tty.resize(80, 24);
  await new Promise((resolve) => setTimeout(resolve, 80));
  t.regex(await tty.screen(), /Withdraw[\s\S]* 45\.00 /);
  app.close();
});

serial('C-c gives the terminal back', async (t) => {
  const { tty, type, closed } = open();
  await type('alice', '\x03');
  t.is(closed(), 'left');
  t.false(tty.input.isRaw);
  t.true(tty.written().includes('\x1b[?1049l'));
});
