/**
 * `npm run build` (also before `npm pack`): emits `dist/` for publishing, because Node does not strip types inside
 * `node_modules`. Running and testing from a checkout need no build.
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, rmSync } from 'node:fs';

rmSync('dist', { recursive: true, force: true });
execFileSync('tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' });
const FOLDERS = '{protocol,bank,terminals,actors,sim,reports,cli}';
for (const file of globSync(`${FOLDERS}/**/*.{json,css,sql,yaml,js}`)) {
  cpSync(file, `dist/${file}`);
}
