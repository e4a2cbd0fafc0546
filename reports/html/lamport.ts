/**
 * `lamport.html`: a failure of the simulator as a space-time diagram (Lamport, "Time, Clocks, and the Ordering of Events
 * in a Distributed System", 1978), with what failed at the top and the command that repeats it. A pure function of the
 * trace; runs no script.
 *
 * @module
 */
import { grouped, plural, span } from '../format.ts';
import { key, picture } from './lamport-picture.ts';
import { type DiagramEvent, diagramOf } from './lamport-rows.ts';
import { LAMPORT_STYLE } from './lamport-style.ts';
import { code, facts, type Html, html, words } from './markup.ts';
import { page } from './page.ts';
import { STYLE } from './style.ts';

export interface LamportInput {
  /** In order. */
  readonly trace: readonly DiagramEvent[];
  readonly violation: {
    readonly invariant: string;
    readonly text: string;
    readonly atUs: number;
    readonly event: number;
  };
  readonly config: {
    readonly seed: string;
    readonly kind: string;
    readonly terminals: number;
    readonly customers: number;
    readonly operations: number;
    /** The only faults that may happen; null for no restriction. */
    readonly only: readonly string[] | null;
  };
  /** Of the source that failed. */
  readonly commit: string | null;
  /** The bug that was planted. */
  readonly plant: string | null;
  /** The command that repeats it. */
  readonly replay: string;
}

/** So many events, the last ones, are drawn: the failure is at the end. */
export const EVENTS_MAX = 400;

export function renderLamport(input: LamportInput): string {
  const { violation, config } = input;
  return page({
    title: `FAIL: ${violation.invariant}, seed ${config.seed}`,
    style: STYLE + LAMPORT_STYLE,
    body: body(input),
  }).source;
}

function body(input: LamportInput): Html {
  const { trace, violation, replay } = input;
  const left = Math.max(0, trace.length - EVENTS_MAX);
  const diagram = diagramOf(trace.slice(left));
  return html`<a class="skip" href="#trace">Skip to the diagram</a>
<div class="page lamport">
<main>
<p class="who"><span>Cashpoint simulation</span><span>seed ${input.config.seed}</span></p>
<div class="banner fail">
<div class="status">FAIL</div>
<h1>${violation.invariant} violated at ${grouped((violation.atUs / 1000).toFixed(1))} ms, event ${grouped(violation.event)}</h1>
<p class="told">${violation.text}</p>
</div>
${about(input)}
<div class="repeat"><p>Run it again</p><pre>${words(replay)}</pre></div>
<section id="trace" aria-labelledby="trace-h">
<h2 id="trace-h">What happened</h2>
<p class="lede">Time goes downwards, an event a row; an arrow is a message from where it was sent to where it arrived.</p>
${key()}
${left > 0 && html`<p class="note">The last ${grouped(EVENTS_MAX)} events; the ${grouped(left)} before them are in trace.jsonl.</p>`}
<figure><div class="scroll" role="region" aria-label="The diagram" tabindex="0">
${picture(diagram)}
</div></figure>
</section>
</main>
</div>`;
}

function about({ config, trace, commit, plant }: LamportInput): Html {
  const { kind, terminals, customers, operations, only } = config;
  return facts([
    ['Drawn as', kind],
    [
      'Size',
      `${plural(terminals, 'terminal')}, ${plural(customers, 'customer')}, ${plural(operations, 'operation')} each`,
    ],
    ['Faults', only === null ? 'as drawn' : only.length === 0 ? 'none' : only.join(', ')],
    ['Events', grouped(trace.length)],
    ['Virtual time', span(Math.round((trace.at(-1)?.atUs ?? 0) / 1000))],
    ['Commit', commit === null ? 'none' : code(commit.slice(0, 12))],
    ...(plant === null ? [] : [['Planted bug', plant] as const]),
  ]);
}
