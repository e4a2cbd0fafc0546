/**
 * The bank actor: how full its mailbox is, how it commits, and where its audit trail stands.
 *
 * @module
 */
import type { AuditLight, BankStats, DashboardModel } from '../model.ts';
import type { Surface } from '../surface.ts';
import { clip, formatCount, formatLatency } from '../text.ts';
import type { Look } from '../theme.ts';
import type { Ui } from '../ui.ts';

export function drawBank(surface: Surface, model: DashboardModel, ui: Ui): void {
  const { palette, glyphs } = ui.look;
  const { audit } = model.lights;
  const lines = model.bank === null ? [[NO_FIGURES, '']] : bankLines(model.bank, ui.look);
  lines.forEach(([name = '', figure = ''], y) => {
    surface.put({ x: 1, y }, name, palette.dim);
    surface.put({ x: 13, y }, figure, palette.text);
  });
  const y = Math.min(lines.length + 1, surface.height - 3);
  surface.put({ x: 1, y }, 'audit head', palette.dim);
  surface.put({ x: 13, y }, `#${audit.headSeq}`, palette.text);
  surface.put({ x: 1, y: y + 1 }, clip(audit.headHash, surface.width - 2, glyphs.ellipsis), palette.text);
  surface.put({ x: 1, y: y + 2 }, verification(audit), palette.text);
}

/** One line, for a screen without room for the pane; with what of the load has no room elsewhere. */
export function drawBankLine(surface: Surface, model: DashboardModel, ui: Ui): void {
  const { palette, glyphs } = ui.look;
  const { bank, totals } = model;
  const open = `in-flight ${formatCount(totals.inFlight)}  `;
  if (bank === null) {
    surface.put({ x: 1, y: 0 }, `${open}${NO_FIGURES}`, palette.dim);
    return;
  }
  const batch = bank.batchP50 ?? glyphs.absent;
  const fsync = formatLatency(bank.fsyncUsP50, glyphs.absent);
  const lag = bank.loopLagMs === null ? glyphs.absent : bank.loopLagMs.toFixed(1);
  const mailbox = `${open}mailbox ${bank.mailbox}/${bank.mailboxMax}`;
  const text = `${mailbox}  batch ${batch}  fsync ${fsync} ms  lag ${lag} ms  rss ${Math.round(bank.rssMB)} MB`;
  surface.put({ x: 1, y: 0 }, text, palette.text);
}

function verification(audit: AuditLight): string {
  if (audit.status === 'unchecked') return 'trail: not verified';
  if (audit.status !== 'ok') return `trail: ${audit.status}`;
  return audit.lagMs === null ? 'verified' : `verified, lag ${Math.round(audit.lagMs)} ms`;
}

const NO_FIGURES = 'no figures from this bank';

function bankLines(bank: BankStats, look: Look): readonly (readonly [string, string])[] {
  const { absent } = look.glyphs;
  return [
    ['mailbox', `${bank.mailbox} / ${bank.mailboxMax}`],
    ['batch p50', `${bank.batchP50 ?? absent} ops`],
    ['fsync p50', `${formatLatency(bank.fsyncUsP50, absent)} ms`],
    ['fsync p99', `${formatLatency(bank.fsyncUsP99, absent)} ms`],
    ['loop lag', bank.loopLagMs === null ? absent : `${bank.loopLagMs.toFixed(1)} ms`],
    ['sessions', `${bank.sessions.established} of ${bank.sessions.open} lines`],
    ['memory', `${Math.round(bank.rssMB)} MB`],
  ];
}
