/**
 * The bank's HTTP surface: `/v1/frames` for terminals (`frames-gateway.ts`), and for operators and their tools `/health`
 * and Prometheus' `/metrics`, read-only and without secrets.
 *
 * @module
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { isDebitNatured } from '../../bank/model.ts';
import type { BankActor } from '../bank-actor.ts';
import type { BankServer } from '../bank-server.ts';
import { framesServer } from './frames-gateway.ts';
import { parseAddress } from './tcp.ts';

export interface GatewayBank {
  readonly actor: BankActor;
  readonly server: BankServer;
}

export interface HttpGateway {
  /** `host:port`, with the real port where 0 was asked. */
  readonly address: string;
  /** For each committed batch. */
  committed(batch: { size: number; commitUs: number }): void;
  close(): Promise<void>;
}

/** Commit times from a fast disk to one that hangs. */
const COMMIT_SECONDS = [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];
const BATCH_SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/** Rejects with Node's error when it cannot listen. */
export async function serveHttp(address: string, bank: GatewayBank): Promise<HttpGateway> {
  const { host, port } = parseAddress(address);
  const registry = new Registry();
  const { commits, batches, commands } = instruments(registry, bank);
  collectDefaultMetrics({ register: registry });
  const server = framesServer(bank.server.accept);
  server.get('/health', async () => ({
    status: 'serving',
    sessions: bank.server.sessions,
    mailbox: bank.actor.mailboxDepth,
    audit: bank.actor.head,
  }));
  server.get('/metrics', async (_, reply) => reply.type(registry.contentType).send(await registry.metrics()));
  const url = await server.listen({ host, port });
  return {
    address: new URL(url).host,
    committed: ({ size, commitUs }) => {
      commits.observe(commitUs / 1e6);
      batches.observe(size);
      commands.inc(size);
    },
    close: () => server.close(),
  };
}

/** Counters are told of each commit; gauges look at the bank when they are asked. */
function instruments(registry: Registry, bank: GatewayBank) {
  const registers = [registry];
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name: `cashpoint_bank_${name}`,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  gauge('mailbox_commands', 'Commands that wait for their decision', () => bank.actor.mailboxDepth);
  gauge(
    'sessions_established',
    'Terminals with an established session',
    () => bank.server.sessions.established,
  );
  gauge('connections_open', 'Connections, established or not', () => bank.server.sessions.open);
  gauge('audit_sequence', 'Sequence of the last committed audit record', () => bank.actor.head.seq);
  gauge(
    'money_difference_cents',
    'Debit-natured minus credit-natured balances; anything but 0 is a fault',
    () => difference(bank),
  );
  return {
    commits: new Histogram({
      name: 'cashpoint_bank_commit_seconds',
      help: 'Time of a durable commit',
      buckets: COMMIT_SECONDS,
      registers,
    }),
    batches: new Histogram({
      name: 'cashpoint_bank_commit_commands',
      help: 'Commands in one commit',
      buckets: BATCH_SIZES,
      registers,
    }),
    commands: new Counter({ name: 'cashpoint_bank_commands_total', help: 'Commands decided', registers }),
  };
}

function difference(bank: GatewayBank): number {
  let sum = 0n;
  for (const { id, ledger } of bank.actor.state.accounts.values())
    sum += isDebitNatured(id) ? ledger : -ledger;
  return Number(sum);
}
