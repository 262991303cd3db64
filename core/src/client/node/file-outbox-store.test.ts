import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { OutboxEntry } from '../annotations/outbox-store.ts';
import { FileOutboxStore } from './file-outbox-store.ts';

const entry = (id: string, createdAtUnixMs = 1): OutboxEntry => ({
  id,
  createdAtUnixMs,
  annotation: { kind: 'metric', traceId: 't', metricName: 'm', metricValue: 1.5, comment: 'c' },
});

/** The id of a process that has ended and was waited for. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? assert.fail('the process did not start');
}

describe('FileOutboxStore', () => {
  let folder: string;
  let store: FileOutboxStore;
  beforeEach(async () => {
    folder = path.join(await mkdtemp(path.join(tmpdir(), 'candela-store-')), 'outbox');
    store = new FileOutboxStore(folder);
  });
  afterEach(() => rm(path.dirname(folder), { recursive: true }));

  it('is empty before anything was kept', async () => {
    assert.equal(await store.takeOldest(), undefined);
    assert.equal(await store.count(), 0);
  });

  it('gives back what was kept, in the order it was kept, whoever kept it and whatever the clock said', async () => {
    await store.add(entry('first', 2));
    await store.add(entry('second', 2));
    // The clock was set back in between.
    await new FileOutboxStore(folder).add(entry('third', 1));
    const ids: (string | undefined)[] = [];
    for (let index = 0; index < 3; index += 1) {
      const taken = await store.takeOldest();
      ids.push(taken?.entry.id);
      await taken?.remove();
    }
    assert.deepEqual(ids, ['first', 'second', 'third']);
    assert.deepEqual(await readdir(folder), []);
  });

  it('keeps every field, readable by its owner only', async () => {
    await store.add(entry('a'));
    const [fileName = ''] = await readdir(folder);
    assert.equal((await stat(path.join(folder, fileName))).mode & 0o777, 0o600);
    assert.deepEqual((await store.takeOldest())?.entry, entry('a'));
  });

  it('lets nobody take the next one while the oldest is taken', async () => {
    await store.add(entry('a', 1));
    await store.add(entry('b', 2));
    const taken = await store.takeOldest();
    assert.equal(await new FileOutboxStore(folder).takeOldest(), undefined);
    assert.equal(await store.count(), 2);
    await taken?.giveBack();
    assert.equal((await new FileOutboxStore(folder).takeOldest())?.entry.id, 'a');
  });

  it('frees what a dead process had taken', async () => {
    await store.add(entry('a'));
    const [fileName = ''] = await readdir(folder);
    await rename(
      path.join(folder, fileName),
      path.join(folder, `${fileName}.taken-${await deadPid()}-${Date.now()}`),
    );
    assert.equal((await store.takeOldest())?.entry.id, 'a');
  });

  it('sets a damaged file aside and goes on', async () => {
    await store.add(entry('b', 2));
    await writeFile(path.join(folder, '000000000000001-000001-a.json'), '{"id":"a","annot');
    await writeFile(
      path.join(folder, '000000000000001-000002-a.json'),
      '{"id":"a","annotation":{"kind":"x"}}',
    );
    const foreign = JSON.stringify(entry('a\r\nb'));
    await writeFile(path.join(folder, '000000000000001-000003-a.json'), foreign);
    await writeFile(path.join(folder, 'unrelated.txt'), '');
    assert.equal((await store.takeOldest())?.entry.id, 'b');
    assert.equal(await store.count(), 1);
    const asideCount = (await readdir(folder)).filter((name) => name.endsWith('.unreadable')).length;
    assert.equal(asideCount, 3);
  });

  it('frees what a process that hangs, or another of its number, holds for a minute', async () => {
    await store.add(entry('a'));
    const [fileName = ''] = await readdir(folder);
    const takenBy = (agoMs: number) => `${fileName}.taken-${process.pid}-${Date.now() - agoMs}`;
    const recent = takenBy(30_000);
    await rename(path.join(folder, fileName), path.join(folder, recent));
    assert.equal(await store.takeOldest(), undefined);
    await rename(path.join(folder, recent), path.join(folder, takenBy(61_000)));
    assert.equal((await store.takeOldest())?.entry.id, 'a');
  });

  it('frees what was taken in a future that a clock set back has made', async () => {
    await store.add(entry('a'));
    const [fileName = ''] = await readdir(folder);
    const tomorrow = `${fileName}.taken-${process.pid}-${Date.now() + 86_400_000}`;
    await rename(path.join(folder, fileName), path.join(folder, tomorrow));
    assert.equal((await store.takeOldest())?.entry.id, 'a');
  });

  it('bears that somebody has taken over what it held', async () => {
    await store.add(entry('a'));
    const taken = await store.takeOldest();
    const [fileName = ''] = await readdir(folder);
    await rm(path.join(folder, fileName));
    await taken?.giveBack();
    await taken?.remove();
    assert.equal(await store.count(), 0);
  });

  it('keeps an entry once that is added again, taken or not', async () => {
    await store.add(entry('a'));
    await store.add(entry('a', 2));
    assert.equal(await store.count(), 1);
    const taken = await store.takeOldest();
    await new FileOutboxStore(folder).add(entry('a', 3));
    await taken?.remove();
    assert.equal(await store.count(), 0);
  });

  it('sweeps what a killed process left half written, and nothing that is being written', async () => {
    await store.add(entry('a'));
    const [old, young] = ['old', 'young'].map((name) =>
      path.join(folder, `000000000000001-000001-b.json.${name}.tmp`),
    ) as [string, string];
    await writeFile(old, '{"id":');
    await writeFile(young, '{"id":');
    const hoursAgo = new Date(Date.now() - 2 * 3_600_000);
    await utimes(old, hoursAgo, hoursAgo);
    await store.add(entry('c'));
    const left = (await readdir(folder)).filter((name) => name.endsWith('.tmp'));
    assert.deepEqual(left, [path.basename(young)]);
    assert.equal(await store.count(), 2);
  });
});
