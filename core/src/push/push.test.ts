import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { eventually } from '../client/testing/eventually.ts';
import { createPush, type Push } from './push.ts';

describe('push, over a socket', () => {
  let server: Server;
  let push: Push;
  let opened: IncomingMessage[];

  const serve = async (options: Parameters<typeof createPush>[0] = {}) => {
    push = createPush(options);
    const answer = push.wrap((req, res) => {
      req.resume();
      // What the front door does with labels in the path.
      if (req.url?.startsWith('/with/')) req.url = req.url.slice('/with/a=b'.length);
      res.end('handled');
    }, 'answered');
    server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
  };
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  /** A reader of the stream, and what it has read. */
  const listen = async () => {
    const request = get(`${url()}/_local/api/events`);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    opened.push(response);
    let text = '';
    response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    // A stream that is cut is one of the things looked at.
    response.on('error', () => {});
    return { response, text: () => text, changes: () => text.split('event: change').length - 1 };
  };
  const post = async (path: string) => {
    const answer = await fetch(url() + path, { method: 'POST', body: '{}' });
    assert.equal(await answer.text(), 'handled');
  };

  beforeEach(() => {
    opened = [];
  });
  afterEach(async () => {
    for (const response of opened) response.destroy();
    push.close();
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });

  it('tells the version at once, and every change after that with a greater one', async () => {
    await serve();
    const { response, text, changes } = await listen();
    assert.equal(response.statusCode, 200);
    assert.match(response.headers['content-type'] ?? '', /^text\/event-stream/);
    assert.equal(response.headers['x-accel-buffering'], 'no');
    await eventually('the first event', () => changes() === 1);
    push.changed();
    await eventually('the change', () => changes() === 2);
    const versions = [...text().matchAll(/^id: (\d+)\ndata: \{"version":(\d+)\}$/gm)];
    assert.equal(versions.length, 2);
    const [[, id, version], [, laterId]] = versions as [RegExpMatchArray, RegExpMatchArray];
    assert.equal(id, version);
    assert.ok(Number(laterId) > Number(id));
    assert.match(text(), /^retry: \d+\n\n/);
  });

  it('takes answers to what may change something for changes, and no others', async () => {
    await serve();
    const { changes } = await listen();
    await eventually('the first event', () => changes() === 1);
    let expected = 1;
    for (const path of [
      '/candela.v1.UserService/SetBudget',
      '/candela.v1.AnnotationService/AddLabel',
      '/proxy/openai/v1/chat/completions',
      '/with/a=b/v1/messages',
      '/v1/traces',
      '/_local/api/config',
    ]) {
      for (const reading of [
        '/candela.v1.UserService/GetMyBudget',
        '/candela.v1.UserService/ListGrants',
        '/candela.v1.TraceService/SearchSpans',
        '/elsewhere',
      ]) {
        await post(reading);
      }
      await post(path);
      expected += 1;
      await eventually(`the change of ${path}`, () => changes() >= expected);
      assert.equal(changes(), expected);
    }
  });

  it('leaves everything else to the handler', async () => {
    await serve();
    assert.equal(await (await fetch(`${url()}/_local/api/traces`)).text(), 'handled');
    const posted = await fetch(`${url()}/_local/api/events`, { method: 'POST' });
    assert.equal(await posted.text(), 'handled');
  });

  it('sends heartbeats, so that a dead line is noticed', async () => {
    await serve({ heartbeatMs: 10 });
    const { text } = await listen();
    await eventually('three heartbeats', () => text().split(': heartbeat\n\n').length > 3);
  });

  it('turns the one too many away, and takes it when another has left', async () => {
    await serve({ maxListeners: 2 });
    const first = await listen();
    await listen();
    const third = await listen();
    assert.equal(third.response.statusCode, 503);
    await eventually('the reason', () => third.text().includes('too many programs'));
    first.response.destroy();
    await eventually('a place', async () => (await listen()).response.statusCode === 200);
  });

  it('drops a reader that does not read', async () => {
    await serve({ heartbeatMs: 1 });
    const socket: Socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    // A reader that stalls: nothing is taken off the socket, so the server's writes pile up.
    socket.pause().on('error', () => {});
    socket.write('GET /_local/api/events HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n');
    const [serverSide] = (await once(server, 'connection')) as [Socket];
    // As full buffers do, without the megabytes they take on a loopback interface.
    serverSide.cork();
    await eventually('the reader is dropped', () => serverSide.destroyed);
    socket.destroy();
  });

  it('ends every stream when it is closed, and takes no new one', async () => {
    await serve();
    const { response } = await listen();
    push.close();
    await eventually('the end', () => response.complete);
    assert.equal((await listen()).response.statusCode, 503);
  });
});
