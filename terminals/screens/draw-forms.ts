/**
 * Screens with fields: log in, withdraw, deposit, transfer, change of password.
 *
 * @module
 */
import { subtract, ZERO } from '../../protocol/money.ts';
import { BANKNOTES } from '../banknotes.ts';
import { sumNotes } from '../cassettes.ts';
import type { Surface } from '../dashboard/surface.ts';
import { findMix } from '../note-mix.ts';
import { dots, money, notesText, putField, putLines, putQuestion, type ScreenLook } from './paint.ts';
import { depositNotes, OFFER_KEYS, offers } from './press-money.ts';
import {
  type AtmState,
  type DepositScreen,
  type LinePhase,
  type LoginScreen,
  type PasswordScreen,
  type Session,
  type TransferScreen,
  viewOf,
  type WithdrawScreen,
} from './state.ts';

export function drawLogin(
  surface: Surface,
  { state, screen }: { readonly state: AtmState; readonly screen: LoginScreen },
  look: ScreenLook,
): void {
  const { palette, marks, glyphs } = look;
  const { line, ready } = state.world;
  const steps = [
    { text: `Line to the bank at ${state.bank}`, from: 'handshake' },
    { text: 'Keys agreed: the session is encrypted and authenticated', from: 'up' },
  ] as const;
  steps.forEach(({ text, from }, row) => {
    const done = RANK[line] >= RANK[from];
    const under = RANK[line] === RANK[from] - 1;
    const mark = done ? marks.done : under ? glyphs.lights.stale : ' ';
    surface.put({ x: 6, y: 2 + row }, `[${mark}] ${text}`, done ? palette.text : palette.dim);
  });
  const wait = waitText(line, ready);
  surface.put({ x: 6, y: 5 }, wait, palette.warn);
  const { user, length, focus } = screen;
  putField(surface, 8, { label: 'User name', ...user, width: 32, focused: focus === 'user' }, look);
  const password = { label: 'Password', text: dots(length, look), width: 32, focused: focus === 'password' };
  putField(surface, 10, password, look);
  if (screen.message !== null) putLines(surface, { x: 6, y: 13 }, screen.message.split('\n'), palette.warn);
  const note = 'Your password leaves only inside the encrypted session.';
  surface.put({ x: 6, y: surface.height - 2 }, note, palette.dim);
}

const RANK: Readonly<Record<LinePhase, number>> = { down: 0, dialling: 0, refused: 1, handshake: 1, up: 2 };

function waitText(line: LinePhase, ready: boolean): string {
  if (line === 'down') return 'The bank cannot be reached. Trying again; nothing to do but wait.';
  if (line === 'refused') return 'The bank does not accept the key of this machine. Tell its operator.';
  if (line === 'up' && !ready) return 'Settling an earlier transaction with the bank. One moment.';
  return '';
}

export function drawWithdraw(
  surface: Surface,
  {
    state,
    session,
    screen,
  }: { readonly state: AtmState; readonly session: Session; readonly screen: WithdrawScreen },
  look: ScreenLook,
): void {
  const { palette } = look;
  const { amount } = screen;
  const available = viewOf(session)?.available ?? ZERO;
  const offered = offers(state, session);
  surface.put(
    { x: 6, y: 1 },
    offered.length > 0 ? 'This machine can pay' : 'Nothing can be paid here now.',
    palette.text,
  );
  offered.forEach((each, i) => {
    const at = { x: 8 + (i % 3) * 20, y: 3 + Math.floor(i / 3) * 2 };
    surface.put(at, `[${OFFER_KEYS[i]}] ${money(each).padStart(8)}`, palette.strong);
  });
  putField(
    surface,
    8,
    { label: 'Amount', text: money(amount), width: 16, focused: !screen.confirm, right: true },
    look,
  );
  const mix = findMix(amount, state.world.cassettes);
  if (mix) surface.put({ x: 6, y: 9 }, `${look.marks.done} ${notesText(mix)}`, palette.ok);
  else if (amount > ZERO) {
    surface.put({ x: 6, y: 9 }, `${look.marks.not} the notes here cannot make this amount`, palette.warn);
  }
  const after = subtract(available, amount);
  if (session.hidden) surface.put({ x: 6, y: 11 }, 'Balance hidden', palette.dim);
  else if (after < ZERO)
    surface.put({ x: 6, y: 11 }, `Available ${money(available)}: this is more`, palette.warn);
  else surface.put({ x: 6, y: 11 }, `Available ${money(available)}   after it ${money(after)}`, palette.text);
  if (!screen.confirm) return;
  const text = `Withdraw ${money(amount)} from account ${session.account}?`;
  putQuestion(surface, { text, yes: 'withdraw', marked: screen.confirm }, look);
}

export function drawDeposit(surface: Surface, screen: DepositScreen, look: ScreenLook): void {
  const { palette, focus, marks } = look;
  surface.put({ x: 6, y: 1 }, 'How many notes of each do you put in?', palette.text);
  BANKNOTES.forEach((denomination, row) => {
    const here = row === screen.row && !screen.confirm;
    const count = screen.counts[row] ?? 0;
    const y = 3 + row;
    surface.put(
      { x: 8, y },
      `${here ? marks.here : ' '} ${money(denomination).padStart(7)}  x`,
      here ? palette.strong : palette.text,
    );
    surface.put({ x: 21, y }, ` ${String(count).padStart(4)} `, here ? focus : palette.strong);
    const sum = count > 0 ? money(denomination * BigInt(count)) : '';
    surface.put({ x: 29, y }, sum.padStart(12), palette.text);
  });
  const notes = depositNotes(screen);
  const total = money(sumNotes(notes));
  surface.put({ x: 8, y: 4 + BANKNOTES.length }, `  total${total.padStart(26)}`, palette.strong);
  if (!screen.confirm) return;
  putQuestion(surface, { text: `Put in ${total}?`, yes: 'deposit', marked: screen.confirm }, look);
}

export function drawTransfer(
  surface: Surface,
  { session, screen }: { readonly session: Session; readonly screen: TransferScreen },
  look: ScreenLook,
): void {
  const { palette } = look;
  const { to, amount, focus, confirm } = screen;
  const available = viewOf(session)?.available ?? ZERO;
  surface.put({ x: 6, y: 2 }, `From account      ${session.account}`, palette.text);
  putField(surface, 4, { label: 'To account', ...to, width: 32, focused: focus === 'to' && !confirm }, look);
  const text = money(amount);
  putField(
    surface,
    6,
    { label: 'Amount', text, width: 16, focused: focus === 'amount' && !confirm, right: true },
    look,
  );
  if (!session.hidden) {
    const more = amount > available;
    const line = more
      ? `Available ${money(available)}: this is more`
      : `Available ${money(available)}   after it ${money(available - amount)}`;
    surface.put({ x: 6, y: 9 }, line, more ? palette.warn : palette.text);
  }
  if (!confirm) return;
  putQuestion(
    surface,
    { text: `Transfer ${text} to account ${to.text}?`, yes: 'transfer', marked: confirm },
    look,
  );
}

export function drawPassword(surface: Surface, screen: PasswordScreen, look: ScreenLook): void {
  const { lengths, focus, message } = screen;
  const fields = [
    ['old', 'Old password'],
    ['fresh', 'New password'],
    ['again', 'New, once more'],
  ] as const;
  fields.forEach(([name, label], i) => {
    const text = dots(lengths[name], look);
    putField(surface, 3 + i * 2, { label, text, width: 32, focused: focus === name }, look);
  });
  if (message !== null) surface.put({ x: 6, y: 11 }, message, look.palette.warn);
  const lines = [
    '1 to 128 characters. A wrong old password counts as a try:',
    'too many of them lock you out.',
  ];
  putLines(surface, { x: 6, y: surface.height - 4 }, lines, look.palette.dim);
}
