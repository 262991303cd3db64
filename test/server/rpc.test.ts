import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:http2';
import { Code, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from '@connectrpc/connect-node';
import { UserService } from '@candela/proto/v1/user_service';
import { startServer, type TestServer } from '../harness/server.ts';

const TRANSPORTS: Readonly<Record<string, (baseUrl: string) => Transport>> = {
  'Connect, JSON, HTTP/1.1': (baseUrl) =>
    createConnectTransport({ baseUrl, httpVersion: '1.1', useBinaryFormat: false }),
  'Connect, binary, HTTP/1.1': (baseUrl) =>
    createConnectTransport({ baseUrl, httpVersion: '1.1', useBinaryFormat: true }),
  'Connect, binary, HTTP/2': (baseUrl) =>
    createConnectTransport({ baseUrl, httpVersion: '2', useBinaryFormat: true }),
  'gRPC, binary, HTTP/2': (baseUrl) => createGrpcTransport({ baseUrl }),
  'gRPC, JSON, HTTP/2': (baseUrl) => createGrpcTransport({ baseUrl, useBinaryFormat: false }),
  'gRPC-Web, binary, HTTP/1.1': (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: '1.1' }),
  'gRPC-Web, binary, HTTP/2': (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: '2' }),
};

describe("candela-server's services, on one port", () => {
  let server: TestServer;

  before(async () => {
    server = await startServer({ defaultDailyBudgetUsd: 3 });
  });
  after(() => server.stop());

  for (const [name, transportTo] of Object.entries(TRANSPORTS)) {
    it(`${name}: answers GetMyBudget`, async () => {
      const mine = await createClient(UserService, transportTo(server.url)).getMyBudget({});
      assert.deepEqual([mine.budget?.limitUsd, mine.totalRemainingUsd], [3, 3]);
    });

    it(`${name}: says which field of a request is wrong`, async () => {
      const { setBudget } = createClient(UserService, transportTo(server.url));
      await assert.rejects(setBudget({ userId: 'admin@localhost', limitUsd: -1 }), (cause) => {
        const { code, rawMessage } = ConnectError.from(cause);
        assert.equal(code, Code.InvalidArgument);
        assert.match(rawMessage, /limit_usd/);
        return true;
      });
    });
  }

  const post = (path: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(server.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });

  it('answers a plain POST without Connect-Protocol-Version', async () => {
    const answer = await post('/candela.v1.UserService/GetMyBudget', '{}');
    const mine = (await answer.json()) as { budget: { limitUsd: number } };
    assert.deepEqual([answer.status, mine.budget.limitUsd], [200, 3]);
  });

  for (const path of [
    '/candela.v1.UserService/Nothing',
    '/candela.v1.NoService/GetMyBudget',
    '/candela.v1.',
  ]) {
    it(`${path} is 404`, async () => {
      assert.equal((await post(path, '{}')).status, 404);
    });
  }

  it('lives on after requests that cannot be read', async () => {
    const path = '/candela.v1.UserService/SetBudget';
    const answers = [
      await post(path, '{"userId": '),
      await post(path, '{"userId": 7, "limitUsd": "much"}'),
      await post(path, 'x', { 'content-type': 'application/octet-stream' }),
      await post(path, JSON.stringify({ userId: 'x'.repeat(5_000_000) })),
      await post('/proxy/openai/%zz/%E0%A4%A', '{}'),
      await post(`/proxy/${'x'.repeat(8_000)}/v1`, '{}', { 'x-request-id': 'a"b\\c<script>' }),
    ];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [400, 400, 415, 429, 400, 400],
    );
    assert.match(answers[5]?.headers.get('x-request-id') ?? '', /^[0-9a-f]{32}$/);
    assert.equal((await fetch(`${server.url}/readyz`)).status, 200);
  });

  it('answers unusual methods itself, and does not hang', async () => {
    const answer = await fetch(`${server.url}/v1/models`, { method: 'PROPFIND' });
    assert.equal(answer.status, 404);
    const { error } = (await answer.json()) as { error: { type: string } };
    assert.equal(error.type, 'not_found_error');
  });

  it('answers many HTTP/2 requests over one connection', async () => {
    const session = connect(server.url);
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const request = session.request({ ':path': '/healthz' });
        const [headers] = (await once(request, 'response')) as [Record<string, unknown>];
        request.resume();
        await once(request, 'close');
        return headers[':status'];
      }),
    );
    session.close();
    assert.deepEqual(new Set(statuses), new Set([200]));
  });
});
