/**
 * Preloaded into a process or a thread (`node --import`): applies source patches at load, so that a bug can be planted
 * without a trace of it in the code. `CASHPOINT_PATCHES` is a JSON list of {@link Patch}; what is started from there
 * inherits it.
 *
 * In a published package the modules are built, and look otherwise than what patches are written for: there the source
 * that lies beside one is patched, and stripped of its types as Node does it in a checkout.
 *
 * @module
 */
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { applyPatch, type Patch } from './plant.ts';

const patches: readonly Patch[] = JSON.parse(process.env['CASHPOINT_PATCHES'] ?? '[]');

registerHooks({
  load(url, context, nextLoad) {
    const place = url.replace(/\.js$/, '.ts');
    const own = patches.filter(({ file }) => place.endsWith(`/${file}`));
    if (own.length === 0) return nextLoad(url, context);
    const loaded = nextLoad(place, context);
    const source = own.reduce(applyPatch, Buffer.from(loaded.source as Uint8Array).toString());
    return place === url ? { ...loaded, source } : { ...loaded, format: 'module', source: built(source) };
  },
});

/** What Node says about its stripping of types is of no use to whoever plants a bug. */
function built(source: string): string {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(source).replace(/((?:from|import) '\.[^']*)\.ts'/g, "$1.js'");
  } finally {
    process.emitWarning = emitWarning;
  }
}
