/**
 * The ATM's screen as a pure function of its state: a header with the line to the bank, one box, and a line that names
 * the keys that do something now. On a large terminal it stays a panel in the middle.
 *
 * @module
 */
import { unreachable } from '../../protocol/invariant.ts';
import { attr, box, type Surface } from '../dashboard/surface.ts';
import { drawDeposit, drawLogin, drawPassword, drawTransfer, drawWithdraw } from './draw-forms.ts';
import { drawMenu } from './draw-menu.ts';
import { drawBusy, drawNotice, drawReceipt } from './draw-outcomes.ts';
import { drawHistory } from './history.ts';
import { putCentred, type ScreenLook } from './paint.ts';
import type { AtmState, LinePhase, Screen } from './state.ts';
import { countdownS } from './steps.ts';

const PANEL = { width: 96, height: 28 };
const SMALLEST = { width: 80, height: 24 };

/** Draws everything; cells of an earlier frame are gone. */
export function draw(state: AtmState, surface: Surface, look: ScreenLook): void {
  surface.fill({ x: 0, y: 0, width: surface.width, height: surface.height }, ' ', attr({}));
  const { width, height } = surface;
  if (width < SMALLEST.width || height < SMALLEST.height) {
    surface.put({ x: 0, y: 0 }, `need 80x24, this is ${width}x${height}`, look.palette.warn);
    return;
  }
  const size = { width: Math.min(PANEL.width, width), height: Math.min(PANEL.height, height) };
  const at = { x: Math.floor((width - size.width) / 2), y: Math.floor((height - size.height) / 2) };
  drawPanel(state, surface.region({ ...at, ...size }), look);
}

/** The panel alone, on a surface of its size; 80×24 is the smallest that holds all of it. */
export function drawPanel(state: AtmState, panel: Surface, look: ScreenLook): void {
  const { palette, glyphs } = look;
  const { width, height } = panel;
  drawHeader(state, panel, look);
  const inside = box(
    panel,
    { x: 0, y: 1, width, height: height - 3 },
    { title: titleOf(state.screen), glyphs: glyphs.box, frame: palette.frame, titleStyle: palette.strong },
  );
  drawScreen(state, inside, look);
  panel.put({ x: 1, y: height - 1 }, hintOf(state), palette.strong);
  const seconds = countdownS(state);
  if (seconds !== null) drawCountdown(panel, seconds, look);
}

function drawHeader({ terminal, bank, session, world }: AtmState, panel: Surface, look: ScreenLook): void {
  const { palette, glyphs } = look;
  const live = LINES[world.line];
  const light = `${glyphs.lights[live.light]} ${live.text}`;
  const who = session ? `${terminal}   ${session.customer}` : terminal;
  panel.put({ x: 1, y: 0 }, 'CASHPOINT', palette.strong);
  panel.put({ x: 13, y: 0 }, who, palette.text);
  panel.put({ x: panel.width - light.length - 1, y: 0 }, light, palette[live.style]);
  panel.put({ x: panel.width - light.length - bank.length - 4, y: 0 }, bank, palette.dim);
}

const LINES = {
  up: { light: 'ok', text: 'LIVE', style: 'ok' },
  dialling: { light: 'stale', text: 'CONNECTING', style: 'warn' },
  handshake: { light: 'stale', text: 'CONNECTING', style: 'warn' },
  down: { light: 'violated', text: 'OFFLINE', style: 'alarm' },
  refused: { light: 'violated', text: 'REFUSED', style: 'alarm' },
} as const satisfies Record<LinePhase, unknown>;

function drawScreen(state: AtmState, inside: Surface, look: ScreenLook): void {
  const { screen, session } = state;
  switch (screen.at) {
    case 'login':
      return drawLogin(inside, { state, screen }, look);
    case 'busy':
      return drawBusy(inside, { state, screen }, look);
    case 'receipt':
      return drawReceipt(inside, { state, screen }, look);
    case 'notice':
      return drawNotice(inside, screen, look);
    case 'history':
      return drawHistory(inside, screen, look);
    case 'password':
      return drawPassword(inside, screen, look);
    case 'deposit':
      return drawDeposit(inside, screen, look);
    case 'menu':
      return session === null
        ? undefined
        : drawMenu(inside, { state, session, selected: screen.selected }, look);
    case 'withdraw':
      return session === null ? undefined : drawWithdraw(inside, { state, session, screen }, look);
    case 'transfer':
      return session === null ? undefined : drawTransfer(inside, { session, screen }, look);
    default:
      return unreachable(screen);
  }
}

function titleOf(screen: Screen): string {
  switch (screen.at) {
    case 'notice':
      return screen.title;
    case 'busy':
      return BUSY_TITLES[screen.asked.op];
    default:
      return TITLES[screen.at];
  }
}

const TITLES: Readonly<Record<Exclude<Screen['at'], 'notice' | 'busy'>, string>> = {
  login: 'Welcome',
  menu: 'Main menu',
  withdraw: 'Withdraw',
  deposit: 'Deposit',
  transfer: 'Transfer',
  history: 'History',
  password: 'Change password',
  receipt: 'Receipt',
};

const BUSY_TITLES = {
  login: 'Log in',
  logout: 'Log out',
  balance: 'Balance',
  history: 'History',
  withdraw: 'Withdraw',
  deposit: 'Deposit',
  transfer: 'Transfer',
  passwordChange: 'Change password',
} as const;

/** Only keys that do something. */
function hintOf({ screen, world, session }: AtmState): string {
  if ('confirm' in screen && screen.confirm)
    return 'y yes   n or Esc no   arrows choose   Enter takes what is marked';
  switch (screen.at) {
    case 'login':
      return 'Enter continue   Tab next field   Esc clear   C-c quit';
    case 'menu': {
      const several = (session?.accounts.length ?? 0) > 1 ? '   a next account' : '';
      return `arrows or 1-7 choose   Enter select   b hide or show balance${several}   q log out`;
    }
    case 'withdraw':
      return 'a-f an offered amount   digits type one   Enter next   Esc back';
    case 'deposit':
      return 'up, down note   digits or + - how many   C-u none   Enter next   Esc back';
    case 'transfer':
      return 'Tab next field   Enter next   Esc back';
    case 'history':
      return 'PgUp PgDn page   f next kind   g newest   Esc back';
    case 'password':
      return 'Tab next field   Enter change   Esc back';
    case 'busy':
      return world.stage === 'settling'
        ? 'Esc leave: it is settled without you'
        : 'Please wait. Esc is off until the bank has answered.';
    case 'receipt':
    case 'notice':
      return 'Enter continue';
    default:
      return unreachable(screen);
  }
}

function drawCountdown(panel: Surface, seconds: number, { palette, glyphs }: ScreenLook): void {
  const rect = {
    x: Math.floor((panel.width - 44) / 2),
    y: Math.floor(panel.height / 2) - 3,
    width: 44,
    height: 6,
  };
  const inside = box(panel, rect, {
    title: 'Still there?',
    glyphs: glyphs.box,
    frame: palette.warn,
    titleStyle: palette.warn,
  });
  putCentred(inside, 1, `You are logged out in ${seconds} s.`, palette.strong);
  putCentred(inside, 2, 'Press any key to stay.', palette.text);
}
