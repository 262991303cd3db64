import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import fc from 'fast-check';
import { labelsHeader } from '../client/connection/labels-header.ts';
import { labelsFrom } from '../gateway/context/labels.ts';
import { createDualProtocolServer } from './dual-protocol-server.ts';
import { takeLabelsFromPath } from './labels-in-path.ts';

const taken = (url: string, own?: string): readonly [url: string, labels: string | undefined] => {
  const rawHeaders = own === undefined ? [] : ['X-Candela-Labels', own];
  const headers: Record<string, string> = own === undefined ? {} : { 'x-candela-labels': own };
  const req = { url, headers, rawHeaders } as unknown as IncomingMessage;
  takeLabelsFromPath(req);
  const { 'x-candela-labels': labels } = headers;
  assert.deepEqual(rawHeaders.slice(1), labels === undefined ? [] : [labels]);
  return [req.url ?? '', labels];
};

describe('labels in the path', () => {
  it('become the header, and the rest is the path', () => {
    assert.deepEqual(taken('/with/branch=a%2Fb,repo=r/v1/models?x=1'), [
      '/v1/models?x=1',
      'branch=a/b,repo=r',
    ]);
  });

  it('come after what the client says itself', () => {
    const [, labels = ''] = taken('/with/branch=path,repo=r/v1/models', 'branch=own');
    assert.deepEqual(labelsFrom(labels), { branch: 'own', repo: 'r' });
  });

  it('leave every other path alone', () => {
    for (const url of [
      '/',
      '/with/',
      '/with/a=b',
      '/with/a=b?c=/d',
      '/without/a=b/v1',
      '/v1/with/a=b/c',
      '*',
    ]) {
      assert.deepEqual(taken(url), [url, undefined], url);
    }
  });

  it('cannot break out of their header', () => {
    assert.deepEqual(taken('/with/a=b%0D%0AX-User-Id:%20root/v1'), ['/v1', 'a=bX-User-Id: root']);
    assert.deepEqual(taken('/with/%E0%A4%A/v1'), ['/v1', '']);
  });

  it('are seen by whoever reads the request, over both protocols', async () => {
    const dual = createDualProtocolServer((req, res) => {
      takeLabelsFromPath(req);
      const at = req.rawHeaders.findIndex((name) => name.toLowerCase() === 'x-candela-labels');
      res.end(JSON.stringify([req.url, req.headers['x-candela-labels'], req.rawHeaders[at + 1]]));
    });
    dual.server.listen(0, '127.0.0.1');
    await once(dual.server, 'listening');
    const origin = `http://127.0.0.1:${(dual.server.address() as AddressInfo).port}`;
    const path = '/with/repo=r/v1/models?x=1';
    const headers = { 'x-candela-labels': 'branch=b' };
    const seen = JSON.stringify(['/v1/models?x=1', 'branch=b,repo=r', 'branch=b,repo=r']);
    const session = connectHttp2(origin);
    try {
      assert.equal(await (await fetch(origin + path, { headers })).text(), seen);
      assert.equal(await textOf(session.request({ ':path': path, ...headers })), seen);
    } finally {
      session.close();
      dual.cut();
      await dual.drain();
    }
  });

  it('come through whatever is in them', () => {
    const value = fc.string({ unit: 'grapheme', maxLength: 60 }).filter((text) => !/\p{Cc}/u.test(text));
    fc.assert(
      fc.property(value, (branch) => {
        const [url, labels = ''] = taken(`/with/${encodeURIComponent(labelsHeader({ branch }))}/v1/x`);
        assert.equal(url, '/v1/x');
        assert.deepEqual(labelsFrom(labels), { branch });
      }),
    );
  });
});
