import assert from 'node:assert/strict';
import { Code, createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { RuntimeService, RuntimeState } from '@candela/proto/v1/runtime_service';
import { startServer, type TestServer } from '../harness/server.ts';
import { refused, startRig, type RuntimeRig } from './rig.ts';

describe('runtimes in team mode', () => {
  let server: TestServer;
  let rig: RuntimeRig;
  before(async () => {
    server = await startServer();
    rig = await startRig({ backend: 'ollama', remote: server.url });
  });
  after(async () => {
    await rig.close();
    await server.stop();
  });

  it('are those of this machine', async () => {
    assert.equal((await rig.client.startRuntime({})).status?.state, RuntimeState.RUNNING);
    assert.equal((await rig.client.listModels({})).models.length, 2);
    await rig.client.pullModel({ model: 'qwen3:8b' });
    await rig.pullOf('qwen3:8b', ({ state }) => state === 'done');
    const { body } = await rig.api('GET', 'models');
    assert.deepEqual(
      body.models.map(({ id }: { id: string }) => id),
      ['llama3.2:3b', 'nomic-embed-text:latest', 'qwen3:8b'],
    );
  });

  it('are not the server’s, which says where to ask', async () => {
    const client = createClient(
      RuntimeService,
      createConnectTransport({ baseUrl: server.url, httpVersion: '1.1' }),
    );
    await refused(client.getHealth({}), Code.Unimplemented, /on your own machine/);
    await refused(client.resetState({}), Code.Unimplemented, /on your own machine/);
  });
});
