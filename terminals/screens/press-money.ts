/**
 * Keys on the screens that move money. The question before it has No as its default.
 *
 * @module
 */
import { accountId } from '../../protocol/ids.ts';
import type { Notes } from '../../protocol/messages.ts';
import { type Cents, cents, ZERO } from '../../protocol/money.ts';
import { BANKNOTES, NOTES_MAX } from '../banknotes.ts';
import { sumNotes } from '../cassettes.ts';
import { findMix, payable } from '../note-mix.ts';
import { answer, editAmount, editText, NAME, type Press } from './fields.ts';
import {
  type Asked,
  type AtmState,
  type Confirm,
  DEPOSIT,
  type DepositScreen,
  MENU,
  type Session,
  type Step,
  type TransferScreen,
  viewOf,
  type WithdrawScreen,
} from './state.ts';
import { ask, show, stay } from './steps.ts';

const QUICK: readonly Cents[] = [10_00, 20_00, 40_00, 60_00, 100_00, 150_00, 200_00, 300_00, 500_00].map(
  cents,
);
const QUICK_MAX = 6;

/** Round amounts that the notes here can pay and the balance covers. */
export function offers({ world }: AtmState, session: Session): readonly Cents[] {
  const available = viewOf(session)?.available ?? ZERO;
  return payable(
    QUICK.filter((amount) => amount <= available),
    world.cassettes,
  ).slice(0, QUICK_MAX);
}

export function pressWithdraw(
  state: AtmState,
  { screen, session }: { screen: WithdrawScreen; session: Session },
  key: Press,
): Step {
  const { account } = session;
  const { amount } = screen;
  if (screen.confirm)
    return confirmed(state, { ...screen, confirm: screen.confirm }, key, { op: 'withdraw', account, amount });
  if (key.key === 'escape') return show(state, MENU);
  if (key.key === 'enter') {
    const good = findMix(amount, state.world.cassettes) !== null;
    return good ? show(state, { ...screen, confirm: 'no' }) : stay(state);
  }
  const offer = offers(state, session)[OFFER_KEYS.indexOf(key.key)];
  if (offer !== undefined) return show(state, { ...screen, amount: offer, confirm: 'no' });
  return show(state, { ...screen, amount: editAmount(amount, key) });
}

/** Letters, since digits type an amount. */
export const OFFER_KEYS = ['a', 'b', 'c', 'd', 'e', 'f'];

export function pressDeposit(
  state: AtmState,
  { screen, session }: { screen: DepositScreen; session: Session },
  key: Press,
): Step {
  const notes = depositNotes(screen);
  const amount = sumNotes(notes);
  if (screen.confirm) {
    const { account } = session;
    return confirmed(state, { ...screen, confirm: screen.confirm }, key, {
      op: 'deposit',
      account,
      notes,
      amount,
    });
  }
  const rows = BANKNOTES.length;
  const counted = (change: (count: number) => number) =>
    show(state, {
      ...screen,
      counts: screen.counts.map((count, row) =>
        row === screen.row ? Math.min(NOTES_MAX, Math.max(0, change(count))) : count,
      ),
    });
  switch (key.key) {
    case 'escape':
      return show(state, MENU);
    case 'up':
    case 'S-tab':
      return show(state, { ...screen, row: (screen.row + rows - 1) % rows });
    case 'down':
    case 'tab':
      return show(state, { ...screen, row: (screen.row + 1) % rows });
    case 'right':
    case '+':
      return counted((count) => count + 1);
    case 'left':
    case '-':
      return counted((count) => count - 1);
    case 'backspace':
      return counted((count) => Math.floor(count / 10));
    case 'C-u':
      return show(state, DEPOSIT);
    case 'enter':
      return amount > ZERO ? show(state, { ...screen, confirm: 'no' }) : stay(state);
    default:
      return /^[0-9]$/.test(key.character)
        ? counted((count) =>
            count * 10 + Number(key.character) > NOTES_MAX ? count : count * 10 + Number(key.character),
          )
        : stay(state);
  }
}

export const depositNotes = ({ counts }: DepositScreen): Notes[] =>
  BANKNOTES.map((denomination, i) => ({ denomination, count: counts[i] ?? 0 })).filter(
    ({ count }) => count > 0,
  );

export function pressTransfer(
  state: AtmState,
  { screen, session }: { screen: TransferScreen; session: Session },
  key: Press,
): Step {
  const to = accountId(screen.to.text);
  const { amount } = screen;
  if (screen.confirm && to) {
    const asked = { op: 'transfer', from: session.account, to, amount } as const;
    return confirmed(state, { ...screen, confirm: screen.confirm }, key, asked);
  }
  switch (key.key) {
    case 'escape':
      return show(state, MENU);
    case 'tab':
    case 'S-tab':
    case 'up':
    case 'down':
      return show(state, { ...screen, focus: screen.focus === 'to' ? 'amount' : 'to' });
    case 'enter':
      if (to === null || (screen.focus === 'to' && amount === ZERO)) {
        return show(state, { ...screen, focus: to === null ? 'to' : 'amount' });
      }
      return amount > ZERO
        ? show(state, { ...screen, confirm: 'no' })
        : show(state, { ...screen, focus: 'amount' });
  }
  if (screen.focus === 'to') return show(state, { ...screen, to: editText(screen.to, key, NAME) });
  return show(state, { ...screen, amount: editAmount(amount, key) });
}

/** The question before money moves. */
function confirmed(
  state: AtmState,
  screen: (WithdrawScreen | DepositScreen | TransferScreen) & { confirm: NonNullable<Confirm> },
  key: Press,
  asked: Asked,
): Step {
  const said = answer(screen.confirm, key);
  if ('marked' in said) return show(state, { ...screen, confirm: said.marked });
  return said.answer === 'yes' ? ask(state, asked) : show(state, { ...screen, confirm: null });
}
