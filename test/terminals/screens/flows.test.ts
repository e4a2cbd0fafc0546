import anyTest, { type TestFn } from 'ava';
import type { TerminalId } from '../../../protocol/ids.ts';
import { cents } from '../../../protocol/money.ts';
import { CellSurface } from '../../../terminals/dashboard/surface.ts';
import { startAtmApp } from '../../../terminals/screens/app.ts';
import { IDLE_MS } from '../../../terminals/screens/steps.ts';
import { keys } from '../../helpers/atm-fixture.ts';
import { alice, aliceAccount, SmallTerminal, SmallWorld } from '../../helpers/small-world.ts';

const test = anyTest as TestFn<SmallWorld>;
test.beforeEach(async (t) => {
  t.context = new SmallWorld();
  await t.context.populate(ONE, TWO);
});
test.afterEach.always((t) => {
  t.deepEqual(t.context.errors, []);
  t.context.end();
});

const ONE = 'ATM-1' as TerminalId;
const TWO = 'ATM-2' as TerminalId;

/** A person in front of a screen that hangs on the production terminal, line and bank. */
class Person {
  readonly terminal: SmallTerminal;
  readonly frames: string[] = [];
  closed: string | null = null;
  readonly #surface = new CellSurface({ width: 80, height: 24, ascii: false });
  readonly #world: SmallWorld;
  #onKey: (key: string, character: string) => void = () => {};

  constructor(world: SmallWorld, id: TerminalId) {
    this.#world = world;
    const terminal = new SmallTerminal(world, id);
    this.terminal = terminal;
    const app = startAtmApp(
      {
        clock: world.clock,
        teller: terminal.host,
        line: () => (terminal.link.up ? 'up' : 'down'),
        cassettes: terminal.cassettes,
        openShell: ({ onKey }) => {
          this.#onKey = onKey;
          return {
            size: this.#surface,
            paint: (draw) => {
              draw(this.#surface);
              this.frames.push(this.#surface.text());
              return true;
            },
            setMouse() {},
            copy() {},
            ring() {},
            close: () => {},
          };
        },
        onClosed: (why) => {
          this.closed = why;
        },
      },
      { terminal: id, bank: 'bank:1', theme: 'dark', ascii: false },
    );
    terminal.onBalance = (push) => app.push(push);
  }

  type(text: string): void {
    for (const event of keys(text)) if (event.type === 'key') this.#onKey(event.key, event.character);
  }

  get screen(): string {
    return this.#surface.text();
  }

  sees(pattern: RegExp): Promise<void> {
    return this.#world
      .until(() => pattern.test(this.screen))
      .catch(() => {
        throw new Error(`Expected ${pattern} on\n${this.screen}`);
      });
  }

  async login(password = 'alice-pw'): Promise<void> {
    if (!this.terminal.link.up) await this.terminal.connect();
    await this.sees(/● LIVE/);
    this.type(`alice<enter>${password}<enter>`);
    await this.sees(/Main menu/);
  }
}

test('three wrong passwords lock: each says how many tries are left, the last what to do', async (t) => {
  const person = new Person(t.context, ONE);
  await person.terminal.connect();
  await person.sees(/● LIVE/);
  person.type('alice<enter>one<enter>');
  await person.sees(/2 more tries/);
  person.type('two<enter>');
  await person.sees(/1 more try/);
  person.type('three<enter>');
  await person.sees(/0 more tries/);
  person.type('alice-pw<enter>');
  await person.sees(/Customer locked[\s\S]*Ask your bank to unlock/);
  t.false(
    person.frames.some((frame) => /alice-pw|three/.test(frame)),
    'no password was ever drawn',
  );
});

test('a deposit at one machine is seen at another within a second, untouched', async (t) => {
  const at = [new Person(t.context, ONE), new Person(t.context, TWO)] as const;
  await at[0].login();
  await at[1].login();
  at[1].type('2<down>1<enter>y');
  await at[1].sees(/Receipt[\s\S]*\+50\.00/);
  const since = t.context.clock.now();
  await at[0].sees(/150\.00[\s\S]*\+50\.00 elsewhere/);
  await at[0].sees(/deposit +\+50\.00/);
  t.true(t.context.clock.now() - since <= 1000);
});

test('a withdrawal: confirmed, paid, with its receipt and the new balance', async (t) => {
  const person = new Person(t.context, ONE);
  await person.login();
  person.type('1b');
  await person.sees(/Withdraw 40\.00 from account A-1\?/);
  person.type('<left><enter>');
  await person.sees(/Receipt[\s\S]*-40\.00[\s\S]*60\.00[\s\S]*Take your notes/);
  person.type('<enter>');
  await person.sees(/Main menu[\s\S]*60\.00[\s\S]*withdraw +-40\.00/);
  t.true(t.context.audit().includes('alice | withdraw $40.00 completed'));
});

test('a jam pays a part, says so, and the rest is free again', async (t) => {
  const person = new Person(t.context, ONE);
  await person.login();
  person.terminal.dispenser.script({ type: 'jam', after: 1 });
  person.type('1by');
  await person.sees(/-20\.00[\s\S]*asked for +40\.00[\s\S]*Only a part/);
  person.type('<enter>');
  await person.sees(/Main menu[\s\S]*80\.00[\s\S]*available /);
  t.is(t.context.errors.length, 0);
});

test('a machine that fails before the notes come out pays nothing and books nothing', async (t) => {
  const person = new Person(t.context, ONE);
  await person.login();
  person.terminal.dispenser.script({ type: 'presentFails' });
  person.type('1by');
  await person.sees(/No cash was paid[\s\S]*balance is as before/);
  person.type('<enter><escape>');
  await person.sees(/Main menu[\s\S]*100\.00/);
  t.pass();
});

test('a refusal leads back to the amount, and the history has it', async (t) => {
  const person = new Person(t.context, ONE);
  await person.login();
  person.type('190000<enter>y');
  await person.sees(/No cash was paid[\s\S]*balance is too low[\s\S]*smaller amount/);
  person.type('<enter>');
  await person.sees(/This machine can pay/);
  person.type('<escape>5');
  await person.sees(/-900\.00 +insufficient funds/);
  person.type('fff');
  await person.sees(/withdrawals, page 1, the last/);
  t.true(t.context.audit().includes('alice | withdraw $900.00 failed - insufficient funds'));
});

test('a line lost in mid-withdrawal: no cash, a cancellation, and then the word of the bank', async (t) => {
  const person = new Person(t.context, ONE);
  await person.login();
  person.type('1by');
  t.context.crashBank();
  await person.sees(/line to the bank is down[\s\S]*No cash was paid; the request is being cancelled/);
  t.regex(person.screen, /OFFLINE/);
  t.context.restartBank();
  await person.sees(/No cash was paid[\s\S]*was cancelled: your balance is as before/);
  person.type('<enter>');
  await person.sees(/Welcome/);
  await person.login();
  await person.sees(/100\.00/);
  t.deepEqual(t.context.alerts, []);
});

test('whoever leaves a withdrawal that is being cancelled can log in once it is', async (t) => {
  const person = new Person(t.context, ONE);
  await person.login();
  person.type('1by');
  t.context.crashBank();
  await person.sees(/request is being cancelled/);
  person.type('<escape>');
  await person.sees(/No cash was paid; the request is being cancelled[\s\S]*Enter continue/);
  person.type('<enter>alice<enter>alice-pw<enter>');
  await person.sees(/not connected yet/);
  t.context.restartBank();
  await t.context.until(() => person.terminal.host.ready);
  await person.sees(/● LIVE/);
  person.type('<enter>');
  await person.sees(/Main menu/);
  t.is(person.terminal.host.openAdvices, 0);
});

test('whoever leaves is told that the machine is still settling, and nothing else is begun', async (t) => {
  const person = new Person(t.context, ONE);
  await person.login();
  await t.context.until(() => person.terminal.host.ready);
  t.context.wire.tap = (bytes, towards) => (towards === 'bank' ? null : bytes);
  person.type('1by');
  await person.sees(/not answered for 2 s[\s\S]*Esc is off/);
  await person.sees(/did not answer in time[\s\S]*No cash was paid; the request is being cancelled/);
  person.type('<escape>');
  await person.sees(/Enter continue/);
  person.type('<enter>4');
  await person.sees(/settling something/);
  t.is(person.terminal.host.stage, 'settling');
});

test('a deposit whose answer is lost gives the notes back, or books them', async (t) => {
  const person = new Person(t.context, ONE);
  await person.login();
  person.type('21<enter>y');
  t.context.crashBank();
  await person.sees(/Your notes stay in the machine/);
  t.context.restartBank();
  await person.sees(/Your notes are given back|Receipt/);
  t.is(person.terminal.acceptor.escrow, null);
});

test('a transfer, a changed password, a balance slip and a log-out', async (t) => {
  const person = new Person(t.context, ONE);
  await person.login();
  person.type('3A-2<enter>1000<enter>y');
  await person.sees(/Receipt[\s\S]*Transfer +-10\.00[\s\S]*A-2/);
  person.type('<enter>4');
  await person.sees(/Receipt[\s\S]*Available +90\.00/);
  person.type('<enter>6alice-pw<enter>neu<enter>new<enter>');
  await person.sees(/not typed the same twice/);
  person.type('alice-pw<enter>new<enter>new<enter>');
  await person.sees(/Password changed/);
  person.type('<enter>q');
  await person.sees(/Welcome/);
  await person.login('new');
  t.is(person.terminal.host.customer, alice);
});

test('an idle customer is warned, then logged out at the bank too', async (t) => {
  const person = new Person(t.context, ONE);
  await person.login();
  await t.context.pass(IDLE_MS - 4000);
  await person.sees(/logged out in [1-4] s/);
  await person.sees(/Welcome/);
  t.is(person.terminal.host.customer, null);
  t.is(t.context.audit().at(-1), 'alice | logout');
});

test('C-c closes the screen, and a money movement elsewhere goes on', async (t) => {
  const person = new Person(t.context, ONE);
  await person.login();
  person.type('1<C-c>');
  t.is(person.closed, 'left');
  const { length } = person.frames;
  person.type('<escape>q');
  await t.context.pass(1000);
  t.is(person.frames.length, length);
  t.is(person.terminal.host.customer, alice);
  const other = new SmallTerminal(t.context, TWO);
  await other.connect();
  await other.login(alice);
  t.like(await other.withdraw(aliceAccount, cents(20_00)), { outcome: 'ok' });
});
