/** Takes exported audit events out of what a managed service wraps them in. docs/kubernetes-exports.md */
import { JsonScanError } from '@auditstream/item/json-cursor';
import { unwrapAzure } from './azure-monitor.ts';
import { unwrapGoogle } from './cloud-audit-log.ts';
import { type CloudWatchContext, unwrapCloudWatch, unwrapCloudWatchLine } from './cloudwatch.ts';
import { type ExportFormat, joined, unwrapped, type Unwrapped } from './export-format.ts';
import { valuesIn } from './json-values.ts';

export interface ExportContext extends CloudWatchContext {
  readonly format: ExportFormat;
}

/**
 * The body of a request.
 * @throws JsonScanError where it is not JSON; what `inflate` throws
 */
export function unwrapBody(body: Buffer, context: ExportContext): Unwrapped {
  return joined(valuesIn(body).map((value) => unwrapValue(value, context)));
}

/** A line of an exported file. What is no JSON is an item as it is, to be rejected. */
export function unwrapLine(line: Buffer, context: ExportContext): Unwrapped {
  if (context.format === 'eks') return unwrapCloudWatchLine(line);
  try {
    return unwrapBody(line, context);
  } catch (error) {
    if (error instanceof JsonScanError) return unwrapped([line]);
    throw error;
  }
}

function unwrapValue(value: Buffer, context: ExportContext): Unwrapped {
  switch (context.format) {
    case 'eks':
      return unwrapCloudWatch(value, context);
    case 'gke':
      return unwrapGoogle(value, context.exportedAs);
    case 'aks':
      return unwrapAzure(value, context.exportedAs);
  }
}
