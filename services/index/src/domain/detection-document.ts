import { type AppendedDetection, detectionFields } from './detection-fields.ts';
import { documentBuilder } from './fields.ts';
import { detectionIndex } from './index-names.ts';
import { type Write } from './write.ts';

const documentOf = documentBuilder(detectionFields);

/** The document of a detection; its revision is the version, so that the highest one stays. */
export function detectionWrite(detection: AppendedDetection): Write {
  return {
    type: 'upsert',
    index: detectionIndex(detection.bucketTime),
    id: detection.id,
    version: detection.revision,
    document: documentOf(detection),
  };
}
