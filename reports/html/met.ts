/**
 * A result in a word with its mark: met, missed, or not judged, which is never green.
 *
 * @module
 */
import { type Html, html } from './markup.ts';

export const met = (ok: boolean | null, words: readonly [yes: string, no: string, none: string]): Html => {
  if (ok === null) return html`<span class="quiet">○ ${words[2]}</span>`;
  return ok ? html`<span class="ok">✓ ${words[0]}</span>` : html`<span class="bad">✗ ${words[1]}</span>`;
};
