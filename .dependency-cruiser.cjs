/**
 * Which folder may import which (docs/ARCHITECTURE.md "Folders"). Run by `npm run check`; `test/tidy.test.ts` proves
 * that each rule can fail.
 *
 * @module
 */
const ours = ['protocol', 'bank', 'terminals', 'actors', 'sim', 'reports', 'cli', 'scripts', 'test', 'bin'];

/** `folder` may import itself and `allowed`, nothing else of ours. */
const only = (folder, allowed, to = {}) => ({
  name: `${folder}-imports`,
  comment: `${folder}/ may import ${[folder, ...allowed].join(', ')} of ours`,
  severity: 'error',
  from: { path: `^${folder}/` },
  to: { path: `^(${ours.filter((name) => name !== folder && !allowed.includes(name)).join('|')})/`, ...to },
});

/** `folder` may take types from `path`, and values only from `values`. */
const typesOnly = (folder, path, values) => ({
  name: `${folder}-types-only`,
  comment: `${folder}/ may take types, not values, from ${path}`,
  severity: 'error',
  from: { path: `^${folder}/` },
  to: { path, dependencyTypesNot: ['type-only'], ...(values && { pathNot: values }) },
});

module.exports = {
  forbidden: [
    only('protocol', []),
    only('bank', ['protocol']),
    only('terminals', ['protocol']),
    only('actors', ['protocol', 'bank', 'terminals']),
    only('sim', ['protocol', 'bank', 'terminals', 'actors'], {
      pathNot: '^reports/(report|histogram|latency|thresholds)[.]ts$',
    }),
    // One histogram, one percentile rule and one grammar of thresholds on both sides of a run's files.
    typesOnly('sim', '^reports/', '^reports/(histogram|latency|thresholds)[.]ts$'),
    only('reports', ['protocol']),
    // The two leaves are arithmetic and an assertion: nothing of the wire.
    typesOnly('reports', '^protocol/', '^protocol/(invariant|money)[.]ts$'),
    only('cli', ['protocol', 'bank', 'terminals', 'actors', 'sim', 'reports']),
    only('scripts', ['protocol', 'bank', 'terminals', 'actors', 'sim', 'reports']),
    {
      name: 'no-cycles',
      comment: 'a cycle has no first part to understand',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      comment: 'an import that names nothing',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-dev-dependency',
      comment: 'what is published may need only dependencies',
      severity: 'error',
      from: { path: '^(protocol|bank|terminals|actors|sim|reports|cli|bin)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['types', 'node', 'import', 'default'],
    },
  },
};
