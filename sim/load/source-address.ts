/**
 * Where lines of a large fleet on one machine come from: an address has some 28,000 ephemeral ports, fewer while those of
 * the last run rest, so that the lines are dealt to several addresses of the loopback network.
 *
 * @module
 */

/** Lines from one address. */
export const LINES_AN_ADDRESS = 10_000;

/**
 * @param index of the terminal in the fleet
 * @param bank `host:port`
 * @returns undefined: whatever the system takes, as for all but the loopback network, which is whole on Linux only
 */
export function sourceAddress(index: number, bank: string): string | undefined {
  const nth = Math.floor(index / LINES_AN_ADDRESS);
  if (nth === 0 || !bank.startsWith('127.') || process.platform !== 'linux') return undefined;
  return `127.0.0.${1 + nth}`;
}
