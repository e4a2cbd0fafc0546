/**
 * What a viewer may do to the load of a run that was started with `--control`.
 *
 * @module
 */

/** `load`: the part of the planned load to offer from now on. `fault`: of a kind that the model lists. */
export type Control =
  | { readonly type: 'load'; readonly paused: boolean; readonly sharePct: number }
  | { readonly type: 'fault'; readonly kind: string };

export const SHARE_MIN_PCT = 10;
export const SHARE_MAX_PCT = 400;

/** Reads what came over a socket. */
export function parseControl(value: unknown): Control | null {
  if (typeof value !== 'object' || value === null) return null;
  const { type, paused, sharePct, kind } = value as Record<string, unknown>;
  if (type === 'fault') return typeof kind === 'string' ? { type, kind } : null;
  if (type !== 'load' || typeof paused !== 'boolean' || typeof sharePct !== 'number') return null;
  return sharePct >= SHARE_MIN_PCT && sharePct <= SHARE_MAX_PCT ? { type, paused, sharePct } : null;
}
