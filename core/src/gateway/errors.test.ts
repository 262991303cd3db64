import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { IdentityRefusal, Refusal, REFUSALS, sendRefusal, type RefusalType } from './errors.ts';

/** Contract section 3, and sections 1 and 8 for what is not a gate: the code and the status of each refusal. */
const CONTRACT: Readonly<Record<RefusalType, number>> = {
  account_inactive: 402,
  rate_limit_exceeded: 429,
  request_too_large: 413,
  invalid_request_error: 400,
  tenant_access_denied: 403,
  access_denied: 403,
  pricing_not_configured: 402,
  request_cost_exceeded: 402,
  model_daily_limit_exceeded: 402,
  insufficient_budget: 402,
  circuit_open: 503,
  upstream_error: 502,
  governance_unavailable: 503,
  not_found_error: 404,
};

async function answerTo(
  refusal: Refusal | IdentityRefusal,
  headers: readonly string[] = [],
): Promise<Response> {
  const server = createServer((_req, res) => sendRefusal(res, refusal, headers)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return new Response(await answer.text(), { status: answer.status, headers: answer.headers });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('refusals', () => {
  it('have the statuses of the contract, all of them and no other', () => {
    assert.deepEqual({ ...REFUSALS }, CONTRACT);
  });

  it('are sent as JSON with message, type and code, and the call’s own headers', async () => {
    const answer = await answerTo(new Refusal('insufficient_budget', 'budget “exhausted”'), [
      'X-Request-ID',
      'r-1',
    ]);
    assert.deepEqual(
      [answer.status, answer.headers.get('content-type'), answer.headers.get('x-request-id')],
      [402, 'application/json', 'r-1'],
    );
    assert.deepEqual(await answer.json(), {
      error: { message: 'budget “exhausted”', type: 'insufficient_budget', code: 'insufficient_budget' },
    });
  });

  it('say when to come back, where that is known', async () => {
    const later = await answerTo(new Refusal('circuit_open', 'x', { retryAfterSeconds: 12 }));
    assert.equal(later.headers.get('retry-after'), '12');
    assert.equal((await answerTo(new Refusal('circuit_open', 'x'))).headers.get('retry-after'), null);
  });

  it('of an identity are sent in the plain form of middleware', async () => {
    const answer = await answerTo(new IdentityRefusal(401, 'missing authentication'));
    assert.equal(answer.status, 401);
    assert.deepEqual(await answer.json(), { error: 'missing authentication' });
  });

  it('that come when an answer has begun can only end the connection', async () => {
    const server = createServer((_req, res) => {
      res.write('begun');
      sendRefusal(res, new Refusal('upstream_error', 'too late'));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await assert.rejects(fetch(`http://127.0.0.1:${port}/`).then((answer) => answer.text()));
    server.closeAllConnections();
    server.close();
  });

  it('keep their cause', () => {
    const cause = new Error('why');
    assert.equal(new Refusal('upstream_error', 'x', { cause }).cause, cause);
  });
});
