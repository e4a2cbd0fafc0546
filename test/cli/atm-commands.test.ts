import test from 'ava';
import { BATCH_HELP, parseCommand } from '../../cli/atm-commands.ts';

const means = test.macro({
  title: (_, line) => `"${line}" is understood`,
  exec(t, line: string, expected: ReturnType<typeof parseCommand>) {
    t.deepEqual(parseCommand(line), expected);
  },
});
const notes = (...list: [bigint, number][]) => list.map(([denomination, count]) => ({ denomination, count }));

test(means, 'login alice', { do: 'login', user: 'alice', file: null } as never);
test(means, '  login  bob  secret.pw # note', { do: 'login', user: 'bob', file: 'secret.pw' } as never);
test(means, 'logout', { do: 'logout' });
test(means, 'balance', { do: 'balance' });
test(means, 'account A-2', { do: 'account', account: 'A-2' } as never);
test(means, 'history', { do: 'history', count: 10, kinds: [] });
test(means, 'history 3', { do: 'history', count: 3, kinds: [] });
test(means, 'history withdraw deposit', { do: 'history', count: 10, kinds: ['withdraw', 'deposit'] });
test(means, 'history 100 login', { do: 'history', count: 100, kinds: ['login'] });
test(means, 'withdraw 40.00', { do: 'withdraw', amount: 4000n } as never);
test(means, 'deposit 50x2,20x1', { do: 'deposit', notes: notes([5000n, 2], [2000n, 1]) } as never);
test(means, 'deposit 135', {
  do: 'deposit',
  notes: notes([10000n, 1], [2000n, 1], [1000n, 1], [500n, 1]),
} as never);
test(means, 'transfer A-2 10.00', { do: 'transfer', to: 'A-2', amount: 1000n } as never);
test(means, 'password', { do: 'password', files: null });
test(means, 'password a b', { do: 'password', files: { old: 'a', new: 'b' } });
test(means, 'wait 2s', { do: 'wait', ms: 2000 });
test(means, '', null);
test(means, '  # only a remark', null);

const refuses = test.macro({
  title: (_, line) => `"${line}" is refused with what was expected`,
  exec(t, line: string) {
    const [verb] = line.split(' ');
    t.regex(String(parseCommand(line)), new RegExp(`^Expected (${verb} |one of login, )`));
  },
});
for (const line of [
  'fly',
  'constructor',
  'login',
  'login a,b',
  'login a b c',
  'logout now',
  'account',
  'history 0',
  'history 1001',
  'history theft',
  'history login login',
  'withdraw',
  'withdraw 0',
  'withdraw -1',
  'withdraw 1.234',
  'withdraw 1 2',
  'deposit 12.34',
  'deposit 30x1',
  'deposit 20x0',
  'deposit 20x1,20x2',
  'deposit 100x2001',
  'deposit 300000',
  'transfer A-2',
  'transfer A-2 0',
  'password one',
  'wait',
  'wait long',
]) {
  test(refuses, line);
}

test('the help has every command', (t) => {
  for (const verb of String(parseCommand('?'))
    .replace(/^Expected one of |, got.*$/g, '')
    .split(', ')) {
    t.regex(BATCH_HELP, new RegExp(`  ${verb}\\b`));
  }
});
