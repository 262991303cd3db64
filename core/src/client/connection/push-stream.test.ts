import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DaemonConnection } from './daemon-connection.ts';
import { PushStream } from './push-stream.ts';
import { eventually } from '../testing/eventually.ts';
import { ManualScheduler } from '../testing/manual-scheduler.ts';

const SILENCE_LIMIT_MS = 45_000;
const STREAM = { 'content-type': 'text/event-stream; charset=utf-8' };
const EVENT = 'event: change\nid: 1\ndata: {"version":1}\n\n';

describe('PushStream', () => {
  let servers: Server[];
  let streams: ServerResponse[];
  let asked: number;
  let baseUrl: string;
  let scheduler: ManualScheduler;
  let stream: PushStream;
  let changes: number;
  let lives: boolean[];
  /** How the server begins its answer. */
  let begin: (response: ServerResponse) => void;

  const listen = async (): Promise<string> => {
    const server = createServer((request, response) => {
      assert.equal(request.url, '/_local/api/events');
      asked += 1;
      streams.push(response);
      begin(response);
    }).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const isLive = () => eventually('a live stream', () => stream.isLive);

  beforeEach(async () => {
    [servers, streams, lives] = [[], [], []];
    [asked, changes] = [0, 0];
    begin = (response) => void response.writeHead(200, STREAM).write(': hello\n\n');
    baseUrl = await listen();
    scheduler = new ManualScheduler();
    stream = new PushStream({
      connection: new DaemonConnection(() => Promise.resolve(baseUrl)),
      scheduler,
      onChange: () => (changes += 1),
      onLive: (live) => lives.push(live),
      silenceLimitMs: SILENCE_LIMIT_MS,
      random: () => 0,
    });
  });
  afterEach(async () => {
    await stream.stop();
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  });

  it('tells of a change once connected, and of each that comes, however it is cut up', async () => {
    stream.start();
    await isLive();
    assert.equal(changes, 1);
    streams[0]?.write(EVENT + EVENT);
    await eventually('both', () => changes === 3);
    for (const char of EVENT) streams[0]?.write(char);
    await eventually('the cut one', () => changes === 4);
    streams[0]?.write(`: heartbeat\n\nevent: other\ndata: {}\n\ndata: nameless\n\n${EVENT}`);
    await eventually('the one after what is none', () => changes === 5);
    assert.equal(asked, 1);
  });

  it('is not live before it is connected, nor after the end, and comes back after a pause', async () => {
    stream.start();
    await isLive();
    streams[0]?.end();
    await eventually('the end', () => !stream.isLive);
    await eventually('a pause', () => scheduler.pendingDelaysMs.length === 1);
    assert.deepEqual(scheduler.pendingDelaysMs, [500]);
    scheduler.advance(500);
    await isLive();
    assert.deepEqual(lives, [true, false, true]);
  });

  it('pauses longer with each failure, up to a minute', async () => {
    begin = (response) => response.writeHead(503).end();
    stream.start();
    const pauses: number[] = [];
    for (let index = 0; index < 8; index += 1) {
      await eventually('a try', () => asked === index + 1);
      // While a try goes on, its limit is what is scheduled.
      await eventually(
        'a pause',
        () => (scheduler.pendingDelaysMs[0] ?? SILENCE_LIMIT_MS) < SILENCE_LIMIT_MS,
      );
      const [pauseMs = 0] = scheduler.pendingDelaysMs;
      pauses.push(pauseMs);
      scheduler.advance(pauseMs);
    }
    assert.deepEqual(pauses, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    assert.deepEqual([changes, lives], [0, []]);
  });

  it('leaves a daemon alone that has no stream, or answers something else, until it is told of another', async () => {
    for (const [index, answer] of [
      (response: ServerResponse) => response.writeHead(404).end('nothing here'),
      (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>hello'),
    ].entries()) {
      begin = answer;
      stream.start();
      await eventually('the answer', () => asked === index + 1);
      await eventually('a long pause', () => scheduler.pendingDelaysMs[0] === 300_000);
      await stream.stop();
    }
    stream.start();
    await eventually('the answer', () => asked === 3);
    await eventually('a long pause', () => scheduler.pendingDelaysMs[0] === 300_000);
    begin = (response) => void response.writeHead(200, STREAM).write(': hello\n\n');
    stream.tryNow(baseUrl);
    await isLive();
  });

  it('takes a line that has gone silent for dead, and a heartbeat for life', async () => {
    stream.start();
    await isLive();
    scheduler.advance(40_000);
    streams[0]?.write(': heartbeat\n\n');
    await eventually('the heartbeat', () => scheduler.pendingDelaysMs[0] === SILENCE_LIMIT_MS);
    scheduler.advance(44_999);
    assert.equal(stream.isLive, true);
    scheduler.advance(1);
    await eventually('the end', () => !stream.isLive);
  });

  it('is not live behind a proxy that holds the events back, and leaves it alone for longer and longer', async () => {
    begin = (response) => response.writeHead(200, STREAM).flushHeaders();
    stream.start();
    const pauses: number[] = [];
    for (let index = 0; index < 3; index += 1) {
      await eventually('a try', () => asked === index + 1);
      await eventually('its limit', () => scheduler.pendingDelaysMs[0] === 45_000);
      scheduler.advance(45_000);
      await eventually(
        'a pause',
        () => (scheduler.pendingDelaysMs[0] ?? SILENCE_LIMIT_MS) < SILENCE_LIMIT_MS,
      );
      const [pauseMs = 0] = scheduler.pendingDelaysMs;
      pauses.push(pauseMs);
      scheduler.advance(pauseMs);
    }
    assert.deepEqual(pauses, [500, 1_000, 2_000]);
    assert.deepEqual([changes, lives], [0, []]);
  });

  it('follows the daemon to another address', async () => {
    stream.start();
    await isLive();
    baseUrl = await listen();
    stream.tryNow(baseUrl);
    await eventually('the end of the first', () => lives.length === 2);
    await eventually('a pause', () => scheduler.pendingDelaysMs.length === 1);
    scheduler.advance(500);
    await isLive();
    assert.equal(asked, 2);
  });

  it('hangs up on what sends a line without an end', async () => {
    begin = (response) => void response.writeHead(200, STREAM).write('x'.repeat(100_000));
    stream.start();
    await eventually('the end', () => lives.length === 2);
  });

  it('connects anew when it is told to, from a line that stands and from a pause', async () => {
    stream.start();
    await isLive();
    stream.reconnect();
    await eventually('the end', () => !stream.isLive);
    await eventually('a pause', () => scheduler.pendingDelaysMs[0] === 500);
    stream.reconnect();
    await isLive();
    assert.equal(asked, 2);
  });

  it('calls nobody once it is stopped, and can be started again', async () => {
    stream.start();
    await isLive();
    await stream.stop();
    assert.deepEqual([lives, stream.isLive, scheduler.pendingDelaysMs], [[true], false, []]);
    stream.start();
    stream.start();
    await isLive();
    assert.equal(asked, 2);
  });
});
