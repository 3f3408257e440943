/** The content of a spool's frame: one record on its way to Kafka. docs/ingest.md has the layout. */

/** What Kafka would have been sent. */
export interface SpooledRecord {
  readonly topic: string;
  readonly partition?: number;
  readonly key: Buffer | null;
  readonly value: Buffer;
  readonly headers?: Readonly<Record<string, Buffer>>;
}

/** Stands for no partition and for no key. */
const none = 0xffffffff;

/** Everything of a record but its value, which stands behind it as it is. */
export function encodeRecordHead({ topic, partition, key, headers }: SpooledRecord): Buffer {
  const entries = Object.entries(headers ?? {});
  const pieces = [short(Buffer.from(topic)), uint32(partition ?? none)];
  pieces.push(key === null ? uint32(none) : long(key), uint16(entries.length));
  for (const [name, value] of entries) pieces.push(short(Buffer.from(name)), long(value));
  return Buffer.concat(pieces);
}

/**
 * @param content the bytes of `encodeRecordHead` and the value; the record shares their memory
 * @throws RangeError where they are no record
 */
export function decodeRecord(content: Buffer): SpooledRecord {
  let at = 0;
  const take = (length: number): Buffer => {
    if (at + length > content.length) throw new RangeError('A spooled record ends too early.');
    at += length;
    return content.subarray(at - length, at);
  };
  const takeUint16 = (): number => take(2).readUInt16BE();
  const takeUint32 = (): number => take(4).readUInt32BE();

  const topic = take(takeUint16()).toString();
  const partition = takeUint32();
  const keyLength = takeUint32();
  const key = keyLength === none ? null : take(keyLength);
  const headers = Array.from({ length: takeUint16() }, () => {
    const name = take(takeUint16()).toString();
    return [name, take(takeUint32())] as const;
  });
  return {
    topic,
    ...(partition === none ? {} : { partition }),
    key,
    ...(headers.length === 0 ? {} : { headers: Object.fromEntries(headers) }),
    value: content.subarray(at),
  };
}

function short(bytes: Buffer): Buffer {
  return Buffer.concat([uint16(bytes.length), bytes]);
}

function long(bytes: Buffer): Buffer {
  return Buffer.concat([uint32(bytes.length), bytes]);
}

/** Throws RangeError beyond 65,535. */
function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
