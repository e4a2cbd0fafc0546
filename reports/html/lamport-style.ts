/**
 * What a Lamport diagram adds to the style of the report.
 *
 * @module
 */

export const LAMPORT_STYLE = `
.page.lamport { max-width: 78rem; }
.lamport .told { max-width: 60rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.lamport .facts { columns: 2; margin-top: 1.25rem; }
.lamport .key { margin: 1rem 0; }
.lamport .sign { display: inline-block; width: 2rem; height: 1rem; margin-right: .5rem; vertical-align: -.1875rem; overflow: visible; }
.lamport .scroll svg { min-width: 76rem; }
.heads { position: sticky; top: 0; z-index: 1; background: var(--page); border-bottom: 1px solid var(--strong-line); }
svg .lane { fill: var(--ink); font-weight: 600; }
.rest { stroke: var(--line); stroke-dasharray: 1 5; }
.life { stroke: var(--strong-line); stroke-width: 2; }
line.pause { stroke: var(--line); }
text.pause { fill: var(--quiet); font-style: italic; }
.row rect { fill: transparent; }
.row:hover rect { fill: var(--raised); }
.row .what { font-weight: 600; fill: var(--ink); }
.message { stroke-width: 1.25; fill: none; }
.message.honest, .cross.honest { stroke: var(--c0); } .honest-head { fill: var(--c0); }
.message.forged, .cross.forged { stroke: var(--c5); stroke-width: 1.75; } .forged-head { fill: var(--c5); }
.message.lost { stroke-dasharray: 3 3; } .message.waiting { stroke-dasharray: 1 4; }
.cross { stroke-width: 1.75; fill: none; }
.commit { fill: var(--c2); stroke: var(--c2); }
.commit.open { fill: var(--page); stroke-dasharray: 3 2; }
.mark.plain { fill: var(--quiet); }
.mark.start { stroke: var(--quiet); stroke-width: 2; }
.mark.operation { fill: var(--c4); } .mark.result { fill: var(--page); stroke: var(--c4); stroke-width: 1.5; }
svg .mark.fault { fill: var(--mark); } .fault .what { fill: var(--mark); }
.mark.tamper { fill: var(--c5); } .tamper .what { fill: var(--c5); }
.mark.crash { stroke: var(--bad); stroke-width: 2.5; fill: none; } .crash .what { fill: var(--bad); }
line.violation { stroke: var(--bad); stroke-width: 2.5; }
.row.violation rect { fill: var(--bad-bg); } .row.violation text, .row.violation .what { fill: var(--bad); font-weight: 600; }
@media (min-width: 78rem) { .lamport .scroll { overflow: visible; } }
@media (max-width: 44rem) { .lamport .facts { columns: 1; } }
@media print { .heads { position: static; } .lamport .scroll svg { min-width: 0; } .row { break-inside: avoid; } }
`;
