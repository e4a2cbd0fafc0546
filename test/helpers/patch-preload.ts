/**
 * Preloaded into a process under test (`node --import`): applies source patches at load, so that a bug can be planted
 * without a trace of it in the code. `CASHPOINT_PATCHES` is a JSON list of `{file, find, replace}`; `find` must stand in
 * the file exactly once. Child processes and worker threads inherit it.
 *
 * @module
 */
import { registerHooks } from 'node:module';

interface Patch {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const patches: readonly Patch[] = JSON.parse(process.env['CASHPOINT_PATCHES'] ?? '[]');

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const own = patches.filter(({ file }) => url.endsWith(`/${file}`));
    if (own.length === 0) return loaded;
    const source = own.reduce(apply, Buffer.from(loaded.source as Uint8Array).toString());
    return { ...loaded, source };
  },
});

function apply(source: string, { file, find, replace }: Patch): string {
  const count = source.split(find).length - 1;
  if (count !== 1)
    throw new Error(`Expected to find ${JSON.stringify(find)} once in ${file}, found it ${count} times`);
  return source.replace(find, () => replace);
}
