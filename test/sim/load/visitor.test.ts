import test from 'ava';
import type { Done, HostState } from '../../../actors/operation.ts';
import type { TerminalHost } from '../../../actors/terminal-host.ts';
import type { AccountId } from '../../../protocol/ids.ts';
import type { Notes } from '../../../protocol/messages.ts';
import { type Cents, cents } from '../../../protocol/money.ts';
import type { OperationRecord } from '../../../sim/history.ts';
import { planAccount, planCustomer, planTerminal } from '../../../sim/load/fleet.ts';
import { LOAD_DEFAULTS, MIX_DEFAULT } from '../../../sim/load/options.ts';
import { exponentialThink } from '../../../sim/load/think.ts';
import { QUEUE_MAX, Visitor } from '../../../sim/load/visitor.ts';
import { Rng } from '../../../sim/rng.ts';
import { ManualClock } from '../../helpers/manual-clock.ts';

/** A host that notes what it is asked and answers after a while. */
class FakeHost {
  state: HostState = 'idle';
  asked: string[] = [];
  /** Operations under way at once; more than one is a customer beside a customer. */
  overlaps = 0;
  readonly #clock: ManualClock;
  readonly #answerMs: number;
  #session = 0;

  constructor(clock: ManualClock, answerMs: number) {
    this.#clock = clock;
    this.#answerMs = answerMs;
  }

  login = (customer: string, password: string, done: Done) => this.#do(`login ${customer} ${password}`, done);
  logout = (done: Done) => this.#do('logout', done);
  balance = (_: AccountId, done: Done) => this.#do('balance', done);
  history = (_: AccountId, _page: unknown, done: Done) => this.#do('history', done);
  withdraw = (_: AccountId, amount: Cents, done: Done) => this.#do(`withdraw ${amount}`, done);
  deposit = (_: AccountId, notes: readonly Notes[], done: Done) =>
    this.#do(`deposit ${notes.map(({ denomination, count }) => `${count}×${denomination}`).join('+')}`, done);
  transfer = ({ amount }: { amount: Cents }, done: Done) => this.#do(`transfer ${amount}`, done);

  goOffline(): void {
    this.state = 'offline';
    this.#session++;
  }

  #do(what: string, done: Done): void {
    if (this.state !== 'idle') this.overlaps++;
    this.state = 'transaction';
    this.asked.push(what);
    const session = this.#session;
    this.#clock.setTimeout(() => {
      const lost = session !== this.#session;
      if (!lost) this.state = 'idle';
      done({
        op: 'balance',
        txnId: null,
        outcome: lost ? 'unknown' : 'ok',
        code: lost ? null : 'APPROVED',
        amount: cents(0),
        cash: cents(0),
        sentUs: 0,
        repliedUs: lost ? null : 0,
        doneUs: 0,
        settledBy: lost ? null : 'reply',
        account: null,
        audit: null,
        reply: null,
      });
    }, this.#answerMs);
  }
}

interface World {
  readonly clock: ManualClock;
  readonly host: FakeHost;
  readonly visitor: Visitor;
  readonly records: OperationRecord[];
  /** `due waited` of each arrival that began, ms. */
  readonly begun: string[];
  /** How often the visitor said that its iterations are done. */
  readonly finished: () => number;
}

interface Over {
  readonly thinkMs?: number;
  readonly answerMs?: number;
  readonly mix?: typeof MIX_DEFAULT;
  readonly open?: boolean;
  readonly iterations?: number;
}

function worldOf(over: Over = {}): World {
  const { thinkMs = 100, answerMs = 10, mix = MIX_DEFAULT, open = false, iterations } = over;
  const clock = new ManualClock();
  const host = new FakeHost(clock, answerMs);
  const records: OperationRecord[] = [];
  const terminal = {
    terminal: planTerminal(0, 10),
    keyId: 1,
    kShared: '',
    kDispense: '',
    customers: [planCustomer('seed', 0), planCustomer('seed', 1)],
  };
  const startMs = clock.now();
  const begun: string[] = [];
  let finished = 0;
  const visitor = new Visitor(
    {
      clock,
      ticks: () => (clock.now() - startMs) * 1000,
      rng: new Rng('seed', terminal.terminal),
      thinking: new Rng('seed', 'thinking'),
      host: host as unknown as TerminalHost,
      onOperation: (record) => records.push(record),
      onArrivalBegun: (dueUs, waited) => begun.push(`${dueUs / 1000} ${waited}`),
      onFinished: () => finished++,
    },
    {
      terminal,
      mix,
      think: open ? null : exponentialThink(thinkMs),
      iterations,
      accounts: LOAD_DEFAULTS.accounts,
      accountBase: 0,
    },
  );
  return { clock, host, visitor, records, begun, finished: () => finished };
}

/** Without logins and logouts, which a lost session adds. */
const planOf = ({ host }: World) => host.asked.filter((what) => !what.startsWith('log'));

const run = (world: World, ms: number) => {
  world.visitor.start();
  world.clock.advance(ms);
  return world;
};

const loseLine = ({ host, visitor, clock }: World, downMs: number) => {
  host.goOffline();
  visitor.lineDown();
  clock.advance(downMs);
  host.state = 'idle';
  visitor.lineUp();
};

test('what customers do does not depend on think time or on the speed of the bank', (t) => {
  const reference = planOf(run(worldOf(), 60_000)).slice(0, 200);
  t.is(reference.length, 200);
  t.true(new Set(reference.map((what) => what.split(' ')[0])).size === 5, 'all kinds');
  for (const over of [{ thinkMs: 0 }, { thinkMs: 700 }, { answerMs: 333 }]) {
    const plan = planOf(run(worldOf(over), 400_000)).slice(0, 200);
    t.deepEqual(plan, reference.slice(0, plan.length));
    t.true(plan.length > 100);
  }
});

test('lost sessions, stops and a machine out of order do not shift it either', (t) => {
  const reference = planOf(run(worldOf(), 200_000));
  const world = worldOf();
  for (let i = 0; i < 300; i++) {
    run(world, 37 * (1 + (i % 11)));
    if (i % 3 === 0) loseLine(world, 90);
    if (i % 3 === 1) world.visitor.stop();
    if (i % 10 === 5 && world.host.state === 'idle') {
      world.host.state = 'error';
      world.clock.advance(600);
      world.host.state = 'idle';
    }
  }
  const plan = planOf(world);
  t.true(plan.length > 100, `${plan.length}`);
  t.deepEqual(plan, reference.slice(0, plan.length));
  t.is(world.host.overlaps, 0);
});

test('a visitor that is stopped and started again is still one customer at a time', (t) => {
  const world = worldOf({ thinkMs: 1_000, answerMs: 1 });
  for (let i = 0; i < 50; i++) {
    run(world, 5);
    world.visitor.stop();
  }
  const before = world.host.asked.length;
  run(world, 100_000);
  const rate = (world.host.asked.length - before) / 100;
  t.true(rate > 0.7 && rate < 1.3, `one operation a second, got ${rate}`);
  t.is(world.host.overlaps, 0);
});

test('a stopped visitor begins nothing more, and finishes what it does', (t) => {
  const world = run(worldOf({ thinkMs: 0, answerMs: 50 }), 1_010);
  t.true(world.visitor.busy);
  world.visitor.stop();
  const asked = world.host.asked.length;
  world.clock.advance(10_000);
  t.is(world.host.asked.length, asked);
  t.false(world.visitor.busy);
  t.is(world.records.length, asked);
});

test('while the line is down a customer waits, and latency counts from when the waiting began', (t) => {
  const world = run(worldOf({ thinkMs: 0 }), 100);
  world.clock.advance(1);
  loseLine(world, 5_000);
  world.clock.advance(100);
  const login = world.records.findLast(({ op }) => op === 'login');
  t.true((login?.intendedUs ?? Number.NaN) < 200_000, `${login?.intendedUs}`);
});

test('a change of customer is a logout and a login, and customers take turns', (t) => {
  const mix = { ...MIX_DEFAULT, login: 1, balance: 0, deposit: 0, withdraw: 0, history: 0, transfer: 0 };
  const world = run(worldOf({ mix, thinkMs: 0 }), 1_000);
  const [first, second] = [planCustomer('seed', 0), planCustomer('seed', 1)];
  t.deepEqual(world.host.asked.slice(0, 5), [
    `login ${second.customer} ${second.password}`,
    'logout',
    `login ${first.customer} ${first.password}`,
    'logout',
    `login ${second.customer} ${second.password}`,
  ]);
});

test('nobody transfers to himself', (t) => {
  const mix = { ...MIX_DEFAULT, login: 0, balance: 0, deposit: 0, withdraw: 0, history: 0, transfer: 1 };
  const world = worldOf({ mix, thinkMs: 0, answerMs: 1 });
  run(world, 3_000);
  const transfers = world.records.filter(({ op }) => op === 'transfer');
  t.true(transfers.length > 1_000);
  t.true(transfers.every(({ account, counterparty }) => counterparty !== null && counterparty !== account));
  t.true(transfers.some(({ counterparty }) => counterparty === planAccount(LOAD_DEFAULTS.accounts - 1)));
});

test('with a number of iterations, so many operations are done, and it is told once', (t) => {
  const mix = { ...MIX_DEFAULT, login: 0 };
  const world = run(worldOf({ iterations: 7, thinkMs: 0, mix }), 60_000);
  t.is(world.host.asked.length, 7);
  t.is(world.finished(), 1);
});

const openWorld = (answerMs: number) => {
  const world = worldOf({ open: true, answerMs, mix: { ...MIX_DEFAULT, login: 0 } });
  world.visitor.start();
  return world;
};
/** Customers come every 10 ms, `count` of them. */
const come = ({ visitor, clock }: World, count: number) => {
  const startMs = clock.now();
  return Array.from({ length: count }, (_, i) => {
    clock.advance(startMs + 10 * i - clock.now());
    return visitor.arrive(10_000 * i);
  });
};
const dueOf = ({ records }: World) => records.map(({ intendedUs }) => intendedUs / 1000);

test('open: an operation for each arrival, begun when due while the terminal is free', (t) => {
  const world = openWorld(3);
  come(world, 4);
  world.clock.advance(100);
  t.deepEqual(dueOf(world), [0, 10, 20, 30]);
  t.deepEqual(world.begun, ['0 false', '10 false', '20 false', '30 false']);
  t.is(world.visitor.queued, 0);
});

test('open: who comes to a busy terminal waits in line, and latency counts from when he was due', (t) => {
  const world = openWorld(25);
  come(world, 4);
  t.is(world.visitor.queued, 2);
  let empty = false;
  world.visitor.empty(() => {
    empty = true;
  });
  t.false(empty);
  world.clock.advance(100);
  t.true(empty);
  t.deepEqual(world.begun, ['0 false', '10 true', '20 true', '30 true']);
  t.deepEqual(dueOf(world), [0, 10, 20, 30]);
  t.is(world.host.overlaps, 0);
});

test('open: while the line is down they wait in order and none is lost, also when it is started meanwhile', (t) => {
  const world = worldOf({ open: true, answerMs: 1, mix: { ...MIX_DEFAULT, login: 0 } });
  world.host.goOffline();
  come(world, 3);
  world.visitor.start();
  world.clock.advance(1_000);
  t.deepEqual(world.begun, []);
  t.is(world.visitor.queued, 3);
  world.host.state = 'idle';
  world.visitor.lineUp();
  world.clock.advance(10);
  t.deepEqual(world.begun, ['0 true', '10 true', '20 true']);
});

test('open: a full queue turns customers away; whose fault that is depends on how long the bank has had', (t) => {
  const world = openWorld(5_000);
  const taken = (which: readonly { taken: boolean }[]) => which.filter((each) => each.taken).length;
  t.is(taken(Array.from({ length: QUEUE_MAX + 1 }, () => world.visitor.arrive(0))), QUEUE_MAX + 1);
  t.deepEqual(world.visitor.arrive(0), { taken: false, slow: false });
  world.clock.advance(1_500);
  t.deepEqual(world.visitor.arrive(0), { taken: false, slow: true });
  world.visitor.stop();
  t.is(world.visitor.queued, 0);
});
