import { type DeadLetter } from '@auditstream/events/generated/types';
import { deadLetterFields } from './dead-letter-fields.ts';
import { documentBuilder } from './fields.ts';
import { deadLetterIndex } from './index-names.ts';
import { type Write } from './write.ts';

const documentOf = documentBuilder(deadLetterFields);

/** The document of a dead letter. */
export function deadLetterWrite(letter: DeadLetter): Write {
  return {
    type: 'create',
    index: deadLetterIndex(letter.rejectedAt),
    id: letter.id,
    document: documentOf(letter),
  };
}
