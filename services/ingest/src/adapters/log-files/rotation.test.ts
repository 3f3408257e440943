import { describe, expect, it } from '@jest/globals';
import { type Place } from './file-place.ts';
import { type LogFolder, type RotatedCandidate } from './log-folder.ts';
import { nextPiece } from './rotation.ts';

const idOf = (inode: number): Place['file'] => ({ device: '1', inode: String(inode) });
const beginning = { isAtEnd: false, since: 0n };

/** A file that was written to at its inode's time. */
function fileOf(inode: number, change: Partial<RotatedCandidate> = {}): RotatedCandidate {
  return {
    ...{ path: `file ${inode}`, id: idOf(inode), size: 100, modified: BigInt(inode), made: 0n },
    ...{ isCompressed: false, isEmpty: false, isDamaged: false, sameness: 'other' },
    rotation: { kind: 'time', digits: String(inode) },
    ...change,
  };
}

function folderOf(files: Partial<LogFolder>): LogFolder {
  return { current: fileOf(9), real: '/log', rotated: [], left: undefined, ...files };
}

const place: Place = { path: '/log', file: idOf(3), offset: 40, modified: '3' };
const same = { sameness: 'same' } as const;

interface Case {
  readonly what: string;
  readonly folder: Partial<LogFolder>;
  readonly place?: Place;
  readonly next: { readonly path: string; readonly offset: number; readonly gap?: string };
}

describe('the next file of a log', () => {
  it.each<Case>([
    {
      what: 'is what the path names, where that is the same',
      folder: { current: fileOf(3, same), rotated: [fileOf(2)] },
      next: { path: 'file 3', offset: 40 },
    },
    {
      what: 'is the same under another name, as far as it was not read',
      folder: { rotated: [fileOf(2), fileOf(3, same), fileOf(4)] },
      next: { path: 'file 3', offset: 40 },
    },
    {
      what: 'is the one after it where it was read',
      folder: { rotated: [fileOf(2), fileOf(3, { ...same, size: 40 }), fileOf(4)] },
      next: { path: 'file 4', offset: 0 },
    },
    {
      what: 'is the compressed one, which may hold more',
      folder: { rotated: [fileOf(5, { ...same, isCompressed: true, size: 9 }), fileOf(6)] },
      next: { path: 'file 5', offset: 40 },
    },
    {
      what: 'is not the compressed one that was read to its end',
      folder: { rotated: [fileOf(5, { ...same, isCompressed: true, size: 9 }), fileOf(6)] },
      place: { ...place, isDone: true },
      next: { path: 'file 6', offset: 0 },
    },
    {
      what: 'is the one that was written to after a file that is gone, which is told',
      folder: { rotated: [fileOf(2), fileOf(4), fileOf(5)] },
      next: { path: 'file 4', offset: 0, gap: 'gone' },
    },
    {
      what: 'is what the path names where a file is gone that was read to its end',
      folder: { rotated: [fileOf(2)] },
      place: { ...place, isDone: true },
      next: { path: 'file 9', offset: 0 },
    },
    {
      what: 'is the copy of a file that was truncated, which is told',
      folder: { current: fileOf(3), rotated: [fileOf(2), fileOf(7, same)] },
      next: { path: 'file 7', offset: 40, gap: 'copied' },
    },
    {
      what: 'is no copy where a later file only got the inode',
      folder: {
        current: fileOf(3, { made: 8n }),
        rotated: [fileOf(7, { ...same, isCompressed: true })],
      },
      next: { path: 'file 7', offset: 40 },
    },
    {
      what: 'is what the path names where it was truncated without a copy, which is told',
      folder: { current: fileOf(3, { sameness: 'shorter' }) },
      next: { path: 'file 3', offset: 0, gap: 'gone' },
    },
    {
      what: 'is what came after a copy that ends before the place',
      folder: { current: fileOf(3), rotated: [fileOf(7, { sameness: 'shorter' }), fileOf(8)] },
      next: { path: 'file 8', offset: 0, gap: 'copied' },
    },
    {
      what: 'is the file that a link led to, then what the link leads to',
      folder: { left: fileOf(3, same), rotated: [fileOf(2)] },
      next: { path: 'file 3', offset: 40 },
    },
    {
      what: 'passes over empty ones, and what the path names under a second name',
      folder: {
        rotated: [fileOf(3, { ...same, size: 40 }), fileOf(4, { isEmpty: true }), fileOf(9)],
      },
      next: { path: 'file 9', offset: 0 },
    },
    {
      what: 'is there while the path names nothing',
      folder: { current: undefined, rotated: [fileOf(3, same)] },
      next: { path: 'file 3', offset: 40 },
    },
  ])('$what', ({ folder, place: at = place, next }) => {
    const found = nextPiece(folderOf(folder), at, beginning);
    expect({ path: found?.piece.path, offset: found?.offset, gap: found?.gap }).toEqual({
      gap: undefined,
      ...next,
    });
  });

  it('is none where the path names nothing and all is read', () => {
    const folder = folderOf({ current: undefined, rotated: [fileOf(3, { ...same, size: 40 })] });
    expect(nextPiece(folder, place, beginning)).toBeUndefined();
    expect(nextPiece(folderOf({ current: undefined }), undefined, beginning)).toBeUndefined();
  });
});

describe('the first file of a log', () => {
  const rotated = [fileOf(2), fileOf(4)];

  it.each([
    ['the oldest', beginning, 'file 2', 0],
    ['the oldest that was written to since', { isAtEnd: false, since: 3n }, 'file 4', 0],
    ['the end of the last', { isAtEnd: true, since: 3n }, 'file 9', 'end'],
    [
      'the last, behind its older lines',
      { isAtEnd: false, since: 99n, passUntil: 1 },
      'file 9',
      'end',
    ],
    ['the last, where it came later', { isAtEnd: false, since: 99n }, 'file 9', 0],
  ])('is %s', (_, begin, path, offset) => {
    const first = nextPiece(folderOf({ rotated }), undefined, begin);
    expect([first?.piece.path, first?.offset, first?.gap]).toEqual([path, offset, undefined]);
  });

  it('has behind it what is still to be read', () => {
    expect(nextPiece(folderOf({ rotated }), undefined, beginning)?.bytesAfter).toBe(200);
  });
});
