import { fileURLToPath } from 'node:url';
import test from 'ava';
import { cashpoint } from '../helpers/cashpoint.ts';
import { ATM_1, ATM_2, RealBank } from '../helpers/real-bank.ts';
import { hasTmux, startTmux, type Tmux } from '../helpers/tmux.ts';

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const NORMAL_SCREEN = '0 1';

async function sees(tmux: Tmux, pattern: RegExp): Promise<void> {
  while (!pattern.test(tmux.screen())) await new Promise((resolve) => setTimeout(resolve, 25));
}

function machine(bank: RealBank, terminal: string): Tmux {
  const atm = `${process.execPath} ${main} atm --bank ${bank.address} --data ${bank.terminals} --terminal ${terminal}`;
  const tmux = startTmux(
    `cashpoint-atm-${terminal}`,
    `clear; ${atm}; echo ended $?; stty -a | grep -ow -e -icanon -e icanon`,
  );
  tmux.resize(80, 24);
  return tmux;
}

async function login(tmux: Tmux): Promise<void> {
  await sees(tmux, /● LIVE/);
  tmux.keys('alice', 'Enter', 'alice-pw', 'Enter');
  await sees(tmux, /Main menu/);
}

test('two people at two machines share an account; a deposit at one is seen at the other', async (t) => {
  if (!hasTmux()) {
    process.stderr.write('tmux absent: the ATM on a real terminal not tested\n');
    t.pass();
    return;
  }
  const bank = await RealBank.start();
  const machines = [machine(bank, ATM_1), machine(bank, ATM_2)] as const;
  const [one, two] = machines;
  try {
    await Promise.all(machines.map(login));
    two.keys('2', 'Down', '1', 'Enter', 'y');
    await sees(two, /Receipt[\s\S]*\+50\.00/);
    await sees(one, /150\.00[\s\S]*\+50\.00 elsewhere/);
    one.keys('1', 'a', 'y');
    await sees(one, /Receipt[\s\S]*-20\.00[\s\S]*130\.00[\s\S]*Take your notes/);
    two.keys('Enter');
    await sees(two, /Main menu[\s\S]*130\.00[\s\S]*-20\.00 elsewhere/);
    one.keys('Enter', 'q');
    await sees(one, /Welcome/);
    one.keys('C-c');
    await sees(one, /ended 0[\s\S]*^icanon$/m);
    t.is(one.flags(), NORMAL_SCREEN);
    await bank.stop();
    await sees(two, /Connection lost[\s\S]*Nothing was under way/);
    await bank.serve();
    await sees(two, /● LIVE/);
    two.keys('C-c');
    await sees(two, /ended 0/);
    await bank.stop();
    const audit = bank.audit();
    t.true(audit.includes('alice | deposit $50.00'));
    t.true(audit.includes('alice | withdraw $20.00 completed'));
  } finally {
    for (const each of machines) each.kill();
    await bank.end();
  }
});

test('without a terminal the screen is refused, and --batch is named', async (t) => {
  const { code, last } = await cashpoint('atm', '--bank', '127.0.0.1:1', '--data', 'nowhere');
  t.is(code, 2);
  t.regex(last, /needs a terminal; use --batch/);
});
