/** Amazon CloudWatch Logs: what a subscription delivers and what an export to S3 writes. */
import { type ScannedItem } from '@auditstream/item/json-scan';
import { objectMember, stringMember } from '../item-members.ts';
import { joined, nothingUnwrapped, skipped, unwrapped, type Unwrapped } from './export-format.ts';
import { bytesAt, elementsIn, objectIn, objectInText } from './json-values.ts';

/** Undoes gzip. @throws where the bytes are no gzip, or hold more than a request may */
export type Inflate = (bytes: Buffer) => Buffer;

export interface CloudWatchContext {
  /** The cluster's name in EKS. */
  readonly exportedAs: string;
  readonly inflate: Inflate;
}

const auditStream = 'kube-apiserver-audit-';

/**
 * A value of a request: a subscription's message, what Lambda is handed of one
 * (`{"awslogs":{"data":…}}`), or what Firehose delivers to an HTTP endpoint (`{"records":[{"data":…}]}`).
 * `data` is base64 of gzip of a message.
 */
export function unwrapCloudWatch(value: Buffer, context: CloudWatchContext): Unwrapped {
  const item = objectIn(value);
  if (item === undefined) return unwrapped([value]);
  const handed = objectMember(item, 'awslogs');
  if (handed !== undefined) return unwrapData(handed, context);
  const records = bytesAt(item, 'records');
  if (records === undefined) return unwrapMessage(item, context);
  return joined(
    elementsIn(records).map((record) => {
      const one = objectIn(record);
      return one === undefined ? unwrapped([record]) : unwrapData(one, context);
    }),
  );
}

function unwrapData(holder: ScannedItem, context: CloudWatchContext): Unwrapped {
  const data = stringMember(holder, 'data');
  if (data === undefined) return unwrapped([holder.bytes]);
  const bytes = Buffer.from(data, 'base64');
  const message = isGzip(bytes) ? context.inflate(bytes) : bytes;
  const item = objectInText(message);
  return item === undefined ? unwrapped([message]) : unwrapMessage(item, context);
}

/** RFC 1952 §2.3.1. */
function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function unwrapMessage(message: ScannedItem, { exportedAs }: CloudWatchContext): Unwrapped {
  if (stringMember(message, 'messageType') === 'CONTROL_MESSAGE') return nothingUnwrapped;
  const entries = bytesAt(message, 'logEvents');
  if (entries === undefined) return unwrapped([message.bytes]);
  const events = elementsIn(entries);
  if (stringMember(message, 'logGroup') !== `/aws/eks/${exportedAs}/cluster`) {
    return skipped('other-cluster', events.length);
  }
  if (stringMember(message, 'logStream')?.startsWith(auditStream) !== true) {
    return skipped('not-audit', events.length);
  }
  return unwrapped(events.map(eventOf));
}

/** The event is the text of `message`: decoded, it is byte for byte what the API server wrote. */
function eventOf(entry: Buffer): Buffer {
  const item = objectIn(entry);
  const text = item && stringMember(item, 'message');
  return text === undefined ? entry : Buffer.from(text);
}

const exportedLine = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z /;

/** A line of an export to S3: a time, a blank and the event. Which log group it is from, the file's path says. */
export function unwrapCloudWatchLine(line: Buffer): Unwrapped {
  const prefix = exportedLine.exec(line.toString('latin1', 0, 40))?.[0] ?? '';
  return unwrapped([line.subarray(prefix.length)]);
}
