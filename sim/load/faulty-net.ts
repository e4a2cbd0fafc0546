/**
 * The network of one terminal, with the faults that strike it: a decorator around real sockets. What it draws follows
 * from the seed and the terminal alone.
 *
 * @module
 */
import type { SocketNet } from '../../actors/node/tcp.ts';
import type { Clock, Conn, ConnHandlers, Net } from '../../protocol/ports.ts';
import type { Rng } from '../rng.ts';
import type { FaultSpec } from './fault-spec.ts';
import { FaultyLine } from './faulty-line.ts';
import { type LineTrouble, NO_TROUBLE } from './line-lane.ts';

export interface FaultyNetDeps {
  readonly net: SocketNet;
  readonly clock: Clock;
  readonly rng: Rng;
}

export class FaultyNet implements Net {
  readonly #deps: FaultyNetDeps;
  readonly #lines = new Set<FaultyLine>();
  readonly #lasting = new Map<string, FaultSpec>();
  readonly #silenced = new Map<string, readonly FaultyLine[]>();
  #trouble = NO_TROUBLE;

  constructor(deps: FaultyNetDeps) {
    this.#deps = deps;
  }

  dial(address: string, handlers: ConnHandlers): Conn {
    const { net, clock, rng } = this.#deps;
    const line = new FaultyLine(address, handlers, {
      net,
      clock,
      trouble: () => this.#trouble,
      below: (n) => rng.below(n),
      onGone: (gone) => this.#lines.delete(gone),
    });
    this.#lines.add(line);
    return line;
  }

  begin(id: string, fault: FaultSpec): void {
    const { kind } = fault;
    const lines = [...this.#lines];
    if (kind === 'reset' || kind === 'loss') for (const line of lines) line.strike(kind);
    else if (kind === 'half-open')
      this.#silenced.set(
        id,
        lines.filter((line) => line.silence()),
      );
    else {
      this.#lasting.set(id, fault);
      this.#changed();
    }
  }

  end(id: string): void {
    for (const line of this.#silenced.get(id) ?? []) line.endSilence();
    this.#silenced.delete(id);
    if (this.#lasting.delete(id)) this.#changed();
  }

  #changed(): void {
    this.#trouble = troubleOf([...this.#lasting.values()]);
    for (const line of [...this.#lines]) line.pump();
  }
}

/** Several faults at once: delays add up, of the others the strongest counts. */
function troubleOf(faults: readonly FaultSpec[]): LineTrouble {
  if (faults.length === 0) return NO_TROUBLE;
  const of = (kind: FaultSpec['kind']) => faults.filter((fault) => fault.kind === kind);
  const sum = (kind: FaultSpec['kind']) =>
    of(kind).reduce((total, { params }) => total + (params.delayMs ?? 0), 0);
  const rates = of('bandwidth').flatMap(({ params }) => params.bytesPerSecond ?? []);
  return {
    delayMs: sum('delay'),
    jitterMs: sum('jitter'),
    corruptPct: Math.max(0, ...of('corrupt').map(({ params }) => params.sharePct ?? 0)),
    bytesPerSecond: rates.length === 0 ? null : Math.min(...rates),
    cut: of('partition').length > 0,
  };
}
