import assert from 'node:assert/strict';
import Anthropic from '@anthropic-ai/sdk';
import { ledgerIn } from '../gateway/rig.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { startVertexRig, type VertexRig } from './vertex-rig.ts';

describe('the SDK of Anthropic with anthropic-vertex', () => {
  let rig: VertexRig;
  before(async () => {
    rig = await startVertexRig(['anthropic-vertex']);
  });
  after(() => rig.stop());

  it('ends the model’s work when it hangs up, and pays for what was done', async () => {
    const baseURL = `${rig.daemon.url}/proxy/anthropic-vertex`;
    const { messages } = new Anthropic({ baseURL, apiKey: 'sk-client', maxRetries: 0 });
    const content = '[usage in=1000][answer chars=4000][fault stall after_events=9]';
    const stream = await messages.create({
      ...{ model: 'claude-haiku-4-5-20251001', max_tokens: 500, stream: true },
      messages: [{ role: 'user', content }],
    });
    for await (const event of stream) if (event.type === 'content_block_delta') break;
    const [seen] = await rig.vertex.endedRequests(1);
    assert.equal(seen?.end, 'client_gone');
    const spent = await waitUntil({
      what: 'the charge',
      probe: () => ledgerIn(rig.daemon.home).spent || undefined,
    });
    assert.ok(spent >= 1_000n * 1_000n, 'the input was read');
  });
});
