/**
 * Writes `reports/report.schema.json` from `reports/schema.ts`. Run it, then `npm run format`, after the
 * report's types change.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { jsonSchema } from '../reports/schema.ts';

writeFileSync(
  new URL('../reports/report.schema.json', import.meta.url),
  `${JSON.stringify(jsonSchema(), null, 2)}\n`,
);
