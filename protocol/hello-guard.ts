/**
 * Which authentic hellos are fresh (PROTOCOL §3, R18): the client's time within ± 120 s, its binder not seen before.
 * Asked only after the binder is verified, so strangers cannot fill it; a stale hello leaves no trace.
 *
 * Exact in bounded memory: a terminal has at most 32 remembered binders, and when one more comes the oldest is
 * forgotten and every hello as old as it is refused from then on.
 *
 * @module
 */
import type { TerminalId } from './ids.ts';

export const HELLO_WINDOW_MS = 120_000;
export const BINDERS_PER_TERMINAL_MAX = 32;

export type Freshness = 'ok' | 'stale' | 'replayed';

export interface HelloGuard {
  /** Judges an authentic hello by its time and its 32-byte binder; `ok` also remembers it. */
  fresh(terminal: TerminalId, clientTimeMs: number, binder: Uint8Array, nowMs: number): Freshness;
}

interface Memory {
  /** Hellos of this time or before are refused. */
  floorMs: number;
  readonly binders: Map<string, number>;
}

/** One for a whole bank: replays must be seen across connections. */
export class WindowedHelloGuard implements HelloGuard {
  readonly #terminals = new Map<TerminalId, Memory>();

  fresh(terminal: TerminalId, clientTimeMs: number, binder: Uint8Array, nowMs: number): Freshness {
    if (Math.abs(nowMs - clientTimeMs) > HELLO_WINDOW_MS) return 'stale';
    const memory = this.#memory(terminal);
    const key = Buffer.from(binder).toString('latin1');
    if (memory.binders.has(key)) return 'replayed';
    if (clientTimeMs <= memory.floorMs) return 'stale';
    if (memory.binders.size >= BINDERS_PER_TERMINAL_MAX) makeRoom(memory, nowMs);
    if (clientTimeMs <= memory.floorMs) return 'stale';
    memory.binders.set(key, clientTimeMs);
    return 'ok';
  }

  #memory(terminal: TerminalId): Memory {
    const known = this.#terminals.get(terminal);
    if (known) return known;
    const memory: Memory = { floorMs: 0, binders: new Map() };
    this.#terminals.set(terminal, memory);
    return memory;
  }
}

/** Forgets what the window refuses anyway, then if need be the oldest. */
function makeRoom(memory: Memory, nowMs: number): void {
  let oldest: [string, number] | null = null;
  for (const entry of memory.binders) {
    if (entry[1] < nowMs - HELLO_WINDOW_MS) memory.binders.delete(entry[0]);
    else if (!oldest || entry[1] < oldest[1]) oldest = entry;
  }
  if (!oldest || memory.binders.size < BINDERS_PER_TERMINAL_MAX) return;
  memory.binders.delete(oldest[0]);
  memory.floorMs = oldest[1];
}
