import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import test from 'ava';
import fc from 'fast-check';
import { chromium } from 'playwright-core';
import { EVENTS_MAX, type LamportInput, renderLamport } from '../../reports/html/lamport.ts';
import { type DiagramEvent, diagramOf } from '../../reports/html/lamport-rows.ts';

/** A bank dies with an answer on its way; then a terminal loses power, and the adversary flips a bit. */
const SCRIPT = `
  0       bank      start       bank 1
  0       ATM-002   start       ATM-002 1
  10      ATM-001   start       ATM-001 1
  20      ATM-001   send        Data 1.1, 336 B #78a8ae7c | bank L1.1
  25      bank      deliver     Data 1.1, 300 B #00000001 | ATM-001 L1.1
  26      bank      deliver     bytes, 36 B #00000002     | ATM-001 L1.1
  27      disk      commit      commit 1: 1 transactions
  29      disk      durable     commit 1
  30      bank      send        Data 1.1, 336 B #2ff5400d | ATM-001 L1.2
  31      disk      commit      commit 2: 1 transactions
  32      fault     fault       disk.crash/bank#1
  33      bank      crash       bank 1 while a commit was under way
  33      disk      crash       0 kept, 1 torn
  40      ATM-001   close       L1 reset by peer
  90000   bank      start       bank 2
  90010   fault     fault       atm.powerCut/ATM-002#0
  90010   ATM-002   power-loss  ATM-002 1 at any instant
  90020   fault     fault       byz.flip/ATM-001#4
  90020   adversary tamper      L2 towards bank, flip: bit 7
  90020   ATM-001   send        Data 1.2, 336 B #3 | bank L2.3
  90030   ATM-001   send        Data 1.3, 336 B #4 | bank L2.4
  90040   bank      deliver     Data 1.2 + Data 1.3, 672 B #5 | ATM-001 L2.3 L2.4
  90050   adversary send        ClientHello, 9 B #6 | bank X3.5
  90060   bank      deliver     ClientHello, 9 B #6 | adversary X3.5
  90070   bank      send        Alert, 17 B #7 | ATM-001 L2.6
  90075   bank      close       L2 closed
  90080   check     violation   DURABLE: <b>gone</b> & "lost"
`;

const trace = SCRIPT.trim()
  .split('\n')
  .map((line, i): DiagramEvent => {
    const [, atUs = '', lane = '', what = '', text = '', peer, id] =
      /^\s*(\d+)\s+(\S+)\s+(\S+)\s+(.*?)(?:\s*\| (\S+) (.*))?$/.exec(line) ?? [];
    const link = peer === undefined || id === undefined ? {} : { peer, id };
    // What the adversary does stands in the event of what it does it to.
    const event = line.includes(' 90020 ') ? 1_000 : i;
    return { atUs: Number(atUs), event, lane, what, text, ...link };
  });

const input = (more: Partial<LamportInput> = {}): LamportInput => ({
  trace,
  violation: { invariant: 'DURABLE', text: '<b>gone</b> & "lost"', atUs: 90_080, event: 26 },
  config: {
    seed: '<5>',
    kind: 'swarm',
    terminals: 2,
    customers: 1,
    operations: 1,
    only: ['disk.crash/bank#1'],
  },
  commit: '0123456789abcdef',
  plant: null,
  replay: 'cashpoint simulate --replay out/5/shrunk.json --trace',
  ...more,
});
const page = renderLamport(input());

/** The event `what` of a lane, the n-th. */
const yOf = (lane: string, what: string, n = 0) => {
  const found = diagramOf(trace).rows.filter(({ event }) => event.lane === lane && event.what === what);
  return found[n]?.y ?? Number.NaN;
};

test('lanes stand in the order terminals, wire, bank, disk; only those that are used', (t) => {
  t.deepEqual(diagramOf(trace).lanes, ['ATM-001', 'ATM-002', 'wire', 'bank', 'disk']);
});

test('every event has a row with its number, time and words, each further down', (t) => {
  const { rows } = diagramOf(trace);
  t.deepEqual(
    rows.map(({ event }) => event),
    trace,
  );
  t.true(rows.every(({ y }, i) => y > (rows[i - 1]?.y ?? 0)));
  const titles = [...page.matchAll(/<title>(event [^<]*)<\/title>/g)].map(([, title]) => title);
  t.is(titles.length, trace.length);
  t.is(titles[3], 'event 3, 0.020 ms, ATM-001: send → bank: Data 1.1, 336 B #78a8ae7c');
  t.is(page.match(/<g class="row /g)?.length, trace.length);
});

test('an arrow runs from each send to each piece that arrived, and a joined piece has several', (t) => {
  const { arrows, lanes } = diagramOf(trace);
  const drawn = arrows.map(({ from, to, fate, isForged }) => ({
    from: [lanes[from.lane], from.y],
    to: [lanes[to.lane], fate === 'arrived' ? to.y : null],
    fate,
    isForged,
  }));
  const arrived = { fate: 'arrived', isForged: false } as const;
  t.deepEqual(drawn, [
    { from: ['ATM-001', yOf('ATM-001', 'send')], to: ['bank', yOf('bank', 'deliver')], ...arrived },
    { from: ['ATM-001', yOf('ATM-001', 'send')], to: ['bank', yOf('bank', 'deliver', 1)], ...arrived },
    { from: ['bank', yOf('bank', 'send')], to: ['ATM-001', null], fate: 'lost', isForged: false },
    {
      from: ['ATM-001', yOf('ATM-001', 'send', 1)],
      to: ['bank', yOf('bank', 'deliver', 2)],
      ...arrived,
      isForged: true,
    },
    { from: ['ATM-001', yOf('ATM-001', 'send', 2)], to: ['bank', yOf('bank', 'deliver', 2)], ...arrived },
    {
      from: ['wire', yOf('adversary', 'send')],
      to: ['bank', yOf('bank', 'deliver', 3)],
      ...arrived,
      isForged: true,
    },
    { from: ['bank', yOf('bank', 'send', 1)], to: ['ATM-001', null], fate: 'under way', isForged: false },
  ]);
  const svg = page.split('class="trace"')[1] ?? '';
  t.is(svg.match(/marker-end="url\(#honest-head\)"/g)?.length, 3);
  t.is(svg.match(/marker-end="url\(#forged-head\)"/g)?.length, 2);
  t.is(svg.match(/class="cross honest"/g)?.length, 1);
  t.is(svg.match(/class="message honest waiting"/g)?.length, 1);
});

test('a commit is a bar until it is durable, or until the crash that kept it from being so', (t) => {
  const { bars } = diagramOf(trace);
  t.deepEqual(
    bars.map(({ from, to, isDurable }) => [from, to, isDurable]),
    [
      [yOf('disk', 'commit'), yOf('disk', 'durable'), true],
      [yOf('disk', 'commit', 1), yOf('disk', 'crash'), false],
    ],
  );
});

test('the line of a process is broken while it is dead; a disk’s never is', (t) => {
  const { lives, lanes, height } = diagramOf(trace);
  const of = (name: string) =>
    lives.filter(({ lane }) => lanes[lane] === name).map(({ from, to }) => [from, to]);
  t.deepEqual(of('bank'), [
    [yOf('bank', 'start'), yOf('bank', 'crash')],
    [yOf('bank', 'start', 1), height],
  ]);
  t.deepEqual(of('ATM-002'), [[yOf('ATM-002', 'start'), yOf('ATM-002', 'power-loss')]]);
  t.deepEqual(of('disk'), [[0, height]]);
});

test('a lane of which the trace shows only the end lived from before', (t) => {
  const { lives, lanes } = diagramOf(trace.slice(9));
  t.deepEqual(
    lives.filter(({ lane }) => lanes[lane] === 'bank').map(({ from }) => from === 0),
    [true, false],
  );
});

test('a long time in which nothing happens is left out, and said', (t) => {
  t.deepEqual(
    diagramOf(trace).gaps.map(({ us }) => us),
    [89_960],
  );
  t.true(page.includes('>90.0 ms<'));
});

test('faults stand where they happen', (t) => {
  const { rows, lanes } = diagramOf(trace);
  t.deepEqual(
    rows.filter(({ event }) => event.what === 'fault').map(({ lane }) => lanes[lane ?? -1]),
    ['disk', 'ATM-002', 'wire'],
  );
  t.is(page.split('class="trace"')[1]?.match(/class="mark fault"/g)?.length, 3);
});

test('what failed stands at the top, with the command that repeats it', (t) => {
  t.true(page.includes('<h1>DURABLE violated at 90.1 ms, event 26</h1>'));
  t.true(page.includes('disk.crash/bank#1'));
  t.true(page.includes('0123456789ab'));
  t.is(
    page.replaceAll(/<[^>]*>/g, '').match(/cashpoint simulate --replay out\/5\/shrunk.json --trace/g)?.length,
    1,
  );
});

test('text from outside is never markup', (t) => {
  fc.assert(
    fc.property(fc.constantFrom('<script>x</script>', '"><img src=x>', '</svg><b>'), (bad) => {
      const all = renderLamport(
        input({
          trace: [
            { atUs: 0, event: 0, lane: bad, what: bad, text: bad, peer: bad, id: bad },
            { atUs: 0, event: 0, lane: 'ATM-001', what: 'send', text: bad, peer: bad, id: bad },
          ],
          violation: { invariant: bad, text: bad, atUs: 0, event: 0 },
          config: { seed: bad, kind: bad, terminals: 1, customers: 1, operations: 1, only: [bad] },
          commit: bad,
          plant: bad,
          replay: bad,
        }),
      );
      t.false(all.includes(bad));
    }),
  );
  t.true(page.includes('&lt;b&gt;gone&lt;/b&gt; &amp; &quot;lost&quot;'));
});

test('of a long trace the last events are drawn, in less than 500 kB', (t) => {
  const trace = Array.from(
    { length: EVENTS_MAX + 5 },
    (_, i): DiagramEvent => ({
      atUs: 100_000 * i,
      event: i,
      lane: 'bank',
      what: 'alert',
      text: 'x'.repeat(2_000),
    }),
  );
  const drawn = renderLamport(input({ trace }));
  t.true(drawn.length < 500_000, `${drawn.length} B`);
  t.is(drawn.match(/<g class="row /g)?.length, EVENTS_MAX);
  t.true(drawn.includes('The last 400 events; the 5 before them are in trace.jsonl.'));
  t.false(drawn.includes('event 4,'));
  t.true(drawn.includes('event 5,'));
});

/** What went wrong, longer than the place beside the lanes. */
const LONG = `LINEAR: deposit of ATM-004/f6bce8b44c6143c10b33eeb49d9a2708, balances told of: expected account-004 40000 (40000 available), found none; ${'0'.repeat(150)}`;
const long = renderLamport(
  input({ trace: trace.map((one) => (one.what === 'violation' ? { ...one, text: LONG } : one)) }),
);

test('a violation is told whole, on as many lines as it takes, and they have their place in the picture', (t) => {
  const [, row = ''] = /<g class="row violation">[\s\S]*?<rect([\s\S]*?)<\/g>/.exec(long) ?? [];
  const words = row.replaceAll(/<[^>]*>|\s/g, '');
  t.true(words.endsWith(`violation${LONG}`.replaceAll(/\s/g, '')), words);
  const heightOf = (html: string) => Number(/class="trace" viewBox="0 0 \d+ (\d+)"/.exec(html)?.[1]);
  const more = row.match(/dy="16"/g)?.length ?? 0;
  t.true(more >= 3);
  t.is(heightOf(long), heightOf(page) + 16 * more);
});

test('what follows a violation stands below the last of its lines', (t) => {
  const again = { lane: 'check', what: 'violation', text: 'LOCKOUT: too', atUs: 90_080, event: 27 };
  const followed = renderLamport(
    input({
      trace: [...trace.map((one) => (one.what === 'violation' ? { ...one, text: LONG } : one)), again],
    }),
  );
  const tops = [
    ...followed.matchAll(
      /<g class="row violation">[\s\S]*?<rect x="0" y="(\d+)" width="\d+" height="(\d+)"/g,
    ),
  ];
  t.is(tops.length, 2);
  const [[, y = '', height = ''], [, next = '']] = tops as unknown as [string[], string[]];
  t.true(Number(height) > 20);
  t.is(Number(next), Number(y) + Number(height));
});

test('the page runs nothing, loads nothing, and allows only its own style', (t) => {
  const [, style = ''] = /<style>([\s\S]*)<\/style>/.exec(page) ?? [];
  const hash = createHash('sha256').update(style).digest('base64');
  t.true(
    page.includes(
      `content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
    ),
  );
  t.notRegex(page, /<script|<link|<img|<iframe| src=| style=| on\w+=|https?:/);
});

const CHROMIUM = process.env['CASHPOINT_CHROMIUM'] ?? '/usr/bin/chromium';
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
];

if (existsSync(CHROMIUM)) {
  test('axe finds nothing, light or dark; the names of the lanes stay in sight; a narrow screen scrolls inside', async (t) => {
    const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    t.teardown(() => browser.close());
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 400 },
        colorScheme,
        bypassCSP: true,
      });
      const tab = await context.newPage();
      await tab.setContent(page);
      await tab.evaluate(axe);
      t.deepEqual(
        await tab.evaluate('axe.run().then((r) => r.violations.map((v) => [v.id, v.nodes[0].html]))'),
        [],
      );
      await tab.evaluate('scrollTo(0, document.documentElement.scrollHeight)');
      t.is(await tab.evaluate("document.querySelector('.heads').getBoundingClientRect().top"), 0);
      await tab.setViewportSize({ width: 390, height: 800 });
      t.is(await tab.evaluate('document.documentElement.scrollWidth'), 390);
    }
  });

  test('no word of the diagram is beyond its edge', async (t) => {
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    t.teardown(() => browser.close());
    const tab = await browser.newPage({ viewport: { width: 1280, height: 400 } });
    await tab.setContent(long);
    const beyond = `(() => {
      const { right, bottom } = document.querySelector('svg.trace').getBoundingClientRect();
      const boxes = [...document.querySelectorAll('svg.trace text')].map((one) => one.getBoundingClientRect());
      return boxes.filter((box) => box.right > right || box.bottom > bottom).map((box) => [box.right - right, box.bottom - bottom]);
    })()`;
    t.deepEqual(await tab.evaluate(beyond), []);
  });
} else {
  test(`no Chromium at ${CHROMIUM}: the browser test of the diagram did NOT run`, (t) => t.pass());
}
