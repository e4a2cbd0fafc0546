import test from 'ava';
import type { Band, DashboardModel } from '../../../terminals/dashboard/model.ts';
import { chartOf, drawAxis, drawChart, mean, worst } from '../../../terminals/dashboard/panes/chart.ts';
import { CellSurface } from '../../../terminals/dashboard/surface.ts';
import { fixtureModel, fixtureUi } from '../../helpers/dashboard-fixture.ts';

function axis(bands: readonly Band[], { width = 20, ascii = false } = {}): string {
  const surface = new CellSurface({ width, height: 1, ascii });
  const model = { ...fixtureModel(), bands };
  drawAxis(surface, { fromS: 100, toS: 120 }, { model, ui: fixtureUi({ ascii, theme: 'mono' }) });
  return surface.text().trimEnd();
}

test('a band lies where its fault was, a second a column here', (t) => {
  t.is(axis([{ kind: 'loss', fromMs: 105_000, toMs: 108_000 }]), '─────▌▒▒────────────');
  t.is(axis([{ kind: 'loss', fromMs: 104_999, toMs: 108_001 }]), '────▌▒▒▒▒───────────');
  t.is(axis([{ kind: 'reset', fromMs: 110_500, toMs: 110_500 }]), '──────────▌─────────');
});

test('a band with room has a name, in ASCII and without colour too', (t) => {
  const bands = [{ kind: 'delay', fromMs: 104_000, toMs: 112_000 }];
  t.is(axis(bands), '────▌delay▒▒────────');
  t.is(axis(bands, { ascii: true }), '----[delay==--------');
});

test('one fault after another is not one long fault', (t) => {
  const faults = [100, 103, 104].map((s) => ({ kind: 'partition', fromMs: 1000 * s, toMs: 1000 * s + 3000 }));
  t.is(axis(faults), '▌▒▒▌▌▒▒─────────────');
});

test('a fault that is on reaches the edge, one before the window is not shown', (t) => {
  const on = { kind: 'slow-disk', fromMs: 117_000, toMs: null };
  t.is(axis([on]), '─────────────────▌▒▒');
  t.is(axis([{ ...on, fromMs: 120_800 }]), '───────────────────▌', 'begun after the last whole second');
  t.is(axis([{ ...on, fromMs: 3_000 }]), '▌▒▒▒▒slow-disk▒▒▒▒▒▒');
  t.is(axis([{ ...on, fromMs: 3_000, toMs: 99_000 }]), '────────────────────');
});

function bars(values: readonly (number | null)[], join: typeof mean, width: number): string {
  const surface = new CellSurface({ width, height: 2, ascii: false });
  const model = { ...fixtureModel(), bands: [] };
  const chart = chartOf(model, fixtureUi().state);
  drawChart(surface, values, { chart, join, model, ui: fixtureUi() });
  return surface.text().split('\n')[0] ?? '';
}

test('a chart covers its whole window, however wide it is', (t) => {
  t.is(bars([8, 4, null, 8], mean, 4), '█▄ █');
  t.is(bars([8, 4, null, 8], mean, 8), '██▄▄  ██');
  t.is(bars([8, 4, null, 8], mean, 2), '▆█', 'the mean of 8 and 4; of a gap and 8');
  t.is(bars([8, 4, null, 8], worst, 2), '██');
});

test('a window longer than the load begins with a gap; the whole load with its start', (t) => {
  const young: DashboardModel = {
    ...fixtureModel(),
    ...{ okPerS: [1, 2, 3], p99Us: [9, 9, 9], secondsOver: 3 },
    whole: { stepS: 1, okPerS: [1, 2, 3], p99Us: [9, 9, 9] },
  };
  const ten = chartOf(young, fixtureUi({ state: { window: 10 } }).state);
  t.deepEqual([ten.fromS, ten.toS, ten.okPerS.length], [-7, 3, 10]);
  t.deepEqual(ten.okPerS.slice(-4), [null, 1, 2, 3]);
  const all = chartOf(young, fixtureUi({ state: { window: 'all' } }).state);
  t.deepEqual([all.fromS, all.toS, all.okPerS], [0, 3, [1, 2, 3]]);
});
