/**
 * Whether a message on the wire says what a decoded one says: amounts are digits there and bigint here.
 *
 * @module
 */

/** @param except field of the wire's message that counts as absent */
export function isSame(wire: unknown, value: unknown, except?: string): boolean {
  if (typeof value === 'bigint') return wire === value.toString();
  if (typeof value !== 'object' || value === null) return wire === value;
  if (typeof wire !== 'object' || wire === null || Array.isArray(wire) !== Array.isArray(value)) return false;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  const names = Object.keys(wire).filter((name) => name !== except);
  return (
    names.length === fields.length &&
    fields.every(([name, field]) => isSame((wire as Readonly<Record<string, unknown>>)[name], field))
  );
}
