/**
 * Reads the closing counts of a TAP stream. Null unless the stream ended properly: a run that cannot be counted has
 * not passed.
 *
 * @module
 */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

export function tally(tap: string): Tally | null {
  const passed = /^# pass (\d+)$/m.exec(tap)?.[1];
  const failed = /^# fail (\d+)$/m.exec(tap)?.[1];
  const plan = /^1\.\.(\d+)$/m.exec(tap)?.[1];
  if (passed === undefined || failed === undefined || plan === undefined) return null;
  return { passed: Number(passed), failed: Number(failed) };
}
