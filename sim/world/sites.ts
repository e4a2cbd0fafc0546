/**
 * Every fault that the simulator can make, one row a site: who makes it, what it does, and the chance with which it
 * happens each time the site is passed when it is drawn weak or strong. The report and `docs/TESTING.md` are made from
 * this table.
 *
 * @module
 */
import type { Chance } from './decisions.ts';

export const SITE_GROUPS = ['network', 'byzantine', 'disk', 'terminal', 'operator'] as const;
export type SiteGroup = (typeof SITE_GROUPS)[number];

export interface Site {
  readonly group: SiteGroup;
  readonly text: string;
  readonly weak: Chance;
  readonly strong: Chance;
}

const site = (group: SiteGroup, text: string, weak: Chance, strong: Chance): Site => ({
  group,
  text,
  weak,
  strong,
});

/** Asked for each record: with all of them strong, one in eight records is touched. */
const RECORD: readonly [Chance, Chance] = [
  [1, 400],
  [1, 100],
];
/** Asked once or twice a handshake: with all of them strong, every second one gets through. */
const HELLO: readonly [Chance, Chance] = [
  [1, 40],
  [1, 12],
];

export const SITES = {
  'net.spike': site('network', 'a chunk takes 1 to 15 s', [1, 400], [1, 80]),
  'net.stall': site('network', 'one direction stands still for up to 20 s', [1, 600], [1, 120]),
  'net.halfOpen': site('network', 'one direction is dead for good', [1, 500], [1, 100]),
  'net.reset': site('network', 'the connection is reset', [1, 400], [1, 80]),
  'net.cut': site('network', 'end of stream in the middle of a record', [1, 500], [1, 100]),
  'net.refuse': site('network', 'a connection is refused', [1, 16], [1, 5]),
  'net.slowConnect': site('network', 'a connection takes up to 15 s to come up', [1, 24], [1, 8]),
  'net.partition': site(
    'network',
    'terminals are cut off, one, some or all, both ways or one',
    [1, 20],
    [1, 5],
  ),
  'net.outage': site('network', 'the bank cannot be reached for 10 to 60 minutes', [1, 60], [1, 20]),
  'byz.drop': site('byzantine', 'a record is dropped, the next goes on', ...RECORD),
  'byz.prefix': site('byzantine', 'the first record after Finished is dropped', ...HELLO),
  'byz.duplicate': site('byzantine', 'a record arrives twice', ...RECORD),
  'byz.reorder': site('byzantine', 'two records change places', [1, 200], [1, 50]),
  'byz.replay': site('byzantine', 'an earlier record of the session arrives again', ...RECORD),
  'byz.splice': site('byzantine', 'a record of another session arrives instead', ...RECORD),
  'byz.oldReply': site('byzantine', 'a reply of an old session arrives in a new one', [1, 80], [1, 25]),
  'byz.reflect': site('byzantine', 'a record goes back to its sender', ...RECORD),
  'byz.flip': site('byzantine', 'one bit of a record changes', ...RECORD),
  'byz.confuse': site('byzantine', 'type, version, epoch or number of a record changes', ...RECORD),
  'byz.truncate': site('byzantine', 'a record loses its tail', ...RECORD),
  'byz.extend': site('byzantine', 'a record grows', ...RECORD),
  'byz.length': site('byzantine', 'a record announces more bytes than it has', [1, 200], [1, 40]),
  'byz.inject': site('byzantine', 'an Alert, Data or KeyUpdate that nobody sent', ...RECORD),
  'byz.fin': site('byzantine', 'a stream ends as if its sender had closed it', ...RECORD),
  'byz.keyUpdate': site(
    'byzantine',
    'a KeyUpdate is lost, doubled, late, or followed by a record of before it',
    [1, 4],
    [1, 2],
  ),
  'byz.step': site('byzantine', 'a step of the handshake is left out, doubled or an old one', ...HELLO),
  'byz.downgrade': site('byzantine', 'the suites offered or the one chosen are changed', ...HELLO),
  'byz.hello': site('byzantine', 'a field of a hello is changed, its terminal too', ...HELLO),
  'byz.impersonate': site('byzantine', 'somebody answers in place of the bank', ...HELLO),
  'byz.steal': site('byzantine', 'a fresh hello is kept and said elsewhere', ...HELLO),
  'byz.wholeReplay': site('byzantine', 'all a terminal said in a session is said again', [1, 12], [1, 4]),
  'byz.flood': site('byzantine', 'many callers with old, forged, half or no hellos', [1, 30], [1, 10]),
  'disk.slow': site('disk', 'a commit takes up to 2.5 s', [1, 40], [1, 6]),
  'disk.crash': site('disk', 'the bank dies while a commit is under way', [1, 40], [1, 8]),
  'disk.full': site('disk', 'no space is left', [1, 200], [1, 40]),
  'disk.error': site('disk', 'a write fails', [1, 200], [1, 40]),
  'disk.syncFails': site('disk', 'a sync fails, and what was written may be gone', [1, 200], [1, 40]),
  'bank.crash': site('operator', 'the bank dies at any instant', [1, 80], [1, 20]),
  'bank.restart': site('operator', 'the bank is stopped in good order and started again', [1, 120], [1, 30]),
  'atm.powerLoss': site(
    'terminal',
    'power is lost just before or after an entry of the journal is durable',
    [1, 20],
    [1, 6],
  ),
  'atm.powerCut': site('terminal', 'power is lost at any instant', [1, 80], [1, 20]),
  'atm.jam': site('terminal', 'the transport jams after some notes', [1, 10], [1, 3]),
  'atm.presentFails': site('terminal', 'nothing is presented', [1, 10], [1, 3]),
  'atm.presentUnknown': site('terminal', 'nobody knows whether notes came out', [1, 10], [1, 3]),
  'atm.notTaken': site('terminal', 'the customer leaves notes behind', [1, 10], [1, 3]),
  'atm.retractUnknown': site('terminal', 'nobody knows how many notes were left behind', [1, 10], [1, 3]),
  'atm.acceptFails': site('terminal', 'the notes cannot be counted', [1, 10], [1, 3]),
  'atm.returnFails': site('terminal', 'the notes of a deposit get stuck on their way back', [1, 10], [1, 3]),
  'atm.skew': site('terminal', 'its clock is up to 100 s wrong, or 5 minutes', [1, 8], [1, 3]),
  'atm.patient': site('terminal', 'its echoes and keys have the long timers of a real one', [1, 3], [1, 1]),
  'atm.cassetteMissing': site('terminal', 'a cassette is missing or empty from the start', [1, 8], [1, 3]),
  'op.rotate': site(
    'operator',
    'a new base key; terminals are enrolled anew, the old key is retired later',
    [1, 500],
    [1, 100],
  ),
  'op.revoke': site(
    'operator',
    'a terminal is revoked, and enrolled again some time later',
    [1, 800],
    [1, 160],
  ),
  'atm.sameId': site(
    'terminal',
    'its software asks for another amount under an id that is used',
    [1, 20],
    [1, 6],
  ),
  'atm.tellsOtherwise': site(
    'terminal',
    'its software says something else of a withdrawal that is settled',
    [1, 10],
    [1, 3],
  ),
  'atm.stackAgain': site(
    'terminal',
    'its software gives the dispenser an order that is paid already',
    [1, 8],
    [1, 3],
  ),
  'op.lock': site('operator', 'a customer is locked, wherever logged in', [1, 60], [1, 15]),
  'op.unlock': site('operator', 'locked customers are unlocked', [1, 30], [1, 8]),
} as const satisfies Record<string, Site>;

export type SiteName = keyof typeof SITES;
