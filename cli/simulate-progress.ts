/**
 * How a simulation shows that it gets on, on stderr: one line redrawn where there is a terminal, else a line every few
 * seconds.
 *
 * @module
 */
import type { SeedResult } from '../sim/world/seed-worker.ts';

const REDRAWN_MS = 200;
const LINES_MS = 5_000;
const CLEAR_LINE = '\r\u001b[K';

export class Progress {
  readonly #planned: number;
  readonly #startedMs = performance.now();
  readonly #isRedrawn = Boolean(process.stderr.isTTY && !process.env['CI'] && process.env['TERM'] !== 'dumb');
  readonly #timer: NodeJS.Timeout | null;
  #seeds = 0;
  #virtualMs = 0;
  #faults = 0;
  #violations = 0;

  constructor(planned: number, { quiet }: { readonly quiet: boolean }) {
    this.#planned = planned;
    const every = this.#isRedrawn ? REDRAWN_MS : LINES_MS;
    this.#timer = quiet ? null : setInterval(() => this.#show(), every);
  }

  add(results: readonly SeedResult[]): void {
    for (const { virtualMs, faults, violations } of results) {
      this.#seeds += 1;
      this.#virtualMs += virtualMs;
      this.#faults += Object.values(faults).reduce((a, b) => a + b, 0);
      this.#violations += violations.length;
    }
  }

  close(): void {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    if (this.#isRedrawn) process.stderr.write(CLEAR_LINE);
  }

  #show(): void {
    const ms = performance.now() - this.#startedMs;
    const line =
      `t=${Math.floor(ms / 1000)} seeds=${this.#seeds}/${this.#planned} rate=${((this.#seeds * 1000) / ms).toFixed(1)}/s ` +
      `speed=${Math.round(this.#virtualMs / ms)}x faults=${this.#faults} violations=${this.#violations}`;
    process.stderr.write(this.#isRedrawn ? `${CLEAR_LINE}${line}` : `${line}\n`);
  }
}
