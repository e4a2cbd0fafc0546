import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { type Browser, chromium, type Page } from 'playwright-core';
import { zoomAssets } from '../../reports/assets.ts';
import { renderHtml } from '../../reports/html/render.ts';
import { failReport, incompleteReport, invalidReport, passReport } from '../helpers/report-fixture.ts';

const CHROMIUM = process.env['CASHPOINT_CHROMIUM'] ?? '/usr/bin/chromium';
const FLAGS =
  '--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update --disable-sync';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const all = { pass: passReport, fail: failReport, invalid: invalidReport, incomplete: incompleteReport };

interface View {
  readonly width: number;
  readonly colorScheme: 'light' | 'dark';
  readonly javaScriptEnabled?: boolean;
  /** For axe, which is put into the page from outside. */
  readonly bypassCSP?: boolean;
}

const SCRIPTED = { javaScriptEnabled: true };

let browser: Browser;
let dir: string;

/** Opens a rendered report, hands it to `look`, and returns what the page asked the network for. */
async function visit(status: keyof typeof all, view: View, look: (page: Page) => Promise<void>) {
  const { width, colorScheme, javaScriptEnabled = false, bypassCSP = false } = view;
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme,
    javaScriptEnabled,
    bypassCSP,
  });
  try {
    const page = await context.newPage();
    const asked: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    const url = pathToFileURL(join(dir, `${status}.html`)).href;
    await page.goto(url);
    await look(page);
    return { others: asked.filter((a) => a !== url), complaints };
  } finally {
    await context.close();
  }
}

if (existsSync(CHROMIUM)) {
  test.before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'cashpoint-page-'));
    for (const [status, make] of Object.entries(all)) {
      await writeFile(join(dir, `${status}.html`), renderHtml(make(), zoomAssets()));
    }
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS.split(' ') });
  });
  test.after.always(async () => {
    await browser?.close();
    await rm(dir, { recursive: true, force: true });
  });

  for (const status of ['pass', 'fail', 'invalid', 'incomplete'] as const) {
    for (const colorScheme of ['light', 'dark'] as const) {
      test(`axe finds nothing on the ${status} page, ${colorScheme}, data tables open`, async (t) => {
        await visit(status, { width: 1280, colorScheme, ...SCRIPTED, bypassCSP: true }, async (page) => {
          await page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })");
          // One picture zoomed, the others as they are.
          await page.locator('.tools button').first().click();
          await page.evaluate(axe);
          const found = await page.evaluate(
            'axe.run().then((r) => r.violations.map((v) => [v.id, v.nodes[0].html]))',
          );
          t.deepEqual(found, []);
        });
      });
    }

    test(`the ${status} page asks for nothing, keeps its policy and fits 390 px without JavaScript`, async (t) => {
      const { others, complaints } = await visit(
        status,
        { width: 390, colorScheme: 'light' },
        async (page) => {
          const size = await page.locator('html').evaluate((html) => [html.scrollWidth, html.clientWidth]);
          t.deepEqual(size, [390, 390]);
          const chart = page.locator('figure svg.narrow').first();
          t.true(await chart.isVisible());
          t.false(await page.locator('figure svg.wide').first().isVisible());
          t.true(await page.locator('.banner').isVisible());
        },
      );
      t.deepEqual(others, []);
      t.deepEqual(complaints, []);
    });
  }

  test('every table and fold can be reached by keyboard', async (t) => {
    await visit('fail', { width: 390, colorScheme: 'light' }, async (page) => {
      await page.keyboard.press('Tab');
      t.is(await page.locator(':focus').getAttribute('class'), 'skip');
      const stops = page.locator('a, summary, .scroll[tabindex="0"]:visible');
      t.true((await stops.count()) > 30);
      await page.locator('summary').first().focus();
      await page.keyboard.press('Enter');
      t.true(await page.locator('details').first().locator('table').isVisible());
    });
  });

  test('a picture is zoomed by keys alone, tells what it shows, and closes again; nothing is asked for', async (t) => {
    const view = { width: 1280, colorScheme: 'light', ...SCRIPTED } as const;
    const { others, complaints } = await visit('fail', view, async (page) => {
      const figure = page.locator('#latency figure').first();
      const range = figure.getByRole('status');
      await figure.getByRole('button', { name: 'Zoom: latency over time' }).focus();
      await page.keyboard.press('Enter');
      t.true(await figure.locator('canvas').isVisible());
      t.false(await figure.locator('svg.wide').isVisible());
      t.is(await range.textContent(), '0:00 to 2:00');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      t.is(await range.textContent(), '0:30 to 1:30');
      for (const name of ['Zoom out', 'Later']) await figure.getByRole('button', { name }).press(' ');
      t.is(await range.textContent(), '0:00 to 2:00', 'it never leaves the run');
      await figure.getByRole('button', { name: 'Zoom in' }).press('Enter');
      await figure.getByRole('button', { name: 'Later' }).press('Enter');
      t.is(await range.textContent(), '1:00 to 2:00');
      await figure.getByRole('button', { name: 'Show all' }).press('Enter');
      t.is(await range.textContent(), '0:00 to 2:00');
      await figure.getByRole('button', { name: 'Zoom: latency over time' }).press('Enter');
      t.true(await figure.locator('svg.wide').isVisible());
      t.is(await figure.locator('canvas').count(), 0);
    });
    t.deepEqual([others, complaints], [[], []]);
  });

  test('every picture zooms by drag, at 390 px too, and paper shows what does not depend on it', async (t) => {
    const view = { width: 390, colorScheme: 'dark', ...SCRIPTED } as const;
    const { complaints } = await visit('fail', view, async (page) => {
      for (const button of await page.locator('.tools button').all()) await button.click();
      t.is(await page.locator('.plot canvas').count(), 6);
      t.is(await page.evaluate('document.documentElement.scrollWidth'), 390);
      const figure = page.locator('#throughput figure');
      await figure.scrollIntoViewIfNeeded();
      const box = await figure.locator('.u-over').boundingBox();
      if (box === null) return t.fail();
      const y = box.y + box.height / 2;
      await page.mouse.move(box.x + box.width / 2, y);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.75, y, { steps: 3 });
      await page.mouse.up();
      t.regex((await figure.getByRole('status').textContent()) ?? '', /^(0:59|1:00|1:01).* to 1:(29|30|31)/);
      await page.emulateMedia({ media: 'print' });
      t.false(await figure.locator('canvas').isVisible());
      t.true(await figure.locator('svg.narrow').isVisible());
    });
    t.deepEqual(complaints, []);
  });

  test('CSV is saved without JavaScript, from the page itself', async (t) => {
    await visit('pass', { width: 1280, colorScheme: 'light' }, async (page) => {
      const saving = page.waitForEvent('download');
      await page.locator('#latency a.csv').first().click();
      const saved = await saving;
      t.is(saved.suggestedFilename(), 'latency-over-time.csv');
      t.regex(readFileSync(await saved.path(), 'utf8'), /^from_ms,p50Us,p95Us,p99Us\n5000,/);
    });
  });

  test('the whole report prints: verdict and pictures on some pages of A4', async (t) => {
    await visit('fail', { width: 1280, colorScheme: 'dark', ...SCRIPTED }, async (page) => {
      const pdf = await page.pdf({ format: 'A4' });
      const pages = pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0;
      t.true(pages >= 5 && pages <= 25, `${pages} pages`);
    });
  });

  test('no table runs off a printed A4 page', async (t) => {
    // 210 mm less 10 mm on either side, at 96 dots an inch.
    await visit('fail', { width: 718, colorScheme: 'light' }, async (page) => {
      await page.emulateMedia({ media: 'print' });
      t.is(await page.evaluate('document.documentElement.scrollWidth'), 718);
    });
  });

  test('dark is dark and print is white', async (t) => {
    await visit('pass', { width: 1280, colorScheme: 'dark' }, async (page) => {
      const paper = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
      t.is(await paper(), 'rgb(18, 20, 23)');
      await page.emulateMedia({ media: 'print' });
      t.is(await paper(), 'rgb(255, 255, 255)');
    });
  });
} else {
  test(`no Chromium at ${CHROMIUM}: the browser tests of the report did NOT run`, (t) => {
    t.log('Set CASHPOINT_CHROMIUM to a Chromium to run them.');
    t.pass();
  });
}
