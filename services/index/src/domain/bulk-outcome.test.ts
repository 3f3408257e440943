import { describe, expect, it } from '@jest/globals';
import { type BulkItem, bulkOutcome } from './bulk-outcome.ts';

/** Items as OpenSearch 3.4 answers them, under the filter path of the request. */
const answers: readonly (readonly [string, string])[] = [
  ['{"status":201}', 'done'],
  ['{"status":200}', 'done'],
  [
    '{"status":409,"error":{"type":"version_conflict_engine_exception","reason":"[a]: version conflict, document already exists (current version [1])"}}',
    'repeated',
  ],
  [
    '{"status":409,"error":{"type":"version_conflict_engine_exception","reason":"[a]: version conflict, current version [3] is higher or equal to the one provided [2]"}}',
    'repeated',
  ],
  [
    '{"status":429,"error":{"type":"rejected_execution_exception","reason":"rejected execution of coordinating operation"}}',
    'retry',
  ],
  [
    '{"status":429,"error":{"type":"cluster_block_exception","reason":"index [a] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, index has read-only-allow-delete block];"}}',
    'retry',
  ],
  [
    '{"status":403,"error":{"type":"cluster_block_exception","reason":"index [a] blocked by: [FORBIDDEN/8/index write (api)];"}}',
    'retry',
  ],
  ['{"status":403,"error":{"type":"security_exception","reason":"no permissions"}}', 'retry'],
  ['{"status":401}', 'retry'],
  [
    '{"status":404,"error":{"type":"index_not_found_exception","reason":"no such index [a]"}}',
    'retry',
  ],
  [
    '{"status":503,"error":{"type":"unavailable_shards_exception","reason":"primary shard is not active"}}',
    'retry',
  ],
  ['{"status":500}', 'retry'],
  [
    '{"status":400,"error":{"type":"validation_exception","reason":"this action would add [2] total shards, but this cluster currently has [1000]/[1000] maximum shards open;"}}',
    'retry',
  ],
  ['{"status":400,"error":{"type":"index_closed_exception","reason":"closed"}}', 'retry'],
  [
    '{"status":400,"error":{"type":"mapper_parsing_exception","reason":"failed to parse field [event.start] of type [date]"}}',
    'rejected',
  ],
  [
    '{"status":400,"error":{"type":"illegal_argument_exception","reason":"Document contains at least one immense term"}}',
    'rejected',
  ],
  ['{"status":400}', 'rejected'],
  ['{"status":413}', 'rejected'],
];

describe('bulkOutcome', () => {
  it.each(answers)('%s: %s', (answer, expected) => {
    expect(bulkOutcome(JSON.parse(answer) as BulkItem).type).toBe(expected);
  });

  it("carries OpenSearch's reason, cut", () => {
    const error = { type: 'mapper_parsing_exception', reason: 'r'.repeat(5_000) };
    const outcome = bulkOutcome({ status: 400, error });
    expect(outcome).toMatchObject({
      rejection: { code: 'refused-by-mapping' },
    });
    expect(JSON.stringify(outcome).length).toBeLessThan(1_200);
  });
});
