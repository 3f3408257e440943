import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../cli/src/pipeline/folders.ts';

/** One expected detection of the sample; test/e2e/golden/README.md says how they were found. */
interface ExpectedDetection {
  readonly ruleId: string;
  readonly auditID: string;
  readonly revision: number;
}

export interface ExpectedEvents {
  readonly unknownActor: Readonly<Record<'kubernetes' | 'docker', number>>;
  readonly outcomes: Readonly<Record<'kubernetes' | 'docker', Readonly<Record<string, number>>>>;
}

const expectedDetections = read('sample-detections.json') as readonly ExpectedDetection[];
export const expectedEvents = read('sample-events.json') as ExpectedEvents;

function read(name: string): unknown {
  return JSON.parse(readFileSync(join(projectRoot, 'test/e2e/golden', name), 'utf8'));
}

/** The expected detections as `detectionKeys` gives them. */
export const expectedDetectionKeys: readonly string[] = expectedDetections
  .map(({ ruleId, auditID, revision }) => `${ruleId} ${auditID} ${revision}`)
  .sort();
