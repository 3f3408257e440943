/** The house's import rules; docs/architecture.md gives their reasons. */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'packages-are-leaves',
      comment: 'A package imports no service, no CLI and no other package.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: { path: '^(packages|services|cli|infra|test)/', pathNot: '^packages/$1/' },
    },
    {
      name: 'services-are-apart',
      comment: 'Services meet on Kafka topics and nowhere else.',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^(services|cli|infra|test)/', pathNot: '^services/$1/' },
    },
    {
      name: 'cli-and-infra-import-no-service',
      severity: 'error',
      from: { path: '^(cli|infra)/' },
      to: { path: '^(services|test)/' },
    },
    {
      name: 'infra-imports-no-cli',
      severity: 'error',
      from: { path: '^infra/' },
      to: { path: '^cli/' },
    },
    {
      name: 'domain-is-pure',
      comment: 'Domain code sees the language of the system and the pure packages only.',
      severity: 'error',
      from: { path: '^services/[^/]+/src/domain/', pathNot: '\\.test\\.ts$' },
      to: {
        pathNot: [
          '^cli/bin/',
          '^services/[^/]+/src/domain/',
          '^packages/(audit-policy|events|item|sigma|tlog)/',
          '^(node:)?(crypto|buffer)$',
        ],
      },
    },
    {
      name: 'pure-packages',
      comment: 'The languages of rules and audit policies and the bytes of items do no I/O.',
      severity: 'error',
      from: { path: '^packages/(audit-policy|item|sigma)/src/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|buffer)$' },
    },
    {
      name: 'nobody-imports-main',
      severity: 'error',
      from: {},
      to: { path: '^services/[^/]+/src/main\\.ts$' },
    },
    {
      name: 'adapters-are-wired-in-main',
      comment: 'A step takes its ports as arguments; only main and other adapters know adapters.',
      severity: 'error',
      from: {
        path: '^services/([^/]+)/src/',
        pathNot: '(src/main\\.ts|src/adapters/|\\.test\\.ts)',
      },
      to: { path: '^services/[^/]+/src/adapters/' },
    },
    {
      name: 'kafkajs-in-stream-only',
      severity: 'error',
      from: { pathNot: '^packages/stream/' },
      to: { path: 'node_modules/kafkajs' },
    },
    {
      name: 'avsc-in-events-only',
      severity: 'error',
      from: { pathNot: '^packages/events/' },
      to: { path: 'node_modules/avsc' },
    },
    {
      name: 'opensearch-in-adapters-only',
      severity: 'error',
      from: { pathNot: '(^services/index/src/(adapters|main)|^cli/src/adapters|^test/)' },
      to: { path: 'node_modules/@opensearch-project' },
    },
    {
      name: 'declared-dependencies-only',
      severity: 'error',
      from: { pathNot: '(\\.test\\.ts$|^test/|^scripts/|\\.config\\.)' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'] },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: [
          '^cli/bin/',
          '\\.test\\.ts$',
          'main\\.ts$',
          '\\.d\\.ts$',
          '^scripts/',
          '\\.config\\.',
        ],
      },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.test.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@auditstream/source', 'import', 'node', 'default', 'types'],
    },
  },
};
