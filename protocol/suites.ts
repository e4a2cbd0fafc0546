/**
 * The cipher suites (PROTOCOL §3) and the bank's choice among those offered (R12, R13).
 *
 * @module
 */

export const SUITE_PSK = 0x0001;
/** Forward secret; the default. */
export const SUITE_X25519 = 0x0002;

export type Suite = typeof SUITE_PSK | typeof SUITE_X25519;

export interface SuiteInfo {
  readonly id: Suite;
  readonly name: string;
  readonly dh: boolean;
}

/** The bank's preference, best first; also the order a terminal offers. */
export const SUITES: readonly SuiteInfo[] = [
  { id: SUITE_X25519, name: 'X25519_PSK_AES128CBC_HMACSHA256', dh: true },
  { id: SUITE_PSK, name: 'PSK_AES128CBC_HMACSHA256', dh: false },
];

export const SUITES_OFFERED_MAX = 8;

export const suiteInfo = (id: number): SuiteInfo | undefined => SUITES.find((suite) => suite.id === id);

/**
 * The best offered suite at or above `floor`; one with DH only when the hello brought a share. A text says why
 * there is none.
 */
export function chooseSuite(offer: {
  readonly suites: readonly number[];
  readonly hasShare: boolean;
  readonly floor: Suite;
}): SuiteInfo | string {
  const usable = SUITES.filter(({ id, dh }) => offer.suites.includes(id) && (!dh || offer.hasShare));
  const [best] = usable;
  if (!best) return 'no common suite';
  const floorRank = SUITES.findIndex(({ id }) => id === offer.floor);
  return SUITES.indexOf(best) <= floorRank ? best : 'suite below floor';
}
