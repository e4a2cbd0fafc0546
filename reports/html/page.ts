/**
 * The shell of a page: one file that loads nothing and obeys only the style and the script that it carries itself.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { type Content, type Html, html, trusted } from './markup.ts';

/**
 * @param style the whole style sheet; the policy names its hash, so no other one is obeyed
 * @param script likewise; none: the page runs nothing
 */
export function page({
  title,
  style,
  body,
  script = '',
}: {
  readonly title: string;
  readonly style: string;
  readonly body: Content;
  readonly script?: string;
}): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy(style, script))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${trusted(style)}</style>
</head>
<body>
${body}
${script !== '' && html`<script>${trusted(unclosable(script))}</script>`}
</body>
</html>
`;
}

const policy = (style: string, script: string): string =>
  [
    "default-src 'none'",
    `style-src ${hashOf(style)}`,
    ...(script === '' ? [] : [`script-src ${hashOf(unclosable(script))}`]),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** A script that names the end of a script, in a string, would end there. */
const unclosable = (script: string): string => script.replaceAll('</script', '<\\/script');
