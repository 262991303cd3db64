import assert from 'node:assert/strict';
import { IdentityRefusal } from '../gateway/errors.ts';
import type { Identify } from '../gateway/gates/identity.ts';
import { serve, type Served } from '../testing/http-handler.ts';
import { recordedLog, type LogLine } from '../testing/recorded-log.ts';
import { ApiError } from './api-error.ts';
import { createLocalApi, isLocalApiPath } from './local-api.ts';

describe('management API', () => {
  let served: Served;
  let lines: readonly LogLine[];
  const identify: Identify = (header) => {
    const role = header('x-role');
    if (role === undefined) throw new IdentityRefusal(401, 'missing authentication');
    return { userId: 'ada', email: 'ada@example.com', role: role === 'admin' ? 'admin' : 'developer' };
  };
  before(async () => {
    const log = recordedLog();
    lines = log.lines;
    const handle = createLocalApi({
      identify,
      logger: log.logger,
      endpoints: {
        echo: {
          GET: ({ query, caller }) => ({ body: { query: query.get('q'), caller: caller.userId } }),
          POST: async ({ json }) => ({ status: 201, body: { posted: await json() } }),
        },
        'echo/broken': {
          GET: () => {
            throw new Error('a secret of ours');
          },
        },
        'echo/told': {
          GET: () => {
            throw new ApiError(418, 'I am a teapot');
          },
        },
      },
    });
    served = await serve((req, res) => void handle(req, res));
  });
  after(() => served.close());

  const ask = async (path: string, init: RequestInit = {}, role = 'admin') => {
    const headers = new Headers(init.headers);
    headers.set('x-role', role);
    const answer = await fetch(`${served.url}/_local/api${path}`, { ...init, headers });
    return {
      status: answer.status,
      headers: answer.headers,
      body: (await answer.json()) as Record<string, unknown>,
    };
  };
  const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
    ask('/echo', { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });

  it('knows its paths', () => {
    for (const url of ['/_local/api', '/_local/api/', '/_local/api/x?y', '/_local/api?y'])
      assert.equal(isLocalApiPath(url), true, url);
    for (const url of ['/_local/', '/_local/apis', '/x/_local/api/', '/']) {
      assert.equal(isLocalApiPath(url), false, url);
    }
  });

  it('answers in JSON that nobody keeps', async () => {
    const { status, headers, body } = await ask('/echo?q=a%20b');
    assert.deepEqual([status, body], [200, { query: 'a b', caller: 'ada' }]);
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal(headers.get('content-type'), 'application/json');
    const head = await fetch(`${served.url}/_local/api/echo`, {
      method: 'HEAD',
      headers: { 'x-role': 'admin' },
    });
    assert.equal(head.status, 200);
    assert.deepEqual((await post('{"a":1}')).body, { posted: { a: 1 } });
    const withCharset = await post('[]', { 'content-type': 'Application/JSON; charset=utf-8' });
    assert.deepEqual([withCharset.status, withCharset.body], [201, { posted: [] }]);
  });

  it('answers admins alone', async () => {
    const developer = await ask('/echo', {}, 'developer');
    assert.deepEqual(
      [developer.status, developer.body],
      [403, { error: 'only an admin may do this: ask one of yours' }],
    );
    const stranger = await fetch(`${served.url}/_local/api/echo`);
    assert.deepEqual([stranger.status, await stranger.json()], [401, { error: 'missing authentication' }]);
    assert.equal((await ask('/nothing', {}, 'developer')).status, 403);
  });

  it('says what there is, and what a path takes', async () => {
    const missing = await ask('/nothing');
    assert.equal(missing.status, 404);
    assert.match(String(missing.body['error']), /\/_local\/api\/echo, /);
    for (const path of ['', '/', '/__proto__', '/toString', '/echo/', '/%65cho']) {
      assert.equal((await ask(path)).status, 404, path);
    }
    const deleted = await ask('/echo', { method: 'DELETE' });
    assert.deepEqual([deleted.status, deleted.headers.get('allow')], [405, 'GET, POST']);
    assert.deepEqual(deleted.body, { error: '/_local/api/echo takes GET, POST' });
    assert.equal((await ask('/echo/told', { method: 'POST', body: '{}' })).status, 405);
  });

  it('takes nothing that a form of a web page can send', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      'text/json',
    ]) {
      const { status, body } = await post('{"a":1}', { 'content-type': type });
      assert.deepEqual(
        [status, body],
        [415, { error: 'send JSON: the header Content-Type must be application/json' }],
        type,
      );
    }
    const untyped = await ask('/echo', { method: 'POST', body: new Uint8Array([123, 125]) });
    assert.equal(untyped.status, 415);
    assert.equal((await post('{}', { 'content-encoding': 'gzip' })).status, 415);
  });

  it('refuses what is no JSON, and what is too much of it', async () => {
    for (const body of ['', '{', '{"a":1', "{'a':1}", 'undefined', '\u0000']) {
      const refused = await post(body);
      assert.deepEqual([refused.status, refused.body], [400, { error: 'invalid JSON' }], body);
    }
    const most = JSON.stringify('x'.repeat(1024 * 1024 - 2));
    assert.equal((await post(most)).status, 201);
    const { status, body } = await post(`${most} `);
    assert.deepEqual([status, body], [413, { error: 'the request body is larger than 1 MiB' }]);
  });

  it('tells the caller what was said to them, and the log alone what went wrong', async () => {
    const told = await ask('/echo/told');
    assert.deepEqual([told.status, told.body], [418, { error: 'I am a teapot' }]);
    const before = lines.length;
    const broken = await ask('/echo/broken');
    assert.deepEqual(
      [broken.status, broken.body],
      [500, { error: 'Candela could not do this: its log says why' }],
    );
    assert.equal(lines.length, before + 1);
  });
});
