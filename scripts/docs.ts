/**
 * Writes the pages of docs/ that are tables of the code (`npm run docs`); `test/tidy.test.ts` fails when one is stale.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { CODES, type CodeInfo } from '../protocol/errors.ts';
import { scenarioJsonSchema } from '../sim/load/scenario-schema.ts';

/** Every generated page: path from the project's root → text. */
export function pages(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/ERRORS.md', errorsPage()],
    ['docs/scenario.schema.json', `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`],
  ]);
}

function errorsPage(): string {
  const yes = (flag: boolean) => (flag ? 'yes' : 'no');
  const rows = Object.entries<CodeInfo>(CODES).map(
    ([name, info]) =>
      `| \`${name}\` | ${info.de39 ?? '–'} | ${info.class} | ${yes(info.definite)} | ${yes(info.retryable)} | ${info.meaning} | ${info.audit} |`,
  );
  return `# Reply codes

Made from \`protocol/errors.ts\` by \`npm run docs\`; edit the table there.

*DE39* is the twin in ISO 8583 field 39; codes without one never leave the terminal. *Definite*: the code says for sure
what happened at the bank; after one that is not, the outcome is unknown and is settled by an advice. *Retryable*: the
same request, with the same transaction id, may be sent again and may succeed. *In the audit trail*: the words after
\`failed - \`.

| Code | DE39 | Class | Definite | Retryable | Meaning | In the audit trail |
|---|---|---|---|---|---|---|
${rows.join('\n')}
`;
}

if (import.meta.main) {
  for (const [path, text] of pages()) {
    writeFileSync(path, text);
    console.log(path);
  }
}
