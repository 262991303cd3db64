import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BEDROCK_REGION, startFakeBedrock } from '../fakes/bedrock/bedrock.ts';
import type { FakeServer } from '../fakes/fake-server.ts';
import { type GoogleTokenEndpoint, startGoogleTokenEndpoint } from '../fakes/google-token-endpoint.ts';
import { startFakeVertex, VERTEX_PROJECT, VERTEX_REGION } from '../fakes/vertex/vertex.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { exchange } from '../sdk/exchange.ts';

const KEY = { accessKeyId: 'AKIASERVER', secretAccessKey: 'secret' };
const IDENTITY_TOKEN = 'an-identity-token-for-candela';

describe('a server with accounts in the clouds', () => {
  let folder: string;
  let tokens: GoogleTokenEndpoint;
  let vertex: FakeServer;
  let bedrock: FakeServer;
  let server: TestServer;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'candela-clouds-'));
    tokens = await startGoogleTokenEndpoint();
    vertex = await startFakeVertex((token) => tokens.isToken(token));
    bedrock = await startFakeBedrock([KEY]);
    server = await startServer({
      defaultDailyBudgetUsd: 100,
      config: {
        proxy: {
          providers: [
            { name: 'anthropic', upstream: vertex.url },
            { name: 'anthropic-vertex', upstream: vertex.url },
            { name: 'anthropic-bedrock', upstream: bedrock.url },
          ],
          vertex_ai: { project_id: VERTEX_PROJECT, region: VERTEX_REGION },
          aws: { region: BEDROCK_REGION },
        },
      },
      env: {
        GOOGLE_APPLICATION_CREDENTIALS: await tokens.writeCredentials(folder),
        AWS_ACCESS_KEY_ID: KEY.accessKeyId,
        AWS_SECRET_ACCESS_KEY: KEY.secretAccessKey,
      },
    });
  });
  after(async () => {
    await server.stop();
    await vertex.stop();
    await bedrock.stop();
    await tokens.stop();
    await rm(folder, { recursive: true });
  });

  for (const [provider, model] of [
    ['anthropic', 'claude-haiku-4-5'],
    ['anthropic-vertex', 'claude-haiku-4-5'],
    ['anthropic-bedrock', 'eu.anthropic.claude-haiku-4-5-20251001-v1:0'],
  ] as const) {
    it(`calls ${provider} with its own credentials, and passes none of the caller’s on`, async () => {
      for (const stream of [false, true]) {
        const answer = await exchange(server.url, {
          method: 'POST',
          path: `/proxy/${provider}/v1/messages`,
          headers: {
            'content-type': 'application/json',
            authorization: `Bearer ${IDENTITY_TOKEN}`,
            'X-Candela-Auth': `Bearer ${IDENTITY_TOKEN}`,
          },
          body: JSON.stringify({
            model,
            stream,
            max_tokens: 99,
            messages: [{ role: 'user', content: 'Hi' }],
          }),
        });
        assert.deepEqual([answer.status, answer.ending], [200, 'complete']);
        assert.ok(answer.body.length > 0);
      }
      const seen = JSON.stringify([...vertex.requests(), ...bedrock.requests()]);
      assert.ok(seen.includes('Hi'));
      assert.ok(!seen.includes(IDENTITY_TOKEN));
    });
  }
});
