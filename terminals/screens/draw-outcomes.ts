/**
 * Screens without fields: an operation under way, its receipt, and notices with the next step.
 *
 * @module
 */
import { unreachable } from '../../protocol/invariant.ts';
import { box, type Surface } from '../dashboard/surface.ts';
import { formatTime } from './history.ts';
import { money, notesText, putCentred, putLines, type ScreenLook } from './paint.ts';
import type { Asked, AtmState, BusyScreen, NoticeScreen, ReceiptScreen } from './state.ts';

export function drawBusy(
  surface: Surface,
  { state, screen }: { readonly state: AtmState; readonly screen: BusyScreen },
  look: ScreenLook,
): void {
  const { palette, marks, glyphs } = look;
  const { world } = state;
  const { asked } = screen;
  surface.put({ x: 6, y: 2 }, askedText(asked), palette.strong);
  if (world.stage === 'settling') {
    putLines(surface, { x: 6, y: 5 }, settlingLines(asked, world.line === 'up'), palette.warn);
    return;
  }
  const steps = CASH[asked.op] ?? ['Asking the bank'];
  const now = world.stage === 'cash' ? 1 : 0;
  steps.forEach((text, i) => {
    const mark = i < now ? marks.done : i === now ? glyphs.lights.stale : ' ';
    surface.put({ x: 6, y: 5 + i }, `[${mark}] ${text}`, i === now ? palette.strong : palette.text);
  });
  const waitedS = Math.floor((world.nowMs - screen.sinceMs) / 1000);
  if (waitedS < 2) return;
  surface.put({ x: 6, y: 9 }, `The bank has not answered for ${waitedS} s.`, palette.warn);
  if (asked.op === 'withdraw') {
    surface.put(
      { x: 6, y: 10 },
      'Without an answer no cash is paid, and the request is cancelled.',
      palette.text,
    );
  }
}

const CASH: Readonly<Partial<Record<Asked['op'], readonly string[]>>> = {
  withdraw: ['Asking the bank', 'Counting your notes'],
  deposit: ['Asking the bank', 'Storing your notes'],
};

function settlingLines(asked: Asked, up: boolean): string[] {
  const lost = up ? 'The bank did not answer in time.' : 'The line to the bank is down. Connecting again.';
  switch (asked.op) {
    case 'withdraw':
      return [
        lost,
        '',
        'No cash was paid; the request is being cancelled.',
        'Until that is done the amount may be on hold.',
      ];
    case 'deposit':
      return [
        lost,
        '',
        'Your notes stay in the machine until the bank has answered:',
        'then they are booked, or given back.',
      ];
    default:
      return [
        lost,
        '',
        'The bank is being asked what became of it.',
        'Look at your history before you try again.',
      ];
  }
}

function askedText(asked: Asked): string {
  switch (asked.op) {
    case 'login':
      return `Logging in as ${asked.user}`;
    case 'logout':
      return 'Logging out';
    case 'balance':
      return `Balance of account ${asked.account}`;
    case 'history':
      return `History of account ${asked.account}`;
    case 'withdraw':
      return `Withdraw ${money(asked.amount)} from account ${asked.account}`;
    case 'deposit':
      return `Deposit ${money(asked.amount)} to account ${asked.account}`;
    case 'transfer':
      return `Transfer ${money(asked.amount)} to account ${asked.to}`;
    case 'passwordChange':
      return 'Changing your password';
    default:
      return unreachable(asked);
  }
}

const SLIP = 46;

export function drawReceipt(
  surface: Surface,
  { state, screen }: { readonly state: AtmState; readonly screen: ReceiptScreen },
  { palette, glyphs }: ScreenLook,
): void {
  const { result, asked } = screen;
  const lines = slip(state, screen);
  const rect = { x: Math.floor((surface.width - SLIP) / 2), y: 2, width: SLIP, height: lines.length + 4 };
  const inside = box(surface, rect, {
    title: 'CASHPOINT',
    glyphs: glyphs.box,
    frame: palette.frame,
    titleStyle: palette.strong,
  });
  lines.forEach(([label, value], row) => {
    inside.put({ x: 2, y: row + 1 }, label, palette.text);
    inside.put({ x: SLIP - 4 - value.length, y: row + 1 }, value, palette.strong);
  });
  if (asked.op === 'withdraw') {
    const part = result.code === 'APPROVED_PARTIAL';
    const text = part ? 'Only a part could be paid; the rest is free again.' : 'Take your notes.';
    putCentred(surface, rect.y + rect.height + 1, text, part ? palette.warn : palette.ok);
  }
}

function slip({ terminal, session }: AtmState, { asked, result, atMs }: ReceiptScreen): [string, string][] {
  const view = result.account;
  const own = session?.accounts.find(({ account }) => account === view?.account) ?? view;
  return [
    [terminal, `${formatTime(atMs)} UTC`],
    ['', ''],
    ...moved(asked, result.cash),
    ...(own && !session?.hidden ? ([['Available', money(own.available)]] as [string, string][]) : []),
    ...(result.txnId ? ([['Transaction', result.txnId.slice(0, 16)]] as [string, string][]) : []),
    ...(result.reply ? ([['Audit record', `#${result.reply.audit.seq}`]] as [string, string][]) : []),
  ];
}

function moved(asked: Asked, cash: bigint): [string, string][] {
  switch (asked.op) {
    case 'withdraw':
      return [
        ['Withdrawal', `-${money(cash)}`],
        ...(cash === asked.amount ? [] : ([['asked for', money(asked.amount)]] as [string, string][])),
        ['Account', asked.account],
      ];
    case 'deposit':
      return [
        ['Deposit', `+${money(cash)}`],
        ['Account', asked.account],
        ...asked.notes.map((each): [string, string] => ['', notesText([each])]),
      ];
    case 'transfer':
      return [
        ['Transfer', `-${money(asked.amount)}`],
        ['From', asked.from],
        ['To', asked.to],
      ];
    case 'balance':
      return [['Account', asked.account]];
    default:
      return [];
  }
}

export function drawNotice(
  surface: Surface,
  { lines, code, good }: NoticeScreen,
  { palette }: ScreenLook,
): void {
  putLines(surface, { x: 6, y: 4 }, lines.slice(0, 1), good ? palette.ok : palette.warn);
  putLines(surface, { x: 6, y: 6 }, lines.slice(1), palette.text);
  if (code !== null) surface.put({ x: 6, y: surface.height - 3 }, `code ${code}`, palette.dim);
}
