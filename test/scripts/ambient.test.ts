import test from 'ava';
import { findAmbient, isEdge } from '../../scripts/ambient.ts';

const uses = test.macro({
  exec: (t, text: string, found: readonly string[]) => {
    const expected = found.map((what) => `bank/x.ts:2: ${what}`);
    t.deepEqual(findAmbient('bank/x.ts', `// first line\n${text}`), expected);
  },
  title: (_, text: string, found: readonly string[]) =>
    `${text} is ${found.length > 0 ? 'found' : 'let pass'}`,
});

test(uses, 'const a = Date.now();', ['Date.now']);
test(uses, 'const f = Date.now;', ['Date.now']);
test(uses, 'const a = new Date();', ['new Date()']);
test(uses, 'const a = new Date;', ['new Date()']);
test(uses, 'const a = Date();', ['Date()']);
test(uses, 'const a = performance.now();', ['performance']);
test(uses, 'const a = Math.random();', ['Math.random']);
test(uses, 'const a = process.hrtime.bigint();', ['process.hrtime']);
test(uses, 'setTimeout(f, 1);', ['setTimeout']);
test(uses, 'globalThis.setTimeout(f, 1);', ['globalThis.setTimeout']);
test(uses, 'const o = { setInterval };', ['setInterval']);
test(uses, 'const o = { later: setImmediate };', ['setImmediate']);
test(uses, 'const later = clearTimeout;', ['clearTimeout']);
test(uses, 'queueMicrotask(f);', ['queueMicrotask']);
test(uses, "import { connect } from 'node:net';", ['import of node:net']);
test(uses, "import fs from 'fs';", ['import of node:fs']);
test(uses, "const fs = await import('node:fs');", ['import of node:fs']);
test(uses, "import { createHmac, randomBytes as r } from 'node:crypto';", [
  'import of randomBytes from node:crypto',
]);
test(uses, "import * as crypto from 'node:crypto'; crypto.randomUUID();", ['crypto.randomUUID']);
test(uses, 'crypto.getRandomValues(a);', ['crypto.getRandomValues']);

test(uses, 'const a = clock.now(); clock.setTimeout(f, 1);', []);
test(uses, 'const a = new Date(atMs).toISOString();', []);
test(uses, 'interface C { setTimeout(f: () => void, ms: number): TimerId }', []);
test(uses, 'const c = { setTimeout: (f) => arm(f), clearTimeout(id) {} };', []);
test(uses, "import { createHmac, hash } from 'node:crypto';", []);
test(uses, "import type { Socket } from 'node:net';", []);
test(uses, "const words = 'Date.now() and setTimeout'; // Math.random", []);

test('only the named edges may touch the outside world', (t) => {
  const edges = [
    'actors/node/clock.ts',
    'bank/sqlite/store.ts',
    'terminals/dashboard/shell.ts',
    'sim/load/worker.ts',
  ];
  const core = [
    'actors/bank.ts',
    'bank/sqlite.ts',
    'terminals/dashboard/model.ts',
    'sim/check/once.ts',
    'reports/html.ts',
  ];
  t.deepEqual(
    edges.filter((path) => !isEdge(path)),
    [],
  );
  t.deepEqual(core.filter(isEdge), []);
  t.deepEqual(findAmbient('sim/load/worker.ts', 'Date.now()'), []);
});
