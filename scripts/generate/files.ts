import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { metricsCatalogue } from '@auditstream/runtime/metrics-catalogue';
import { renderMetricsPage } from '@auditstream/runtime/docs-pages';
import { format, resolveConfig } from 'prettier';
import { createProgram } from '../../cli/src/program.ts';
import { renderFieldsPage } from '../../services/index/src/domain/fields-page.ts';
import { renderTemplates } from '../../services/index/src/domain/mapping.ts';
import { renderCliPage } from './cli-page.ts';
import { renderConnectPage } from './connect-page.ts';
import { renderDiagram } from './diagram.ts';
import { readSchemas, renderEvents } from './events.ts';
import { withSection } from './markdown.ts';
import { renderRecordsPage } from './records-page.ts';
import { renderAllSettings } from './settings-page.ts';
import { renderTopicsPage } from './topics-page.ts';

/** Pages that people write and that show the picture of the pipeline. */
const pagesWithDiagram = ['README.md', 'docs/architecture.md'];

const connectPage = 'docs/connect-kubernetes.md';

/** Path below the project's root, and content. */
type File = readonly [path: string, content: string];

/** Every generated file of the project: path below its root → content, formatted as the rest is. */
export async function renderFiles(root: string): Promise<ReadonlyMap<string, string>> {
  const schemas = readSchemas(join(root, 'schemas'));
  const files: readonly File[] = [
    ...renderEvents(schemas),
    ...renderTemplates(),
    ...renderPages(),
    ...diagrams(root),
    [connectPage, renderConnectPage(readFileSync(join(root, connectPage), 'utf8'))],
    ['docs/records.md', renderRecordsPage(schemas)],
  ];
  return new Map(await Promise.all(files.map((file) => formatted(root, file))));
}

function renderPages(): readonly File[] {
  return [
    ['docs/topics.md', renderTopicsPage()],
    ['docs/settings.md', renderAllSettings()],
    ['docs/fields.md', renderFieldsPage()],
    ['docs/metrics.md', renderMetricsPage(metricsCatalogue)],
    ['docs/cli.md', renderCliPage(createProgram(new AbortController().signal))],
  ];
}

function diagrams(root: string): readonly File[] {
  return pagesWithDiagram.map((path) => [
    path,
    withSection(readFileSync(join(root, path), 'utf8'), 'diagram', renderDiagram()),
  ]);
}

/** TypeScript is generated as it is meant to be read; prettier is told to leave it alone. */
async function formatted(root: string, [path, content]: File): Promise<File> {
  if (path.endsWith('.ts')) return [path, content];
  const filepath = join(root, path);
  return [path, await format(content, { ...(await resolveConfig(filepath)), filepath })];
}
