/**
 * The audit of a simulated run: nothing in it may make a timer, a thread-pool job, a socket, a promise or anything else
 * that Node would come back to later. What it made all the same is named.
 *
 * @module
 */
import { createHook } from 'node:async_hooks';

/** Node's synchronous `diffieHellman` makes one too, and is done with it when it returns. */
const SYNCHRONOUS = 'DERIVEBITSREQUEST';

/** Runs `fn` and returns its result with the kinds of asynchronous resources that it made, sorted. */
export function withStrays<T>(fn: () => T): { readonly result: T; readonly strays: readonly string[] } {
  const strays = new Set<string>();
  const hook = createHook({
    init(_id, type) {
      if (type !== SYNCHRONOUS) strays.add(type);
    },
  });
  hook.enable();
  try {
    const result = fn();
    return { result, strays: [...strays].sort() };
  } finally {
    hook.disable();
  }
}
