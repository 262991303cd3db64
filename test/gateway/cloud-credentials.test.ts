import assert from 'node:assert/strict';
import { BEDROCK_REGION, startFakeBedrock } from '../fakes/bedrock/bedrock.ts';
import type { FakeServer } from '../fakes/fake-server.ts';
import { VERTEX_PROJECT, VERTEX_REGION, startFakeVertex } from '../fakes/vertex/vertex.ts';
import { startDaemon, type TestDaemon } from '../harness/daemon.ts';
import { exchange } from '../sdk/exchange.ts';
import { ledgerIn, spansIn } from './rig.ts';

describe('a provider whose credentials cannot be had', () => {
  let vertex: FakeServer;
  let bedrock: FakeServer;
  let daemon: TestDaemon;

  before(async () => {
    vertex = await startFakeVertex(() => true);
    bedrock = await startFakeBedrock([]);
    daemon = await startDaemon({
      providers: [
        { name: 'anthropic', upstream: vertex.url },
        { name: 'anthropic-vertex', upstream: vertex.url },
        { name: 'anthropic-bedrock', upstream: bedrock.url },
      ],
      budgetDailyUsd: 10,
      config: {
        vertex_ai: { project_id: VERTEX_PROJECT, region: VERTEX_REGION },
        aws: { region: BEDROCK_REGION },
      },
      env: {
        GOOGLE_APPLICATION_CREDENTIALS: '/nowhere/google-credentials.json',
        AWS_EC2_METADATA_DISABLED: 'true',
      },
    });
  });
  after(async () => {
    await daemon.stop();
    await vertex.stop();
    await bedrock.stop();
  });

  for (const [provider, remedy] of [
    ['anthropic', /gcloud auth application-default login/],
    ['anthropic-vertex', /gcloud auth application-default login/],
    ['anthropic-bedrock', /aws sso login/],
  ] as const) {
    it(`${provider}: is not asked, the caller learns what to do, and pays nothing`, async () => {
      const model =
        provider === 'anthropic-bedrock' ? 'eu.anthropic.claude-haiku-4-5-20251001-v1:0' : 'claude-haiku-4-5';
      const answer = await exchange(daemon.url, {
        method: 'POST',
        path: `/proxy/${provider}/v1/messages`,
        headers: { 'content-type': 'application/json', authorization: 'Bearer of-the-client' },
        body: JSON.stringify({ model, max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] }),
      });
      const { error } = JSON.parse(answer.body.toString()) as { error: { type: string; message: string } };
      assert.deepEqual([answer.status, error.type], [502, 'upstream_error']);
      assert.match(error.message, remedy);
      assert.ok(!error.message.includes('/nowhere'));
      const { spent, reserved, reservations } = ledgerIn(daemon.home);
      assert.deepEqual([spent, reserved, reservations], [0n, 0n, 0n]);
    });
  }

  it('leaves a span of each call, and asks nobody', async () => {
    const answer = await fetch(`${daemon.url}/candela.v1.TraceService/SearchSpans`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    assert.equal(answer.status, 200);
    assert.deepEqual(
      spansIn(daemon.home).map(({ status, cost }) => [status, cost]),
      [1, 2, 3].map(() => ['error', 0n]),
    );
    assert.deepEqual([...vertex.requests(), ...bedrock.requests()], []);
  });

  it('is said in the log by the words that alert rules know', () => {
    assert.ok(daemon.log().includes('"failed to get ADC token"'));
  });
});
