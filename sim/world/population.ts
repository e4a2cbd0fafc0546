/**
 * Everything that lives in one simulated world, put together from its config.
 *
 * @module
 */
import { type AuditKey, auditKey } from '../../bank/audit/trail.ts';
import { accountId, customerId, type TerminalId, terminalId } from '../../protocol/ids.ts';
import { invariant } from '../../protocol/invariant.ts';
import { kShared } from '../../protocol/key-schedule.ts';
import { cents } from '../../protocol/money.ts';
import { watches } from '../check/live/index.ts';
import { Atomic, Durable } from '../check/live/recovery.ts';
import type { Watch } from '../check/observation.ts';
import { Rng } from '../rng.ts';
import { AtmNode } from './atm-node.ts';
import { BankNode } from './bank-node.ts';
import { Byzantine } from './byzantine.ts';
import type { WorldConfig } from './config.ts';
import { Decisions, type Fault } from './decisions.ts';
import { SimDisk } from './disk.ts';
import { Kernel } from './kernel.ts';
import { KeyRing } from './key-ring.ts';
import { Marks } from './marks.ts';
import { SimNet } from './network.ts';
import { Operator } from './operator.ts';
import type { Surroundings } from './party.ts';
import { Patron } from './patron.ts';
import { WORLD_POLICY } from './policy.ts';
import { Purse } from './purse.ts';
import { Sink } from './sink.ts';
import type { SiteName } from './sites.ts';
import { Trace } from './trace.ts';

/** What the bank puts into its vault: enough for every terminal. */
export const VAULT_FUNDS = cents(1_000_000_00);
/** Of every customer. */
export const OPENING = cents(300_00);
/** Few notes, so that a run meets a terminal without the right ones. */
const CASSETTES = [
  { denomination: cents(50_00), count: 30 },
  { denomination: cents(20_00), count: 50 },
  { denomination: cents(10_00), count: 50 },
];

export interface Population extends Surroundings {
  readonly config: WorldConfig;
  readonly sink: Sink;
  readonly marks: Marks;
  readonly watches: readonly Watch[];
  readonly disk: SimDisk;
  readonly ring: KeyRing;
  readonly auditKey: AuditKey;
  readonly bank: BankNode;
  readonly atms: readonly AtmNode[];
  readonly purses: readonly Purse[];
  readonly patrons: readonly Patron[];
  readonly operator: Operator;
}

export function populate(config: WorldConfig, options: { readonly trace?: boolean }): Population {
  const { seed } = config;
  const ring = new KeyRing(seed);
  const setting = settingOf(config, ring, options);
  const { around, watches: watched } = setting;
  const { kernel, decisions, trace, onMark } = around;
  const disk = new SimDisk({ seed, kernel, decisions, trace, onMark }, config.disk);
  const trailKey = auditKey(new Rng(seed, 'audit key').bytes(32), 1);
  const bank: BankNode = new BankNode(around, {
    disk,
    keys: ring,
    auditKey: trailKey,
    policy: WORLD_POLICY,
    mailboxMax: config.mailboxMax,
    rng: new Rng(seed, 'passwords'),
    onDied: () => operator.bankDied(),
  });
  const terminals = Array.from({ length: config.terminals }, (_, i) => nameOf(i));
  const purses = Array.from({ length: config.customers }, (_, i) => purseOf(i, terminals));
  const settled = terminals.map((terminal, i) =>
    settle(around, config, { terminal, i, ring, purses, operator: () => operator }),
  );
  const atms = settled.map(({ atm }) => atm);
  const operator: Operator = new Operator(around, {
    bank,
    atms,
    ring,
    customers: purses.map(({ customer }) => customer),
    faultsUs: 1_000 * config.faultsMs,
  });
  const patrons = settled.map(({ patron }) => patron);
  const { sink, marks } = setting;
  return {
    ...around,
    config,
    sink,
    marks,
    watches: watched,
    disk,
    ring,
    auditKey: trailKey,
    bank,
    atms,
    purses,
    patrons,
    operator,
  };
}

/** What there is before anybody lives in it. */
function settingOf(config: WorldConfig, ring: KeyRing, options: { readonly trace?: boolean }) {
  const { seed } = config;
  const kernel = new Kernel(seed);
  const trace = new Trace(kernel, { isKept: options.trace ?? false });
  const sink = new Sink(kernel, trace);
  const marks = new Marks();
  const decisions = new Decisions({
    seed,
    chances: config.chances,
    only: config.only === null ? null : new Set(config.only),
    nowUs: () => kernel.nowUs,
    onFired: ({ key }) => trace.emit('fault', 'fault', key),
  });
  // Nothing goes wrong while the world is being set up.
  decisions.healed = true;
  const watched: readonly Watch[] = [
    new Durable(sink.report),
    new Atomic(sink.report),
    ...watches({ report: sink.report, keys: keysOf(ring), policy: WORLD_POLICY }),
  ];
  const watching = watched.filter(({ see }) => see !== undefined);
  const observe: Surroundings['observe'] = (observation) => {
    for (const watch of watching) watch.see?.(observation);
  };
  const onMark = (mark: string) => marks.hit(mark);
  const net = new SimNet(
    { kernel, decisions, rng: new Rng(seed, 'network'), trace, observe, onMark },
    config.net,
  );
  net.middle = new Byzantine({
    kernel,
    decisions,
    reach: net.reach,
    onMark,
    onBreach: (text, invariant = 'INTEGRITY') => sink.report(invariant, text),
    onTrace: (text) => trace.emit('adversary', 'tamper', text),
  });
  const onInternal: Surroundings['onInternal'] = (who, error) => {
    // What a check has known for a while says more than the guard of our own code that stopped it.
    for (const watch of watched) watch.finish?.();
    sink.internal(who, error);
  };
  const around: Surroundings = { seed, kernel, decisions, trace, net, observe, onMark, onInternal };
  return { around, sink, marks, watches: watched };
}

/** A terminal and the customers who come to it. */
function settle(
  around: Surroundings,
  config: WorldConfig,
  place: {
    readonly terminal: TerminalId;
    readonly i: number;
    readonly ring: KeyRing;
    readonly purses: readonly Purse[];
    readonly operator: () => Operator;
  },
): { readonly atm: AtmNode; readonly patron: Patron } {
  const { terminal, i, ring, purses, operator } = place;
  const { decisions } = around;
  const atm: AtmNode = new AtmNode(
    around,
    {
      terminal,
      cassettes: cassettesOf(decisions, terminal),
      suites: config.suites,
      skewMs: skewOf(decisions, terminal),
      isPatient: fromTheStart(decisions, 'atm.patient', terminal) !== null,
      key: { keyId: ring.baseKey.id, baseKey: ring.baseKey.key },
    },
    {
      onPowerLoss: () => {
        patron.powerLost();
        operator().atmDied(atm);
      },
      onIssued: (request) => patron.issued(request),
    },
  );
  const { operations, thinkMs, terminals } = config;
  // Everybody comes to some terminal; with fewer customers than terminals, several terminals have the same one.
  const visitors = purses.filter((_, c) => c % terminals === i % Math.min(terminals, purses.length));
  const patron: Patron = new Patron(
    around,
    { terminal, operations, thinkMs, purses: visitors, everybody: purses },
    () => atm.running?.host ?? null,
  );
  return { atm, patron };
}

/** Every terminal's key, retired ones too. */
const keysOf = (ring: KeyRing) => (terminal: TerminalId, keyId: number) => {
  const base = ring.baseKeys.get(keyId);
  return base ? kShared(base.key, { terminal, keyId }) : null;
};

function nameOf(index: number): TerminalId {
  const id = terminalId(`ATM-${String(index + 1).padStart(3, '0')}`);
  invariant(id, 'simulated terminals have valid names');
  return id;
}

function purseOf(index: number, terminals: readonly TerminalId[]): Purse {
  const number = String(index + 1).padStart(3, '0');
  const customer = customerId(`customer-${number}`);
  const account = accountId(`account-${number}`);
  const home = terminals[index % terminals.length];
  invariant(customer && account && home, 'simulated customers have valid names');
  return new Purse({ customer, account, home, password: `${customer}-secret-0` });
}

/** Nothing else goes wrong before everything is set up. */
function fromTheStart(decisions: Decisions, site: SiteName, terminal: TerminalId): Fault | null {
  decisions.healed = false;
  const fault = decisions.decide(site, terminal);
  decisions.healed = true;
  return fault;
}

function cassettesOf(decisions: Decisions, terminal: TerminalId) {
  const missing = fromTheStart(decisions, 'atm.cassetteMissing', terminal);
  if (!missing) return CASSETTES;
  const without = missing.below(CASSETTES.length);
  return CASSETTES.map((cassette, i) => (i === without ? { ...cassette, count: 0 } : cassette));
}

/** Within what a hello may be off, or far beyond it. */
function skewOf(decisions: Decisions, terminal: TerminalId): number {
  const skew = fromTheStart(decisions, 'atm.skew', terminal);
  if (!skew) return 0;
  return skew.pick([1, -1]) * skew.pick([skew.between(1_000, 100_000), 300_000]);
}
