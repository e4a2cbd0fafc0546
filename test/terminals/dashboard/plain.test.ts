import test from 'ava';
import type { DashboardModel } from '../../../terminals/dashboard/model.ts';
import { plainChanges, plainLine } from '../../../terminals/dashboard/plain.ts';
import { fixtureModel, violated } from '../../helpers/dashboard-fixture.ts';

test('the plain line has every figure in a fixed order', (t) => {
  t.is(
    plainLine(fixtureModel()),
    't=197 state=run atms=200 idle=85 hs=23 login=9 txn=73 err=4 off=6 offered=2000 ok=1994 p50=4.1 p95=9.8 ' +
      'p99=17.2 p999=41.0 unexp=9 exp=67 q=12 batch=61 money=OK audit=OK head=184213 adv=12/12 fault=-',
  );
});

test('what there is no figure for is a dash, and an unchecked light is not OK', (t) => {
  const model = fixtureModel();
  const money = { ...model.lights.money, status: 'unchecked' } as const;
  const line = plainLine({
    ...model,
    latency: [],
    bank: null,
    adversary: null,
    lights: { ...model.lights, money },
  });
  t.regex(line, / p50=- p95=- p99=- p999=- .* q=- batch=- money=UNCHECKED .* adv=- /);
});

test('only changes are told, each once', (t) => {
  const before = fixtureModel();
  t.deepEqual(plainChanges(null, before), []);
  t.deepEqual(plainChanges(before, fixtureModel(200, 198_000)), []);
  const after = violated(fixtureModel(200, 198_204));
  t.deepEqual(plainChanges(before, after), [
    't=198.204 ! money=VIOLATED delta=+40.00 text="sum of accounts and cash is 40.00 too high after ATM-061 01jd9f"',
  ]);
  t.deepEqual(plainChanges(after, after), []);
});

test('a light that is not OK at the first snapshot is told', (t) => {
  t.is(plainChanges(null, violated(fixtureModel())).length, 1);
});

test('faults, accepted attacks, the state and the verdict are told when they change', (t) => {
  const before = fixtureModel();
  const after: DashboardModel = {
    ...before,
    run: { ...before.run, state: 'done' },
    faults: ['delay 150 ms'],
    adversary: { tried: 13, accepted: 1 },
    verdict: { status: 'fail', exitCode: 112, reasons: ['an attack got through'] },
  };
  t.deepEqual(plainChanges(before, after), [
    't=197.204 ! adversary=ACCEPTED count=1',
    't=197.204 ! fault="delay 150 ms"',
    't=197.204 ! state=done',
    't=197.204 ! verdict=fail exit=112 text="an attack got through"',
  ]);
  t.deepEqual(plainChanges(after, { ...after, faults: [] }), ['t=197.204 ! fault=-']);
});

test('text of others stays on its line and in its field', (t) => {
  const model = fixtureModel();
  const [line = ''] = plainChanges(model, { ...model, faults: ['x" a=1\n\x1b[31mt=0 ! money=OK'] });
  t.is(line, 't=197.204 ! fault="x\\" a=1··[31mt=0 ! money=OK"');
});
