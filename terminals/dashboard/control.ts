/**
 * What a viewer may do to the load of a run that was started with `--control`.
 *
 * @module
 */

/**
 * `pause`: of new operations. `size`: so many points of the planned load more or less; relative, so that two quick
 * strokes count twice whatever the screen showed. `fault`: of a kind that the model lists; unless it is the bank's it strikes
 * these terminals, by their places in the fleet, or all when null.
 */
export type Control =
  | { readonly type: 'pause'; readonly paused: boolean }
  | { readonly type: 'size'; readonly byPct: 10 | -10 }
  | { readonly type: 'fault'; readonly kind: string; readonly terminals: readonly number[] | null };

/** Which terminal a viewer looks at by itself, by its place in the fleet; everybody may look. */
export interface Watch {
  readonly type: 'watch';
  readonly terminal: number | null;
}

/** Reads what came over a socket. */
export function parseWatch(value: unknown): Watch | null {
  if (typeof value !== 'object' || value === null) return null;
  const { type, terminal } = value as Record<string, unknown>;
  if (type !== 'watch') return null;
  if (terminal === null) return { type, terminal };
  return isPlace(terminal) ? { type, terminal } : null;
}

/** Nothing at all is no aim: all terminals have to be meant. */
const isAim = (value: unknown): value is readonly number[] | null =>
  value === null || (Array.isArray(value) && value.length > 0 && value.every(isPlace));

const isPlace = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** Reads what came over a socket. */
export function parseControl(value: unknown): Control | null {
  if (typeof value !== 'object' || value === null) return null;
  const { type, paused, byPct, kind, terminals } = value as Record<string, unknown>;
  if (type === 'fault') {
    return typeof kind === 'string' && isAim(terminals) ? { type, kind, terminals } : null;
  }
  if (type === 'pause') return typeof paused === 'boolean' ? { type, paused } : null;
  return type === 'size' && (byPct === 10 || byPct === -10) ? { type, byPct } : null;
}
