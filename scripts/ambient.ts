/**
 * Finds ambient time, randomness, timers, sockets and files in a source text (rule 1 of docs/ARCHITECTURE.md
 * "Determinism"): the core gets them as ports, so that the simulator can own them. Works on the syntax tree, so words
 * in comments and strings do not count.
 *
 * @module
 */
import ts from 'typescript';

/** Where the outside world may be touched; everything else is the sans-I/O core. */
const EDGES = [
  /^actors\/node\//,
  /^bank\/sqlite\//,
  /^terminals\/dashboard\/shell\.ts$/,
  /^terminals\/screens\/[^/]*shell[^/]*\.ts$/,
  /^sim\/(load|attack|torture)\//,
  /^reports\/(assets|read|write)\.ts$/,
  /^(cli|scripts|bin|test)\//,
];

const MODULES = new Set([
  'child_process',
  'cluster',
  'dgram',
  'dns',
  'fs',
  'fs/promises',
  'http',
  'http2',
  'https',
  'net',
  'os',
  'readline',
  'perf_hooks',
  'sqlite',
  'timers',
  'timers/promises',
  'tls',
  'worker_threads',
]);
const GLOBALS = new Set([
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
  'queueMicrotask',
  'performance',
  'fetch',
  'WebSocket',
]);
const MEMBERS = new Set(['Date.now', 'Math.random', 'process.hrtime', 'process.nextTick', 'process.uptime']);
/** Of `node:crypto` and of the global `crypto`: random, or finished on another thread in any order. */
const CRYPTO = new Set([
  'randomBytes',
  'randomFill',
  'randomFillSync',
  'randomInt',
  'randomUUID',
  'randomUUIDv7',
  'getRandomValues',
  'generateKey',
  'generateKeySync',
  'generateKeyPair',
  'generateKeyPairSync',
  'webcrypto',
  'subtle',
  'scrypt',
  'pbkdf2',
  'argon2',
  'hkdf',
]);

export const isEdge = (file: string): boolean => EDGES.some((pattern) => pattern.test(file));

/**
 * @param file path from the project's root, `/`-separated; decides whether it is an edge
 * @returns `file:line: what`, one for each use; empty for an edge
 */
export function findAmbient(file: string, text: string): readonly string[] {
  if (isEdge(file)) return [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const what = ambient(node);
    if (what !== null) {
      found.push(`${file}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}: ${what}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function ambient(node: ts.Node): string | null {
  if (ts.isImportDeclaration(node)) return imported(node);
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length)
    return 'new Date()';
  if (ts.isCallExpression(node)) return called(node);
  if (ts.isPropertyAccessExpression(node)) return member(node);
  if (ts.isIdentifier(node) && GLOBALS.has(node.text) && isFreeUse(node)) return node.text;
  return null;
}

function imported(node: ts.ImportDeclaration): string | null {
  if (
    !ts.isStringLiteral(node.moduleSpecifier) ||
    node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
  ) {
    return null;
  }
  const name = node.moduleSpecifier.text.replace(/^node:/, '');
  if (MODULES.has(name)) return `import of node:${name}`;
  const bindings = node.importClause?.namedBindings;
  if (name !== 'crypto' || !bindings || !ts.isNamedImports(bindings)) return null;
  const bad = bindings.elements
    .map((one) => (one.propertyName ?? one.name).text)
    .filter((one) => CRYPTO.has(one));
  return bad.length > 0 ? `import of ${bad.join(', ')} from node:crypto` : null;
}

function called(node: ts.CallExpression): string | null {
  const [first] = node.arguments;
  if (node.expression.getText() === 'Date') return 'Date()';
  if (node.expression.kind !== ts.SyntaxKind.ImportKeyword || !first || !ts.isStringLiteral(first))
    return null;
  const name = first.text.replace(/^node:/, '');
  return MODULES.has(name) ? `import of node:${name}` : null;
}

function member(node: ts.PropertyAccessExpression): string | null {
  const name = node.name.text;
  if (!ts.isIdentifier(node.expression)) return null;
  const owner = node.expression.text;
  if (MEMBERS.has(`${owner}.${name}`)) return `${owner}.${name}`;
  if (owner === 'globalThis' && (GLOBALS.has(name) || name === 'crypto')) return `globalThis.${name}`;
  return owner === 'crypto' && CRYPTO.has(name) ? `crypto.${name}` : null;
}

/** True when the identifier reads a global: not a property, a parameter, a key, a type or a declared name. */
function isFreeUse(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) return true;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isVariableDeclaration(parent) || ts.isParameter(parent)) return parent.initializer === node;
  return ts.isBinaryExpression(parent) || ts.isArrowFunction(parent) || ts.isReturnStatement(parent);
}
