import test from 'ava';
import type { FaultSpec } from '../../../sim/load/fault-spec.ts';
import { LoadControl } from '../../../sim/load/load-control.ts';
import { LOAD_DEFAULTS } from '../../../sim/load/options.ts';
import { RunView } from '../../../sim/load/run-view.ts';
import type { Control } from '../../../terminals/dashboard/control.ts';

function controlled(allowed: boolean, ownBank = true) {
  const view = new RunView(LOAD_DEFAULTS, { commit: '-' }, () => {});
  const shares: number[] = [];
  const faults: FaultSpec[] = [];
  const control = new LoadControl(view, {
    allowed,
    ownBank,
    onShare: (share) => shares.push(share),
    applyFault: (spec) => faults.push(spec),
  });
  const take = (...all: Control[]) => {
    for (const each of all) control.take(each);
  };
  const events = () => view.collector.events.map(({ level, text }) => `${level} ${text}`);
  view.enter('run');
  return { view, control, shares, faults, take, events };
}

test('who may only look changes nothing and leaves no event', (t) => {
  const { view, control, shares, faults, take, events } = controlled(false);
  take(
    { type: 'pause', paused: true },
    { type: 'size', byPct: -10 },
    { type: 'fault', kind: 'bank-kill', terminals: null },
  );
  t.deepEqual([shares, faults, events()], [[], [], []]);
  t.is(control.share, 1);
  t.is(view.control, null);
  view.close();
});

test('a pause offers nothing, and the size of before comes back after it', (t) => {
  const { view, shares, take, events } = controlled(true);
  take({ type: 'size', byPct: -10 }, { type: 'size', byPct: -10 });
  take({ type: 'pause', paused: true }, { type: 'size', byPct: 10 }, { type: 'pause', paused: false });
  t.deepEqual(shares, [0.9, 0.8, 0, 0, 0.9]);
  t.is(events().length, 5);
  view.close();
});

test('the size stays between a tenth and four times the plan', (t) => {
  const { view, control, take } = controlled(true);
  for (let i = 0; i < 20; i++) take({ type: 'size', byPct: -10 });
  t.is(control.share, 0.1);
  for (let i = 0; i < 60; i++) take({ type: 'size', byPct: 10 });
  t.is(control.share, 4);
  view.close();
});

test('a fault that is listed is applied and told; another is not', (t) => {
  const { view, faults, take, events } = controlled(true);
  take(
    { type: 'fault', kind: 'bank-kill', terminals: null },
    { type: 'fault', kind: 'toString', terminals: null },
  );
  t.deepEqual(
    faults.map(({ kind, target }) => [kind, target]),
    [['bank-kill', 'bank']],
  );
  t.deepEqual(events(), ['fault bank-kill applied']);
  view.close();
});

test('a fault strikes the terminals it is aimed at, or all; a fault of the bank the bank', (t) => {
  const { view, faults, take } = controlled(true);
  for (const kind of ['delay', 'bank-stop'])
    take({ type: 'fault', kind, terminals: [7, 3, 4] }, { type: 'fault', kind, terminals: null });
  t.deepEqual(
    faults.map(({ target }) => target),
    ['id:3-4+7', 'all', 'bank', 'bank'],
  );
  view.close();
});

test('the menu tells what a fault would do in figures', (t) => {
  const { view } = controlled(true);
  for (const { text } of view.control?.faults ?? []) t.notRegex(text, /`/);
  const [delay] = view.control?.faults ?? [];
  t.is(delay?.text, 'every chunk takes 150 ms longer, each way, for 5 s');
  view.close();
});

test("no fault of the bank is offered where the bank is not the run's own", (t) => {
  const { view, faults, take } = controlled(true, false);
  take({ type: 'fault', kind: 'bank-kill', terminals: null });
  t.deepEqual(faults, []);
  t.false(view.control?.faults.some(({ kind }) => kind.startsWith('bank')));
  view.close();
});

test('nothing is changed while no load goes on', (t) => {
  const { view, shares, take } = controlled(true);
  view.enter('drain');
  take({ type: 'pause', paused: true });
  t.deepEqual(shares, []);
  view.close();
});
