/**
 * `report.html`: one file, a pure function of the report. It loads nothing, runs nothing, and says so in its policy.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import type { Report } from '../report.ts';
import { aboutSections } from './about.ts';
import { checkSections } from './checks.ts';
import { type Html, html, type Section, trusted } from './markup.ts';
import { performanceSections } from './performance.ts';
import { simulationSections } from './simulation.ts';
import { STYLE } from './style.ts';
import { troubleSections } from './trouble.ts';
import { verdictPart } from './verdict.ts';

/** The order is that of a reader's questions: did it pass, is it correct, is it fast, what went wrong, on what. */
export function renderHtml(report: Report): string {
  const sections = report.simulation ? simulationSections(report) : loadSections(report);
  return page(report, sections).source;
}

const loadSections = (report: Report): readonly Section[] => [
  ...checkSections(report),
  ...performanceSections(report),
  ...troubleSections(report),
  ...aboutSections(report),
];

const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const page = (report: Report, sections: readonly Section[]): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${report.verdict.status.toUpperCase()}: ${report.run.scenario}, ${report.run.id}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<a class="skip" href="#${sections[0]?.id}">Skip to the ${sections[0]?.title.toLowerCase()}</a>
<div class="page">
<main>
${verdictPart(report)}
<nav aria-label="On this page"><h2>On this page</h2><ol>${sections.map((s) => html`<li><a href="#${s.id}">${s.title}</a></li>`)}</ol></nav>
${sections.map(section)}
</main>
<footer>Cashpoint run ${report.run.id}, report schema ${report.schema.version}</footer>
</div>
</body>
</html>
`;

const section = ({ id, title, lede, body }: Section) => html`<section id="${id}" aria-labelledby="${id}-h">
<h2 id="${id}-h">${title}</h2>
<p class="lede">${lede}</p>
${body}
</section>
`;
