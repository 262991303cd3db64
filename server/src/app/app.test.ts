import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@candela/core/host';
import { startApp, type App } from './app.ts';
import { loadServerConfig } from './server-config.ts';

describe('startApp', () => {
  let home: string;
  let provider: Server;

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'candela-app-'));
    // Begins an answer and never ends it.
    provider = createServer((req, res) => {
      req.resume();
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write('data: {"choices":[{"delta":{"content":"Hello"}}]}\n\n');
    });
    await once(provider.listen(0, '127.0.0.1'), 'listening');
  });
  after(async () => {
    provider.closeAllConnections();
    provider.close();
    await rm(home, { recursive: true });
  });

  const start = (drainMs: number): Promise<App> => {
    const env = { CANDELA_HOME: home, CANDELA_PORT: '0', CANDELA_DEV_MODE: 'true' };
    const { port } = provider.address() as AddressInfo;
    return startApp({
      config: {
        ...loadServerConfig({ ...env, CANDELA_DEFAULT_DAILY_BUDGET: '1' }),
        providers: [{ name: 'openai', upstream: `http://127.0.0.1:${port}` }],
      },
      logger: createLogger('silent'),
      version: '0.0.0',
      env,
      drainMs,
    });
  };

  const rpc = async (url: string, method: string): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' };
    return (await fetch(`${url}/candela.v1.${method}`, { method: 'POST', headers, body: '{}' })).json();
  };

  it('cuts a stream that does not end within the drain time, and settles what it used', async () => {
    const first = await start(50);
    const answer = await fetch(`${first.url}/proxy/openai/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({
        model: 'gpt-4o-mini',
        stream: true,
        messages: [{ role: 'user', content: 'Hello' }],
      }),
    });
    const text = answer.text();
    await Promise.all([first.stop(), assert.rejects(text)]);

    const second = await start(50);
    const mine = (await rpc(second.url, 'UserService/GetMyBudget')) as {
      budget: { spentUsd: number };
      totalRemainingUsd: number;
    };
    const { summary } = (await rpc(second.url, 'DashboardService/GetDashboardData')) as {
      summary: { totalCostUsd: number; totalLlmCalls: string };
    };
    await second.stop();
    assert.ok(mine.budget.spentUsd > 0);
    assert.equal(summary.totalLlmCalls, '1');
    assert.equal(summary.totalCostUsd, mine.budget.spentUsd);
    assert.equal(mine.totalRemainingUsd, 1 - mine.budget.spentUsd);
  });

  it('takes no span in the place of one that a call under way will leave', async () => {
    const app = await start(50);
    const answer = await fetch(`${app.url}/proxy/openai/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({
        model: 'gpt-4o-mini',
        stream: true,
        messages: [{ role: 'user', content: 'Hello' }],
      }),
    });
    const text = answer.text();
    const span = {
      traceId: answer.headers.get('x-candela-trace-id'),
      spanId: answer.headers.get('x-candela-span-id'),
      ...{ startTimeUnixNano: '1772600767000000000', endTimeUnixNano: '1772600768000000000' },
    };
    const ingest = await fetch(`${app.url}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
    });
    const { partialSuccess } = (await ingest.json()) as {
      partialSuccess: { rejectedSpans: string; errorMessage: string };
    };
    await Promise.all([app.stop(), assert.rejects(text)]);
    assert.deepEqual([ingest.status, partialSuccess.rejectedSpans], [200, '1']);
    assert.match(partialSuccess.errorMessage, /call under way/);
  });
});
