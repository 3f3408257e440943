import { describe, expect, it } from '@jest/globals';
import { topicNames, topics } from '@auditstream/events/topics';
import { renderDiagram } from './diagram.ts';

const lines = renderDiagram().split('\n');

describe('the diagram', () => {
  it.each(topicNames)('has %s with an arrow for each writer and each reader', (name) => {
    const id = name.replace(/\W/g, '_');
    const { writers, readers } = topics[name];
    expect(lines.filter((line) => line.endsWith(`-> ${id}`))).toHaveLength(writers.length);
    expect(lines.filter((line) => new RegExp(`^  ${id} [-.]+> `).test(line))).toHaveLength(
      readers.length,
    );
    expect(lines).toContain(`  ${id}[/${name}/]`);
  });

  it('begins with the sources and ends with OpenSearch', () => {
    expect(lines.slice(0, 3)).toEqual([
      '```mermaid',
      'flowchart LR',
      '  apiserver([kube-apiserver]) -- "audit webhook, log file" --> ingest',
    ]);
    expect(lines.at(-3)).toBe('  index --> opensearch[(OpenSearch)]');
  });
});
