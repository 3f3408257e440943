import { type TopicCodec } from '@auditstream/events/codec';
import { type Decoded, decodeAll } from '@auditstream/events/decode-all';
import { CodecError } from '@auditstream/events/errors';
import { type AuditEvent, type Detection } from '@auditstream/events/generated/types';
import { type Telemetry } from '@auditstream/runtime/telemetry';
import {
  type BatchStep,
  type Outcome,
  type OutgoingRecord,
  type RecordProducer,
  type Rejection,
} from '@auditstream/stream/types';
import { versionKey } from './domain/compiled-version.ts';
import { judge, type RuleFailure, type Verdict } from './domain/judge.ts';
import { type RuleSet } from './domain/rule-set.ts';
import { type RulesFeed } from './rules-feed.ts';

export interface DetectPorts {
  readonly enriched: TopicCodec<AuditEvent>;
  readonly detections: Pick<TopicCodec<Detection>, 'encode'>;
  readonly producer: RecordProducer;
  readonly rules: Pick<RulesFeed, 'catchUp'>;
  readonly ruleSet: Pick<RuleSet, 'inForceAt'>;
  readonly telemetry: Pick<Telemetry, 'count' | 'log'>;
}

/** What came of one record. */
type Result =
  | { readonly type: 'judged'; readonly outcome: string; readonly found: readonly Found[] }
  | { readonly type: 'rejected'; readonly rejection: Rejection };

interface Found {
  readonly rule: string;
  readonly outgoing: OutgoingRecord;
}

type ReportFailure = (failure: RuleFailure) => void;

/**
 * The step from audit.enriched to audit.detections. The batch is there before audit.rules is read to
 * its end, so every rule that is in force for one of its events is known. It throws, and so asks for a
 * retry of the batch, where the broker or the registry does not answer.
 */
export function createDetect(ports: DetectPorts): BatchStep {
  const report = createFailureReport(ports.telemetry);
  return async (records) => {
    const decoded = await decodeAll(ports.enriched, records);
    await ports.rules.catchUp();
    const results = decoded.map((event) => judgeOne(event, ports, report));
    const found = results.flatMap((result) => (result.type === 'judged' ? result.found : []));
    if (found.length > 0) await ports.producer.send(found.map(({ outgoing }) => outgoing));
    for (const result of results) countResult(result, ports.telemetry);
    return results.map(outcomeOf);
  };
}

function judgeOne(
  decoded: Decoded<AuditEvent>,
  { ruleSet, detections }: DetectPorts,
  report: ReportFailure,
): Result {
  if (!decoded.ok) return { type: 'rejected', rejection: decoded.rejection };
  const inForce = ruleSet.inForceAt(decoded.value.appendedAt);
  for (const broken of inForce.broken) report(broken);
  const verdict = judge(decoded.value, inForce);
  if (verdict.type === 'evaluated') verdict.failures.forEach(report);
  return resultOf(verdict, detections);
}

function resultOf(verdict: Verdict, codec: DetectPorts['detections']): Result {
  switch (verdict.type) {
    case 'passed-over':
      return { type: 'judged', outcome: verdict.reason, found: [] };
    case 'unreadable':
      return rejected('unreadable-body', verdict.message);
    case 'evaluated':
      return encodeAll(verdict.detections, codec);
  }
}

function encodeAll(detections: readonly Detection[], codec: DetectPorts['detections']): Result {
  try {
    const found = detections.map((detection) => foundOf(detection, codec));
    return { type: 'judged', outcome: found.length > 0 ? 'matched' : 'unmatched', found };
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return rejected(error.code, error.message);
  }
}

/** The headers tell a reader what it can pass over without decoding the value. */
function foundOf(detection: Detection, codec: DetectPorts['detections']): Found {
  const { id, dedupKey, level, mode, origin, state } = detection;
  const texts = Object.entries({ dedupKey, level, mode, origin, state });
  const headers = Object.fromEntries(texts.map(([name, text]) => [name, Buffer.from(text)]));
  const value = codec.encode(detection);
  return {
    rule: detection.ruleId,
    outgoing: { topic: 'audit.detections', key: Buffer.from(id), value, headers },
  };
}

function rejected(code: string, message: string): Result {
  return { type: 'rejected', rejection: { code, message } };
}

function countResult(result: Result, telemetry: DetectPorts['telemetry']): void {
  const outcome = result.type === 'judged' ? result.outcome : 'unreadable';
  telemetry.count('detect_evaluated_total', { outcome });
  if (result.type === 'rejected') return;
  for (const { rule } of result.found) telemetry.count('detect_detections_total', { rule });
}

function outcomeOf(result: Result): Outcome {
  switch (result.type) {
    case 'judged':
      return { type: 'done' };
    case 'rejected':
      return result;
  }
}

/** Counts every failure, logs the first of each rule version. */
function createFailureReport(telemetry: DetectPorts['telemetry']): ReportFailure {
  const told = new Set<string>();
  return ({ version, cause }) => {
    telemetry.count('detect_rule_errors_total', { rule: version.id });
    const key = versionKey(version);
    if (told.has(key)) return;
    told.add(key);
    const fields = { rule: version.id, version: version.version, error: cause };
    telemetry.log.error(fields, 'A rule failed and finds nothing; the other rules go on.');
  };
}
