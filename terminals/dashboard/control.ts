/**
 * What a viewer may do to the load of a run that was started with `--control`.
 *
 * @module
 */

/**
 * `pause`: of new operations. `size`: so many points of the planned load more or less; relative, so that two quick
 * strokes count twice whatever the screen showed. `fault`: of a kind that the model lists.
 */
export type Control =
  | { readonly type: 'pause'; readonly paused: boolean }
  | { readonly type: 'size'; readonly byPct: 10 | -10 }
  | { readonly type: 'fault'; readonly kind: string };

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
  const isPlace = typeof terminal === 'number' && Number.isSafeInteger(terminal) && terminal >= 0;
  return isPlace ? { type, terminal } : null;
}

/** Reads what came over a socket. */
export function parseControl(value: unknown): Control | null {
  if (typeof value !== 'object' || value === null) return null;
  const { type, paused, byPct, kind } = value as Record<string, unknown>;
  if (type === 'fault') return typeof kind === 'string' ? { type, kind } : null;
  if (type === 'pause') return typeof paused === 'boolean' ? { type, paused } : null;
  return type === 'size' && (byPct === 10 || byPct === -10) ? { type, byPct } : null;
}
