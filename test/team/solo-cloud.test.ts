import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FakeServer } from '../fakes/fake-server.ts';
import { startFakeGoogle, type FakeGoogle } from '../fakes/google-oauth/start.ts';
import { startFakeVertex, VERTEX_PROJECT, VERTEX_REGION } from '../fakes/vertex/vertex.ts';
import { startDaemon } from '../harness/daemon.ts';

/** Solo with a cloud: the developer's own credentials are those of `candela auth login`, before any other. */
describe("the developer's sign-in, without a team", () => {
  let google: FakeGoogle;
  let vertex: FakeServer;
  let home: string;

  before(async () => {
    google = await startFakeGoogle();
    vertex = await startFakeVertex((token) => token.startsWith('ya29.fake-'));
    home = await mkdtemp(join(tmpdir(), 'candela-solo-'));
  });
  after(async () => {
    await vertex.stop();
    await google.stop();
    await rm(home, { recursive: true });
  });

  it('is what a model on Vertex AI is called with', async () => {
    await google.writeSignIn(home);
    const daemon = await startDaemon({
      home,
      providers: [{ name: 'anthropic-vertex', upstream: vertex.url }],
      config: { vertex_ai: { project_id: VERTEX_PROJECT, region: VERTEX_REGION } },
      env: { GOOGLE_APPLICATION_CREDENTIALS: '/nowhere/google-credentials.json' },
    });
    const answer = await fetch(`${daemon.url}/proxy/anthropic-vertex/v1/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'claude-haiku-4-5',
        max_tokens: 9,
        messages: [{ role: 'user', content: 'Hi' }],
      }),
    });
    assert.equal(answer.status, 200, await answer.text());
    const [call] = vertex.requests();
    assert.equal(call?.headers['authorization'], `Bearer ${(await google.journal()).accessTokens.at(-1)}`);
    await daemon.stop();
  });
});
