/**
 * The headers by which an ingester numbers its records in audit.ingested. docs/continuity.md has the layout;
 * all numbers are big-endian and unsigned.
 */

/** Which record of which ingester this is. */
export interface SequenceNumber {
  /** 16 hex digits: an ingester, told by its state folder. */
  readonly ingester: string;
  /** Grows with every start of the ingester. */
  readonly epoch: number;
  readonly partition: number;
  /** 1, 2, 3 … in each partition of each epoch. */
  readonly sequence: number;
}

/** The last number of this partition before the epoch of the record; epoch 0 where there was none. */
export interface Predecessor {
  readonly epoch: number;
  /** Everything up to it was durable; there may be more where the ingester did not stop in order. */
  readonly last: number;
}

/** Numbers of an epoch, in the record's partition, whose records were refused after they had been numbered. */
export interface VoidRange {
  readonly epoch: number;
  readonly first: number;
  readonly last: number;
}

export const sequenceHeader = 'seq';
export const saltHeader = 'salt';
export const predecessorHeader = 'prev';
export const voidHeader = 'void';

export type Headers = Readonly<Record<string, Buffer>>;

const sequenceBytes = 26;
const numberBytes = 8;

export function encodeSequence({ ingester, epoch, partition, sequence }: SequenceNumber): Buffer {
  const bytes = Buffer.alloc(sequenceBytes);
  bytes.write(ingester, 0, 'hex');
  bytes.writeBigUInt64BE(BigInt(epoch), 8);
  bytes.writeUInt16BE(partition, 16);
  bytes.writeBigUInt64BE(BigInt(sequence), 18);
  return bytes;
}

/** @returns undefined where the record has no number, or none that can be read */
export function decodeSequence(headers: Headers): SequenceNumber | undefined {
  const bytes = headers[sequenceHeader];
  if (bytes?.length !== sequenceBytes) return undefined;
  const [epoch, sequence] = [numberAt(bytes, 8), numberAt(bytes, 18)];
  if (epoch === undefined || sequence === undefined || sequence === 0) return undefined;
  const ingester = bytes.toString('hex', 0, 8);
  return { ingester, epoch, partition: bytes.readUInt16BE(16), sequence };
}

export function encodePredecessor({ epoch, last }: Predecessor): Buffer {
  return encodeNumbers([epoch, last]);
}

export function decodePredecessor(headers: Headers): Predecessor | undefined {
  const [epoch, last] = decodeNumbers(headers[predecessorHeader], 2);
  return epoch === undefined || last === undefined ? undefined : { epoch, last };
}

export function encodeVoid(ranges: readonly VoidRange[]): Buffer {
  return encodeNumbers(ranges.flatMap(({ epoch, first, last }) => [epoch, first, last]));
}

export function decodeVoid(headers: Headers): readonly VoidRange[] {
  const numbers = decodeNumbers(headers[voidHeader], 3);
  return Array.from({ length: numbers.length / 3 }, (_, at) => {
    const [epoch = 0, first = 0, last = 0] = numbers.slice(at * 3, at * 3 + 3);
    return { epoch, first, last };
  });
}

function encodeNumbers(numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(numbers.length * numberBytes);
  numbers.forEach((number, at) => bytes.writeBigUInt64BE(BigInt(number), at * numberBytes));
  return bytes;
}

/** As many as there are, in groups of `group`; none where the bytes can't be read so. */
function decodeNumbers(bytes: Buffer | undefined, group: number): readonly number[] {
  if (bytes === undefined || bytes.length % (group * numberBytes) !== 0) return [];
  const count = bytes.length / numberBytes;
  const numbers = Array.from({ length: count }, (_, at) => numberAt(bytes, at * numberBytes));
  return numbers.every((number) => number !== undefined) ? numbers : [];
}

function numberAt(bytes: Buffer, at: number): number | undefined {
  const value = Number(bytes.readBigUInt64BE(at));
  return Number.isSafeInteger(value) ? value : undefined;
}
