/**
 * Writes a run's report: `report.html`, `junit.xml`, `summary.md` and, last, the `report.json` that names them with
 * their hashes. Each file appears whole or not at all.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { zoomAssets } from './assets.ts';
import { renderHtml } from './html/render.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import type { Artifact, Report } from './report.ts';
import { checkReport } from './schema.ts';

/**
 * @param report its `artifacts` list what the run wrote itself (history, scenario); the rendered files are added.
 * @returns the report as written.
 * @throws TypeError when `report` does not fit the schema: its maker has a bug.
 */
export async function writeReport(dir: string, report: Report): Promise<Report> {
  const ordered = fitting(report);
  await mkdir(dir, { recursive: true });
  const rendered = await writeRendered(dir, ordered);
  const paths = rendered.map((a) => a.path);
  const others = ordered.artifacts.filter((a) => !paths.includes(a.path));
  const whole = { ...ordered, artifacts: [...others, ...rendered] };
  await writeWhole(join(dir, 'report.json'), `${JSON.stringify(whole, null, 2)}\n`);
  return whole;
}

/** Makes the three rendered files again from a report that was read, and leaves `report.json` alone. */
export async function writeRendered(dir: string, report: Report): Promise<readonly Artifact[]> {
  const files = [
    { path: 'report.html', kind: 'html', text: renderHtml(report, zoomAssets()) },
    { path: 'junit.xml', kind: 'junit', text: renderJunit(report) },
    { path: 'summary.md', kind: 'markdown', text: renderMarkdown(report) },
  ] as const;
  const artifacts: Artifact[] = [];
  for (const { path, kind, text } of files) {
    await writeWhole(join(dir, path), text);
    const sha256 = createHash('sha256').update(text).digest('hex');
    artifacts.push({ path, sha256, bytes: Buffer.byteLength(text), kind });
  }
  return artifacts;
}

function fitting(report: Report): Report {
  const checked = checkReport(report);
  if ('report' in checked) return checked.report;
  throw new TypeError(`Expected a report that fits its schema:\n  ${checked.problems.join('\n  ')}`);
}

async function writeWhole(path: string, text: string): Promise<void> {
  const draft = `${path}.tmp`;
  const file = await open(draft, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}
