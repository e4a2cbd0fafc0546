/**
 * `report.html`: one file, a pure function of the report and of the library that zooms it.
 *
 * @module
 */
import type { Assets } from '../assets.ts';
import type { Report } from '../report.ts';
import { aboutSections } from './about.ts';
import { checkSections } from './checks.ts';
import { html, type Section } from './markup.ts';
import { page } from './page.ts';
import { performanceSections } from './performance.ts';
import { simulationSections } from './simulation.ts';
import { STYLE } from './style.ts';
import { troubleSections } from './trouble.ts';
import { verdictPart } from './verdict.ts';

/**
 * The order is that of a reader's questions: did it pass, is it correct, is it fast, what went wrong, on what.
 *
 * @param assets with them charts can be zoomed; without them the page runs nothing
 */
export function renderHtml(report: Report, assets: Assets = { script: '', style: '' }): string {
  const sections = report.simulation ? simulationSections(report) : loadSections(report);
  const { verdict, run } = report;
  return page({
    title: `${verdict.status.toUpperCase()}: ${run.scenario}, ${run.id}`,
    style: STYLE + assets.style,
    script: report.simulation ? '' : assets.script,
    body: body(report, sections),
  }).source;
}

const loadSections = (report: Report): readonly Section[] => [
  ...checkSections(report),
  ...performanceSections(report),
  ...troubleSections(report),
  ...aboutSections(report),
];

const body = (report: Report, sections: readonly Section[]) =>
  html`<a class="skip" href="#${sections[0]?.id}">Skip to the ${sections[0]?.title.toLowerCase()}</a>
<div class="page">
<main>
${verdictPart(report)}
<nav aria-label="On this page"><h2>On this page</h2><ol>${sections.map((s) => html`<li><a href="#${s.id}">${s.title}</a></li>`)}</ol></nav>
${sections.map(section)}
</main>
<footer>Cashpoint run ${report.run.id}, report schema ${report.schema.version}</footer>
</div>`;

const section = ({ id, title, lede, body }: Section) => html`<section id="${id}" aria-labelledby="${id}-h">
<h2 id="${id}-h">${title}</h2>
<p class="lede">${lede}</p>
${body}
</section>
`;
