import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Code, ConnectError } from '@connectrpc/connect';
import type { Annotation } from './annotation.ts';
import { DaemonConnection } from '../connection/daemon-connection.ts';
import { FileOutboxStore } from '../node/file-outbox-store.ts';
import { AnnotationOutbox } from './outbox.ts';
import { eventually } from '../testing/eventually.ts';
import { InMemoryDaemon } from '../testing/in-memory-daemon.ts';
import { ManualScheduler } from '../testing/manual-scheduler.ts';

const label = (traceId: string, text: string): Annotation => ({ kind: 'label', traceId, label: text });

describe('AnnotationOutbox', () => {
  let folder: string;
  let daemon: InMemoryDaemon;
  let scheduler: ManualScheduler;
  let opened: AnnotationOutbox[];

  /** An outbox over the same folder, as after a restart or in a second window. */
  const open = () => {
    const connection = new DaemonConnection(() => Promise.resolve(daemon.url));
    const outbox = new AnnotationOutbox({ connection, scheduler, store: new FileOutboxStore(folder) });
    opened.push(outbox);
    return outbox;
  };
  const labels = () => daemon.annotations.map((annotation) => annotation.label);

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'candela-outbox-'));
    daemon = new InMemoryDaemon();
    daemon.traceIds = ['t1', 't2'];
    await daemon.start();
    scheduler = new ManualScheduler();
    opened = [];
  });
  afterEach(async () => {
    await Promise.all(opened.map((outbox) => outbox.stop()));
    await daemon.stop();
    await rm(folder, { recursive: true });
  });

  it('sends each kind with all it has, and keeps nothing', async () => {
    const outbox = open();
    await outbox.submit({ kind: 'outcome', traceId: 't1', success: true, score: 0.75, comment: 'neat' });
    await outbox.submit({ kind: 'label', traceId: 't1', label: 'refactor' });
    const last = await outbox.submit({ kind: 'metric', traceId: 't2', metricName: 'tests', metricValue: 42 });
    assert.equal(last.result, 'sent');
    assert.equal(await outbox.waiting(), 0);
    const [outcome, , metric] = daemon.annotations;
    assert.deepEqual(
      [outcome?.traceId, outcome?.success, outcome?.score, outcome?.comment],
      ['t1', true, 0.75, 'neat'],
    );
    assert.deepEqual(labels(), ['', 'refactor', '']);
    assert.deepEqual([metric?.traceId, metric?.metricName, metric?.metricValue], ['t2', 'tests', 42]);
  });

  it('keeps annotations over an outage and a restart, and sends them once, in order', async () => {
    await daemon.stop();
    const before = open();
    for (const text of ['a', 'b', 'c']) {
      const { result } = await before.submit(label('t1', text));
      assert.equal(result, 'kept');
      scheduler.advance(1);
    }
    await before.stop();
    const after = open();
    assert.equal(await after.waiting(), 3);
    await daemon.start();
    assert.equal((await after.flush()).sent.length, 3);
    await after.flush();
    assert.deepEqual(labels(), ['a', 'b', 'c']);
    assert.equal(await after.waiting(), 0);
  });

  it('sends what waited before what is new', async () => {
    await daemon.stop();
    const outbox = open();
    await outbox.submit(label('t1', 'old'));
    await daemon.start();
    const { result, others } = await outbox.submit(label('t1', 'new'));
    assert.equal(result, 'sent');
    assert.equal(others.sent.length, 1);
    assert.deepEqual(labels(), ['old', 'new']);
  });

  it('drops what the server refuses for good, says why, and goes on', async () => {
    await daemon.stop();
    const outbox = open();
    await outbox.submit(label('gone', 'a'));
    await outbox.submit(label('t1', 'b'));
    await daemon.start();
    const { sent, refused, stoppedBy } = await outbox.flush();
    assert.deepEqual([sent.length, refused.length, stoppedBy], [1, 1, undefined]);
    assert.match(refused[0]?.reason ?? '', /no trace gone/);
    assert.deepEqual(labels(), ['b']);
    assert.equal(await outbox.waiting(), 0);
    const own = await outbox.submit(label('gone', 'c'));
    assert.equal(own.result, 'refused');
  });

  it('keeps what meets an error that may pass, and gives up after a day of them', async () => {
    daemon.refuseWith = new ConnectError('store is away', Code.Internal);
    const outbox = open();
    assert.equal((await outbox.submit(label('t1', 'a'))).result, 'kept');
    scheduler.advance(23 * 3_600_000);
    assert.equal((await outbox.flush()).stoppedBy?.kind, 'temporary');
    scheduler.advance(2 * 3_600_000);
    const { refused } = await outbox.flush();
    assert.match(refused[0]?.reason ?? '', /store is away/);
    assert.equal(await outbox.waiting(), 0);
  });

  it('has the same patience with what has waited for long already', async () => {
    await daemon.stop();
    const outbox = open();
    await outbox.submit(label('t1', 'a'));
    scheduler.advance(72 * 3_600_000);
    await daemon.start();
    daemon.refuseWith = new ConnectError('store is away', Code.Internal);
    assert.equal((await outbox.flush()).stoppedBy?.kind, 'temporary');
    daemon.refuseWith = undefined;
    assert.equal((await outbox.flush()).sent.length, 1);
  });

  it('never gives up where a sign-in is needed, or nobody is there to take it', async () => {
    const outbox = open();
    for (const code of [Code.Unauthenticated, Code.Unavailable]) {
      daemon.refuseWith = new ConnectError('later', code);
      assert.equal((await outbox.submit(label('t1', Code[code]))).result, 'kept');
      scheduler.advance(48 * 3_600_000);
      assert.equal((await outbox.flush()).stoppedBy?.kind, 'unreachable');
    }
    assert.equal(await outbox.waiting(), 2);
  });

  /** The port of a daemon that was stopped is anybody's; its 404 once passed for a final no, and the annotation was gone. */
  for (const [status, type, body] of [
    [404, 'text/plain', 'no such page'],
    [403, 'text/html', '<h1>Forbidden</h1>'],
    [200, 'text/html', '<h1>Welcome</h1>'],
    [200, 'application/json', '{}'],
  ] as const) {
    it(`keeps what another program answers with ${status} ${type}`, async () => {
      const stranger = createServer((_request, response) => {
        response.writeHead(status, { 'content-type': type }).end(body);
      });
      stranger.listen(0, '127.0.0.1');
      await once(stranger, 'listening');
      const url = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
      const connection = new DaemonConnection(() => Promise.resolve(url));
      const outbox = new AnnotationOutbox({ connection, scheduler, store: new FileOutboxStore(folder) });
      const { result } = await outbox.submit(label('t1', 'a'));
      await outbox.stop();
      stranger.closeAllConnections();
      stranger.close();
      assert.equal(result, 'kept');
      assert.equal(await outbox.waiting(), 1);
    });
  }

  it('sends what it cannot keep, and says so if it can do neither', async () => {
    const file = path.join(folder, 'outbox');
    await writeFile(file, 'no folder can be here');
    const connection = new DaemonConnection(() => Promise.resolve(daemon.url));
    const outbox = new AnnotationOutbox({ connection, scheduler, store: new FileOutboxStore(file) });
    opened.push(outbox);
    assert.equal((await outbox.submit(label('t1', 'a'))).result, 'sent');
    assert.equal((await outbox.submit(label('gone', 'b'))).result, 'refused');
    assert.deepEqual(labels(), ['a']);
    await daemon.stop();
    await assert.rejects(outbox.submit(label('t1', 'c')), /neither sent \(nothing answers at .*\) nor kept/);
  });

  it('never gives up for an outage, however long', async () => {
    await daemon.stop();
    const outbox = open();
    await outbox.submit(label('t1', 'a'));
    scheduler.advance(90 * 24 * 3_600_000);
    assert.equal((await outbox.flush()).stoppedBy?.kind, 'unreachable');
    assert.equal(await outbox.waiting(), 1);
  });

  it('sends each once when two windows share the folder', async () => {
    await daemon.stop();
    const [one, two] = [open(), open()];
    for (let index = 0; index < 10; index += 1) {
      await (index % 2 === 0 ? one : two).submit(label('t1', String(index)));
      scheduler.advance(1);
    }
    await daemon.start();
    await Promise.all([one.flush(), two.flush(), one.flush(), two.flush()]);
    await one.flush();
    assert.deepEqual(labels(), ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  });

  it('sends those that are made at once one after the other, and says of each that it is sent', async () => {
    const outbox = open();
    const submitted = ['a', 'b', 'c'].map((text) => outbox.submit(label('t1', text)));
    const results = (await Promise.all(submitted)).map(({ result }) => result);
    // Whichever flush took it: what another submit has sent is sent.
    assert.deepEqual(labels().toSorted(), ['a', 'b', 'c']);
    assert.deepEqual(results, ['sent', 'sent', 'sent']);
  });

  it('keeps what a call in flight was carrying when it is stopped', async () => {
    daemon.gate = new Promise(() => {});
    const outbox = open();
    const submitted = outbox.submit(label('t1', 'a'));
    await eventually('the call', () => daemon.countOf('annotate') === 1);
    await outbox.stop();
    assert.equal((await submitted).result, 'kept');
    assert.equal(await outbox.waiting(), 1);
  });

  it('names each annotation by a key of its own, the same for every try', async () => {
    daemon.refuseWith = new ConnectError('store is away', Code.Internal);
    const outbox = open();
    await outbox.submit(label('t1', 'a'));
    await outbox.flush();
    daemon.refuseWith = undefined;
    await outbox.submit(label('t1', 'b'));
    const [first, second, third, other] = daemon.idempotencyKeys;
    assert.match(first ?? '', /^"[\da-f-]{36}"$/);
    assert.deepEqual([second, third], [first, first]);
    assert.notEqual(other, first);
    assert.equal(daemon.idempotencyKeys.length, 4);
  });

  it('takes an id of the caller’s, and keeps what has it once', async () => {
    await daemon.stop();
    const outbox = open();
    await outbox.submit(label('t1', 'a'), 'request-1');
    await outbox.submit(label('t1', 'a'), 'request-1');
    assert.equal(await outbox.waiting(), 1);
    await daemon.start();
    await outbox.flush();
    assert.deepEqual(daemon.idempotencyKeys, ['"request-1"']);
    await assert.rejects(outbox.submit(label('t1', 'a'), '../elsewhere'), RangeError);
  });
});
