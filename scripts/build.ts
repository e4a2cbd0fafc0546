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
for (const file of globSync('{protocol,bank,terminals,actors,sim,reports,cli}/**/*.{json,css,sql,yaml}')) {
  cpSync(file, `dist/${file}`);
}
