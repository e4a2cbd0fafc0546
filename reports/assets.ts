/**
 * What the page of a report carries beside its own markup, so that its charts can be zoomed: uPlot and the few lines that
 * use it. Read once; part of the page, so nothing is ever fetched.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

export interface Assets {
  readonly script: string;
  readonly style: string;
}

let read: Assets | null = null;

export function zoomAssets(): Assets {
  if (read === null) {
    const { resolve } = createRequire(import.meta.url);
    const library = readFileSync(resolve('uplot/dist/uPlot.iife.min.js'), 'utf8');
    const client = readFileSync(new URL('./html/zoom-client.js', import.meta.url), 'utf8');
    const style = readFileSync(resolve('uplot/dist/uPlot.min.css'), 'utf8');
    read = { script: `${library}\n${client}`, style };
  }
  return read;
}
