import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as http1Request, Agent } from 'node:http';
import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createDualProtocolServer, type DualProtocolServer } from './dual-protocol-server.ts';

describe('dual-protocol server', () => {
  let dual: DualProtocolServer;
  let port: number;
  /** Lets `/held` answers go on. */
  let release: () => void;
  let accepted: Socket[];
  const clients: Socket[] = [];
  const sessions: ClientHttp2Session[] = [];
  beforeEach(async () => {
    const released = new Promise<void>((resolve) => (release = resolve));
    dual = createDualProtocolServer((req, res) => {
      void (async () => {
        const body = await text(req);
        if (req.url === '/held') {
          res.write('begun ');
          await released;
        }
        res.end(`${req.httpVersion} ${req.method} ${req.url} ${body}`);
      })();
    });
    accepted = [];
    dual.server.on('connection', (socket: Socket) => accepted.push(socket));
    dual.server.listen(0, '127.0.0.1');
    await once(dual.server, 'listening');
    ({ port } = dual.server.address() as AddressInfo);
  });
  afterEach(async () => {
    release();
    for (const client of clients.splice(0)) client.destroy();
    for (const session of sessions.splice(0)) session.destroy();
    const drained = dual.drain();
    dual.cut();
    await drained;
  });

  const rawConnection = async (): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1');
    clients.push(socket);
    socket.setNoDelay();
    await once(socket, 'connect');
    return socket;
  };
  const session = (): ClientHttp2Session => {
    const one = connectHttp2(`http://127.0.0.1:${port}`);
    sessions.push(one);
    return one;
  };
  const http2Post = (on: ClientHttp2Session, path: string, body = 'x'): Promise<string> => {
    const stream = on.request({ ':method': 'POST', ':path': path });
    stream.end(body);
    return text(stream);
  };
  /** What comes back until the other side closes or these words are there. */
  const readUntil = async (socket: Socket, words: string): Promise<string> => {
    let said = '';
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      said += String(chunk);
      if (said.includes(words)) break;
    }
    return said;
  };

  it('keeps an HTTP/1.1 connection for call after call', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const answers: string[] = [];
    for (const path of ['/a', '/b', '/c']) {
      const req = http1Request({ port, host: '127.0.0.1', path, method: 'POST', agent });
      req.end(path);
      const [res] = (await once(req, 'response')) as [NodeJS.ReadableStream];
      answers.push(await text(res));
    }
    agent.destroy();
    assert.deepEqual(answers, ['1.1 POST /a /a', '1.1 POST /b /b', '1.1 POST /c /c']);
    assert.equal(accepted.length, 1);
  });

  it('answers many calls at once over one HTTP/2 connection', async () => {
    const on = session();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => http2Post(on, `/${n}`, 'y'.repeat(n))),
    );
    assert.deepEqual(
      answers,
      Array.from({ length: 20 }, (_, n) => `2.0 POST /${n} ${'y'.repeat(n)}`),
    );
    assert.equal(accepted.length, 1);
  });

  for (const method of ['POST', 'PUT', 'PATCH', 'PROPFIND', 'GET']) {
    it(`knows HTTP/1.1 by ${method}, sent byte by byte`, async () => {
      const socket = await rawConnection();
      for (const byte of `${method} /x HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\nhi`) {
        socket.write(byte);
        await nextTurn();
      }
      assert.match(await readUntil(socket, ' hi'), new RegExp(`^HTTP/1\\.1 200 [^]*1\\.1 ${method} /x hi`));
    });
  }

  it('knows HTTP/2 by its preface, sent byte by byte', async () => {
    const socket = await rawConnection();
    const settings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
    for (const byte of Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), settings])) {
      socket.write(Buffer.of(byte));
      await nextTurn();
    }
    const [frame] = (await once(socket, 'data')) as [Buffer];
    assert.equal(frame[3], 4, 'the server answers with its own SETTINGS');
  });

  /** Bytes that did not decide yet were put back at once, which made them readable again, and so on without end. */
  it('waits for the next byte without looking at the last ones again and again', async () => {
    const socket = await rawConnection();
    socket.write('P');
    let reads = 0;
    while (accepted.length === 0 || accepted[0]?.bytesRead === 0) await nextTurn();
    const [server] = accepted as [Socket];
    const read = server.read.bind(server);
    server.read = (size?: number) => {
      reads++;
      return read(size) as unknown;
    };
    for (let turn = 0; turn < 50; turn++) await nextTurn();
    assert.ok(reads <= 2, `${reads} looks at one byte`);
    socket.write('OST /later HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n');
    assert.match(await readUntil(socket, '/later'), /1\.1 POST \/later/);
  });

  it('lets go of a connection that leaves before it has said what it speaks', async () => {
    for (const said of ['', 'P', 'PR']) {
      const socket = await rawConnection();
      socket.end(said);
      socket.resume();
      await once(socket, 'close');
      const resetting = await rawConnection();
      resetting.write(said, () => resetting.resetAndDestroy());
      await once(resetting, 'close');
    }
    assert.equal(await http2Post(session(), '/still'), '2.0 POST /still x');
  });

  describe('drain', () => {
    const isOver = async (drained: Promise<void>): Promise<boolean> => {
      const over = await Promise.race([drained.then(() => true), nextTurn(false)]);
      return over;
    };

    it('closes what is idle or silent, and takes nothing new', async () => {
      const silent = await rawConnection();
      const idle = await rawConnection();
      idle.write('GET /x HTTP/1.1\r\nhost: x\r\n\r\n');
      await readUntil(idle, '/x');
      const on = session();
      await http2Post(on, '/x');
      const gone = Promise.all([silent, idle].map((socket) => once(socket.resume(), 'close')));
      await dual.drain();
      await gone;
      await assert.rejects(once(connect(port, '127.0.0.1'), 'connect'));
    });

    it('lets what is under way finish, over both protocols, and ends then', async () => {
      const first = await rawConnection();
      first.write('GET /held HTTP/1.1\r\nhost: x\r\n\r\n');
      await readUntil(first, 'begun');
      const on = session();
      const stream = on.request({ ':method': 'GET', ':path': '/held' });
      const [begun] = (await once(stream, 'data')) as [Buffer];
      assert.equal(begun.toString(), 'begun ');
      const drained = dual.drain();
      assert.equal(await isOver(drained), false);
      release();
      assert.match(await readUntil(first, '/held'), /1\.1 GET \/held/);
      assert.equal(await text(stream), '2.0 GET /held ');
      await drained;
    });

    it('ends at once when what is left is cut', async () => {
      const first = await rawConnection();
      first.write('GET /held HTTP/1.1\r\nhost: x\r\n\r\n');
      await readUntil(first, 'begun');
      const stream = session().request({ ':method': 'GET', ':path': '/held' });
      stream.on('error', () => {});
      await once(stream, 'data');
      const drained = dual.drain();
      dual.cut();
      await drained;
    });
  });
});
