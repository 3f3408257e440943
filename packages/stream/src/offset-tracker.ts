/** Which offset may be committed. */

/**
 * The offset to commit for consecutive records of one partition: that of the first record which is not
 * settled, or, when all are, the offset behind the batch. Gaps between offsets (compaction, control
 * records) hold nothing that could be lost.
 *
 * @param settled whether the record at an index is settled: done, or dead-lettered and acknowledged
 * @param nextOffset the offset that the fetch after this batch begins with
 */
export function committableOffset(
  records: readonly { readonly offset: number }[],
  settled: (index: number) => boolean,
  nextOffset: number,
): number {
  const first = records.find((_, index) => !settled(index));
  return first === undefined ? nextOffset : first.offset;
}
