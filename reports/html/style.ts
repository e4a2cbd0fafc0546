/**
 * The style of the report: one quiet palette, light and dark, screens of any width, print. No images, no fonts.
 *
 * @module
 */

export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --raised: #f6f7f9; --ink: #16191d; --quiet: #59616b; --line: #dfe3e8; --strong-line: #c3c9d1;
  --link: #0b57a4; --focus: #0b57a4;
  --ok: #14693c; --ok-bg: #e9f5ee; --bad: #a8201a; --bad-bg: #fcecea; --warn: #7a5200; --warn-bg: #fbf3df;
  --none-bg: #eef0f3; --band: #b7791f26; --mark: #7a5200;
  --c0: #1f5fa8; --c1: #a8471b; --c2: #157260; --c3: #7a3f9d; --c4: #8a6100; --c5: #a32d62; --c6: #4d5b6a;
}
@media (prefers-color-scheme: dark) { :root {
  --page: #121417; --raised: #1b1e23; --ink: #e7eaee; --quiet: #a0a9b4; --line: #2c3138; --strong-line: #444b55;
  --link: #8ebdf2; --focus: #8ebdf2;
  --ok: #6ecb98; --ok-bg: #14281d; --bad: #ff9a90; --bad-bg: #351817; --warn: #e5b95c; --warn-bg: #2d2411;
  --none-bg: #22262c; --band: #e5b95c26; --mark: #e5b95c;
  --c0: #7fb4ee; --c1: #f0a07a; --c2: #66c9b4; --c3: #cf9fee; --c4: #dcb552; --c5: #f292ba; --c6: #aab4c0;
} }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 1rem; }
body { margin: 0; background: var(--page); color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: break-word; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 1rem; padding: .5rem 1rem; background: var(--page); z-index: 1; }
.page { max-width: 58rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
a { color: var(--link); text-underline-offset: .15em; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 2px; }
h1, h2, h3 { line-height: 1.25; margin: 0; text-wrap: balance; }
h1 { font-size: 1.75rem; letter-spacing: -.015em; }
h2 { font-size: 1.25rem; letter-spacing: -.01em; }
h3 { font-size: 1rem; margin-top: 1.75rem; }
p { margin: .5rem 0 0; max-width: 44rem; text-wrap: pretty; }
.keep { display: inline-block; max-width: 100%; }
code, pre { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .875em; }
.quiet, .lede, .note { color: var(--quiet); }
.note { font-size: .875rem; }
.note code { overflow-wrap: anywhere; }
section { margin-top: 3rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
.lede { margin-bottom: 1.25rem; }

.who { color: var(--quiet); font-size: .875rem; margin: 0 0 .75rem; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
.banner { border-radius: 8px; padding: 1.25rem 1.5rem; border-left: 6px solid; background: var(--none-bg); }
.banner .status { font-size: .875rem; font-weight: 700; letter-spacing: .08em; }
.banner h1 { color: var(--ink); margin-top: .125rem; }
.banner ul { margin: .75rem 0 0; padding-left: 1.125rem; }
.banner li + li { margin-top: .25rem; }
.pass { background: var(--ok-bg); border-color: var(--ok); } .pass .status, .ok { color: var(--ok); }
.fail { background: var(--bad-bg); border-color: var(--bad); } .fail .status, .bad { color: var(--bad); }
.invalid, .incomplete { background: var(--warn-bg); border-color: var(--warn); }
.invalid .status, .incomplete .status, .warn { color: var(--warn); }
.ok, .bad, .warn { font-weight: 600; white-space: nowrap; }

.lights { list-style: none; display: grid; grid-template-columns: repeat(4, 1fr); gap: .75rem; margin: .75rem 0 0; padding: 0; }
.lights li { border: 1px solid var(--line); border-radius: 8px; padding: .75rem 1rem; font-size: .875rem; line-height: 1.35; }
.lights strong { display: flex; gap: .5rem; align-items: baseline; font-size: 1rem; margin-bottom: .125rem; }
.lights .glyph { font-weight: 700; width: 1em; text-align: center; }
.lights .state-bad { border-color: var(--bad); }

.figures { display: grid; grid-template-columns: repeat(4, 1fr); gap: .75rem; margin: 1.5rem 0 0; }
.figures div { padding: 0 1rem; border-left: 1px solid var(--line); }
.figures dt { font-size: .8125rem; color: var(--quiet); }
.figures dd { margin: 0; font-size: 1.5rem; line-height: 1.25; font-weight: 600; letter-spacing: -.01em; }
.figures dd small { display: block; font-size: .8125rem; font-weight: 400; letter-spacing: 0; color: var(--quiet); }

.figures + .note { margin-top: 1.25rem; }
.repeat { margin-top: 1.5rem; }
.repeat p { font-size: .875rem; margin: 0 0 .375rem; color: var(--quiet); }
pre { margin: 0; padding: .75rem 1rem; background: var(--raised); border: 1px solid var(--line); border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; }

nav { margin-top: 1.5rem; font-size: .875rem; }
nav h2 { font-size: .8125rem; color: var(--quiet); font-weight: 400; letter-spacing: 0; }
nav ol { list-style: none; margin: .375rem 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: .375rem 1.125rem; }

.scroll { overflow-x: auto; margin-top: .75rem; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; line-height: 1.4; }
caption span { display: inline-block; position: sticky; left: 0; max-width: min(100%, calc(100vw - 2rem)); }
caption { text-align: left; font-size: .8125rem; color: var(--quiet); padding-bottom: .375rem; }
th, td { text-align: left; vertical-align: top; padding: .4375rem 1rem .4375rem 0; font-weight: 400; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--quiet); font-size: .8125rem; border-bottom-color: var(--strong-line); vertical-align: bottom; }
tbody th { font-weight: 500; }
.num { text-align: right; }
.num + .word, .num + .wrap { padding-left: .75rem; }
th.word:first-child { position: sticky; left: 0; background: var(--page); }
th.num:first-child { text-align: left; }
.wrap { white-space: normal; min-width: 15rem; }

.facts { margin: .75rem 0 0; columns: 2; column-gap: 2.5rem; font-size: .875rem; }
.facts div { display: flex; justify-content: space-between; gap: 1rem; padding: .375rem 0; border-bottom: 1px solid var(--line); break-inside: avoid; }
.facts dt { color: var(--quiet); flex: none; }
.facts dt::first-letter { text-transform: uppercase; }
.facts dd { margin: 0; text-align: right; min-width: 0; overflow-wrap: anywhere; }

.cards { display: grid; gap: .75rem; margin-top: .75rem; }
.card { border: 1px solid var(--line); border-radius: 8px; padding: .875rem 1.125rem; }
.card header { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .125rem 1rem; align-items: baseline; }
.card h3 { margin: 0; }
.card p { margin-top: .25rem; }
.card ul { margin: .5rem 0 0; padding-left: 1.125rem; }
.card.violated { border-color: var(--bad); }

figure { margin: 1.25rem 0 0; }
figure + figure { margin-top: 2.25rem; }
figcaption { margin-bottom: .25rem; }
.tools, .keys { display: flex; flex-wrap: wrap; gap: .25rem .5rem; align-items: center; margin: 0 0 .5rem; font-size: .8125rem; max-width: none; }
button { font: inherit; color: var(--link); background: none; border: 1px solid var(--strong-line); border-radius: 4px; padding: .125rem .625rem; min-width: 2rem; cursor: pointer; }
button:hover { background: var(--raised); }
.keys span { color: var(--quiet); margin-left: .5rem; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.u-legend { color: var(--quiet); } .u-legend th, .u-legend td { border: 0; } .u-legend .u-marker { border-radius: 2px; }
.u-select { background: var(--band) !important; }
svg { display: block; width: 100%; height: auto; }
svg.narrow { display: none; }
svg text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; fill: var(--quiet); font-variant-numeric: tabular-nums; }
svg .mid { text-anchor: middle; } svg .far { text-anchor: end; }
svg .mark { fill: var(--mark); font-weight: 600; }
svg .end { font-weight: 600; }
.grid { stroke: var(--line); fill: none; }
.band { fill: var(--band); }
.zero { stroke: var(--strong-line); fill: none; }
.whisker { fill: none; stroke: currentColor; stroke-width: 1.75; } .dot { fill: currentColor; }
svg text.bad, svg text.ok { fill: currentColor; }
.line { fill: none; stroke-width: 1.75; stroke-linejoin: round; stroke-linecap: round; }
.line.muted { stroke: var(--quiet); stroke-dasharray: 2 5; } text.muted { fill: var(--quiet); }
.line.c1 { stroke-dasharray: 7 4; } .line.c3 { stroke-dasharray: 2 4; } .line.c5 { stroke-dasharray: 9 3 2 3; }
${[0, 1, 2, 3, 4, 5, 6].map((i) => `.line.c${i} { stroke: var(--c${i}); } svg text.c${i} { fill: var(--c${i}); } .area.c${i} { fill: var(--c${i}); }`).join('\n')}
.area.muted { fill: var(--strong-line); }
svg text.muted { fill: var(--quiet); }
.key { list-style: none; margin: .5rem 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; font-size: .875rem; color: var(--quiet); }
.swatch { width: .75rem; height: .75rem; display: inline-block; margin-right: .5rem; vertical-align: -.0625rem; }
details { margin-top: .625rem; font-size: .875rem; }
summary { cursor: pointer; color: var(--link); width: fit-content; }
details .scroll { max-height: 24rem; overflow: auto; }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: .8125rem; color: var(--quiet); }

@media (max-width: 44rem) {
  .page { padding-top: 1rem; }
  h1 { font-size: 1.5rem; }
  .banner { padding: 1rem 1.125rem; }
  .lights, .figures { grid-template-columns: repeat(2, 1fr); }
  .facts { columns: 1; }
  .wrap { min-width: 9rem; }
  svg.wide { display: none; } svg.narrow { display: block; }
  section { margin-top: 2.25rem; }
}
@media screen { .zoomed > svg { display: none !important; } }
@media print {
  :root {
    --page: #fff; --raised: #fff; --ink: #000; --quiet: #444; --line: #ccc; --strong-line: #999; --link: #000;
    --ok: #14693c; --ok-bg: #fff; --bad: #a8201a; --bad-bg: #fff; --warn: #7a5200; --warn-bg: #fff; --none-bg: #fff;
    --band: #00000012; --mark: #444;
    --c0: #1f5fa8; --c1: #a8471b; --c2: #157260; --c3: #7a3f9d; --c4: #8a6100; --c5: #a32d62; --c6: #4d5b6a;
  }
  body { font-size: 10pt; }
  .page { max-width: none; padding: 0; }
  nav, .skip, .tools, .plot { display: none; }
  .scroll { overflow: visible; }
  table, thead th, caption { font-size: 8pt; }
  th, td { white-space: normal; padding-right: .5rem; }
  .num + .word, .num + .wrap { padding-left: .25rem; }
  .wrap { min-width: 0; }
  td code { overflow-wrap: anywhere; }
  figure, tr, .card, .banner, .lights li { break-inside: avoid; }
  h2, h3, figcaption, caption { break-after: avoid; }
  section { margin-top: 1.5rem; }
  details:not([open]) { display: none; }
}
`;
