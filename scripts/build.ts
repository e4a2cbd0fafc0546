/**
 * `npm run build` (also before `npm pack`): emits `dist/` for publishing, because Node does not strip types inside
 * `node_modules`; another directory when one is named. Running and testing from a checkout need no build.
 *
 * The sources lie beside what comes of them: they are what planted bugs are changes of (`sim/plants/preload.ts`).
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, rmSync } from 'node:fs';

const OUT = process.argv[2] ?? 'dist';
rmSync(OUT, { recursive: true, force: true });
execFileSync('tsc', ['-p', 'tsconfig.build.json', '--outDir', OUT], { stdio: 'inherit' });
const FOLDERS = '{protocol,bank,terminals,actors,sim,reports,cli}';
for (const file of globSync(`${FOLDERS}/**/*.{ts,json,css,sql,yaml,js}`)) {
  cpSync(file, `${OUT}/${file}`);
}
