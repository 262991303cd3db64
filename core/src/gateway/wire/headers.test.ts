import assert from 'node:assert/strict';
import {
  headersForNextHop,
  headersToForward,
  headersToReturn,
  headerValue,
  replaceHeader,
} from './headers.ts';

const raw = (...lines: readonly string[]): string[] =>
  lines.flatMap((line) => {
    const colon = line.indexOf(': ');
    return [line.slice(0, colon), line.slice(colon + 2)];
  });

describe('headers', () => {
  it('to a provider keep their case, order and repetition', () => {
    const headers = raw(
      'X-Stainless-Lang: js',
      'accept: a',
      'Accept: b',
      'AUTHORIZATION: Bearer sk',
      'tracestate: v=1',
    );
    assert.deepEqual(headersToForward(headers), headers);
  });

  it('to a provider carry nothing that is Candela’s, whatever its case', () => {
    const ours = raw(
      'X-Candela-Auth: Bearer secret',
      'x-candela-tenant-id: t',
      'X-CANDELA-ANYTHING: x',
      'Traceparent: 00-a',
      'X-Request-ID: r',
      'X-Session-Id: s',
      'X-User-Id: u',
      'Baggage: candela.job_id=j',
      'Proxy-Authorization: Bearer secret',
      'X-Goog-IAP-JWT-Assertion: secret',
      'X-Goog-Authenticated-User-Email: accounts.google.com:ada@example.com',
      'X-Goog-Authenticated-User-Id: accounts.google.com:1',
      'X-Serverless-Authorization: Bearer secret',
    );
    assert.deepEqual(headersToForward([...ours, 'accept', '*/*']), ['accept', '*/*']);
  });

  it('to any next hop carry nothing that was for this hop', () => {
    const hop = raw(
      'Host: localhost',
      'Connection: keep-alive, X-Mine',
      'Keep-Alive: timeout=5',
      'TE: trailers',
      'Trailer: x',
      'Transfer-Encoding: chunked',
      'Upgrade: h2c',
      'Content-Length: 5',
      'Expect: 100-continue',
      'Proxy-Connection: keep-alive',
      'X-Mine: for this hop',
      ':method: POST',
    );
    const kept = raw('X-Candela-Auth: Bearer t', 'traceparent: 00-a', 'accept: */*');
    assert.deepEqual(headersForNextHop([...hop, ...kept]), kept);
  });

  it('to a client come back as the provider sent them, bytes above 127 included', () => {
    const bytes = raw(
      'Content-Type: text/plain',
      'Set-Cookie: a',
      'set-cookie: b',
      'X-Note: gr\u00fc\u00dfe',
    );
    const sent = [...bytes, ...raw('Connection: close', 'Transfer-Encoding: chunked')];
    assert.deepEqual(
      headersToReturn(
        sent.map((text) => Buffer.from(text, 'latin1')),
        'provider',
      ),
      bytes,
    );
  });

  /** A client saw two request ids in one header, and whatever a provider said of its budget. */
  it('of a provider say nothing in Candela’s name, and name no headers of the connection', () => {
    const sent = raw(
      'X-Request-Id: req_1',
      'x-candela-budget-remaining-usd: 9999',
      'Connection: close, X-Hop',
      'X-Hop: 1',
      'openai-version: 2020-10-01',
    ).map((text) => Buffer.from(text));
    assert.deepEqual(headersToReturn(sent, 'provider'), raw('openai-version: 2020-10-01'));
    assert.deepEqual(
      headersToReturn(sent, 'candela'),
      raw('X-Request-Id: req_1', 'x-candela-budget-remaining-usd: 9999', 'openai-version: 2020-10-01'),
    );
  });

  it('are found by name without case, the first one', () => {
    const headers = raw('A: 1', 'X-B: 2', 'x-b: 3');
    assert.deepEqual([headerValue(headers, 'x-b'), headerValue(headers, 'c')], ['2', undefined]);
  });

  it('are replaced wherever and however often they stand', () => {
    const headers = raw('Authorization: a', 'x: 1', 'AUTHORIZATION: b');
    replaceHeader(headers, 'authorization', 'Bearer new');
    assert.deepEqual(headers, raw('x: 1', 'authorization: Bearer new'));
    replaceHeader(headers, 'x');
    assert.deepEqual(headers, raw('authorization: Bearer new'));
  });
});
