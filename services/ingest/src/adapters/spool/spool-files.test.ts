import { describe, expect, it } from '@jest/globals';
import { SpoolError } from '../../spool.ts';
import { type DiskOperation } from './memory-folder.ts';
import { drain, failing, ignore, mebibyte, openRig, records, textOf } from './spool-rig.ts';

describe('the spool', () => {
  it('gives back what was appended, in order, and holds nothing afterwards', async () => {
    const { spool, folder, gauges } = await openRig();
    const values = Array.from({ length: 50 }, (_, at) => `record ${at}`);
    await Promise.all(values.map((text) => spool.append(records(text))));
    expect(gauges.get('ingest_spool_records')).toBe(50);
    expect(gauges.get('ingest_spool_bytes')).toBe(folder.bytes());
    expect(spool.isEmpty()).toBe(false);
    expect(await drain(spool, 100)).toEqual(values);
    expect([spool.isEmpty(), folder.bytes(), spool.depth()]).toEqual([
      ...[true, 0, { bytes: 0, records: 0 }],
    ]);
  });

  it('writes and syncs once for appends that wait together', async () => {
    const { spool, folder } = await openRig();
    let syncs = 0;
    folder.onOperation = (operation): void => void (syncs += operation === 'sync' ? 1 : 0);
    await Promise.all(Array.from({ length: 100 }, (_, at) => spool.append(records(`${at}`))));
    // One for the header of the segment, one for the first append, one for all others.
    expect(syncs).toBeLessThanOrEqual(3);
  });

  it('gives a record that is larger than a batch by itself', async () => {
    const { spool } = await openRig();
    const large = 'x'.repeat(10_000);
    await spool.append(records('a', large, 'b'));
    const sizes: number[] = [];
    for (let batch = await spool.read(100); batch; batch = await spool.read(100)) {
      sizes.push(batch.records.length);
      await spool.advance(batch.end, batch.records.length);
    }
    expect(sizes).toEqual([1, 1, 1]);
  });

  it('gives what is being written only once it is synced', async () => {
    const { spool } = await openRig();
    let isSynced = false;
    const appending = spool.append(records('a')).then(() => (isSynced = true));
    const batch = await spool.read(1_000);
    expect([isSynced, batch?.records.map(textOf)]).toEqual([true, ['a']]);
    await appending;
  });

  it('never takes more than it may, and has room again when a segment is drained', async () => {
    const { spool, folder } = await openRig();
    const kilobytes = (): Promise<unknown> => spool.append(records('x'.repeat(10_000)));
    let taken = 0;
    await expect(
      (async () => {
        for (;;) {
          await kilobytes();
          taken += 1;
        }
      })(),
    ).rejects.toMatchObject({ code: 'full', retryable: true });
    expect(folder.bytes()).toBeLessThanOrEqual(mebibyte);
    expect(folder.bytes()).toBeGreaterThan(mebibyte - 20_000);
    await expect(spool.append(records('small'), mebibyte / 2)).rejects.toMatchObject({
      code: 'full',
    });
    for (let drained = 0; drained < 20; drained += 1) {
      const batch = await spool.read(10_000);
      if (batch !== null) await spool.advance(batch.end, batch.records.length);
    }
    await kilobytes();
    expect(await drain(spool)).toHaveLength(taken + 1 - 20);
  });

  it('counts what waits to be written: many at once do not exceed it either', async () => {
    const { spool, folder } = await openRig();
    const appends = Array.from({ length: 200 }, () => spool.append(records('x'.repeat(10_000))));
    const outcomes = await Promise.allSettled(appends);
    const taken = outcomes.filter(({ status }) => status === 'fulfilled').length;
    expect(folder.bytes()).toBeLessThanOrEqual(mebibyte);
    expect(await drain(spool)).toHaveLength(taken);
    expect(taken).toBeGreaterThan(90);
  });

  it.each<DiskOperation>(['create', 'write', 'sync', 'sync-folder'])(
    'refuses what it could not make durable when %s fails, and goes on when it works again',
    async (operation) => {
      const { spool, folder } = await openRig();
      await spool.append(records('before'));
      if (operation !== 'write' && operation !== 'sync')
        expect(await drain(spool)).toEqual(['before']);
      folder.onOperation = failing(operation);
      folder.writtenShare = 0.7;
      const refused = await Promise.allSettled([
        spool.append(records('lost')),
        spool.append(records('lost, too')),
      ]);
      for (const outcome of refused) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'disk' } });
      }
      folder.onOperation = ignore;
      await spool.append(records('after'));
      const drained = await drain(spool);
      expect(drained.slice(-1)).toEqual(['after']);
      expect(drained.slice(0, -1)).toEqual(
        operation === 'write' || operation === 'sync' ? ['before'] : [],
      );
      expect(folder.bytes()).toBe(0);
    },
  );

  it('does not write to a segment again whose sync failed', async () => {
    const { spool, folder } = await openRig();
    await spool.append(records('before'));
    folder.onOperation = failing('sync');
    await expect(spool.append(records('lost'))).rejects.toBeInstanceOf(SpoolError);
    folder.onOperation = ignore;
    await spool.append(records('after'));
    const segments = (await folder.list()).filter((name) => name.endsWith('.segment'));
    expect(segments).toHaveLength(2);
  });

  it('goes on where reading failed', async () => {
    const { spool, folder } = await openRig();
    await spool.append(records('a', 'b'));
    folder.onOperation = failing('read');
    await expect(spool.read(1_000)).rejects.toMatchObject({ code: 'disk', retryable: true });
    folder.onOperation = ignore;
    expect(await drain(spool)).toEqual(['a', 'b']);
  });

  it.each<DiskOperation>(['remove', 'rename'])(
    'is drained although %s fails, which costs repeats after a restart at most',
    async (operation) => {
      const { spool, folder, errors } = await openRig();
      await spool.append(records('a'));
      folder.onOperation = failing(operation);
      expect(await drain(spool)).toEqual(['a']);
      expect(errors.length).toBeGreaterThan(0);
      const again = await openRig(folder.afterKill());
      expect(['', 'a']).toContain((await drain(again.spool)).join());
    },
  );

  it('goes on at its head after a stop', async () => {
    const { spool, folder } = await openRig();
    await spool.append(records('a', 'b', 'c'));
    const batch = await spool.read(60);
    if (batch !== null) await spool.advance(batch.end, batch.records.length);
    await spool.close();
    const again = await openRig(folder.afterKill());
    expect(again.gauges.get('ingest_spool_records')).toBe(2);
    await again.spool.append(records('d'));
    expect(await drain(again.spool)).toEqual(['b', 'c', 'd']);
  });

  it.each([
    ['is missing', undefined],
    ['is no JSON', '{"segm'],
    ['is no place', '{"segment":"1"}'],
    ['points into a frame', '{"segment":1,"offset":40}'],
  ])('is drained from the beginning where its head %s', async (_, head) => {
    const { spool, folder } = await openRig();
    await spool.append(records('a', 'b'));
    await spool.close();
    const left = folder.afterKill();
    await left.remove('head');
    if (head !== undefined) await (await left.create('head')).write([Buffer.from(head)], 0);
    const again = await openRig(left);
    expect(await drain(again.spool)).toEqual(['a', 'b']);
  });

  it('tells of records that the disk has lost, saves the others, and keeps the file', async () => {
    const { spool, folder } = await openRig();
    for (const text of ['first', 'second', 'third']) await spool.append(records(text));
    const name = '000000000001.segment';
    const content = (await folder.read(name)) ?? Buffer.alloc(0);
    content[content.indexOf('second')] = 0;
    const again = await openRig(folder.afterKill());
    expect(again.errors).toHaveLength(1);
    expect(await drain(again.spool)).toEqual(['first', 'third']);
    expect(again.counts.get('ingest_spool_damaged_bytes_total')).toBeGreaterThan(0);
    expect(again.gauges.get('ingest_spool_records')).toBe(0);
    expect(await again.folder.list()).toContain('000000000001.damaged');

    // The same while it runs: then everything is known to have been synced, the last record too.
    content[content.indexOf('third')] = 0;
    expect(await drain(spool)).toEqual(['first']);
    expect(await folder.list()).toContain('000000000001.damaged');
  });

  it('numbers segments on, so that none is mistaken for one before', async () => {
    const { spool, folder } = await openRig();
    await spool.append(records('a'));
    expect(await drain(spool)).toEqual(['a']);
    await spool.append(records('b'));
    expect(await folder.list()).toContain('000000000002.segment');
    const again = await openRig(folder.afterKill());
    await again.spool.append(records('c'));
    expect(await again.folder.list()).toContain('000000000003.segment');
    expect(await drain(again.spool)).toEqual(['b', 'c']);
  });
});
