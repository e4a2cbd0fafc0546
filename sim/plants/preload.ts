/**
 * Preloaded into a process or a thread (`node --import`): applies source patches at load, so that a bug can be planted
 * without a trace of it in the code. `CASHPOINT_PATCHES` is a JSON list of {@link Patch}; what is started from there
 * inherits it.
 *
 * @module
 */
import { registerHooks } from 'node:module';
import { applyPatch, type Patch } from './plant.ts';

const patches: readonly Patch[] = JSON.parse(process.env['CASHPOINT_PATCHES'] ?? '[]');

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const own = patches.filter(({ file }) => url.endsWith(`/${file}`));
    if (own.length === 0) return loaded;
    const source = own.reduce(applyPatch, Buffer.from(loaded.source as Uint8Array).toString());
    return { ...loaded, source };
  },
});
