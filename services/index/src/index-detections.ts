import { type Detection } from '@auditstream/events/generated/types';
import { type BatchStep } from '@auditstream/stream/types';
import { detectionWrite } from './domain/detection-document.ts';
import { type Write } from './domain/write.ts';
import { indexBatch, type IndexPorts, outcomeOf } from './index-batch.ts';

/**
 * The step from audit.detections to detection documents: the highest revision of an id stays, in whatever
 * order and however often they come.
 */
export function createIndexDetections(ports: IndexPorts<Detection>): BatchStep {
  return async (records, { signal }) => {
    const toWrite = (detection: Detection, appendedAt: number): Write =>
      detectionWrite({ ...detection, appendedAt });
    const batch = { documents: 'detections', toWrite, records, signal } as const;
    return (await indexBatch(ports, batch)).map(outcomeOf);
  };
}
