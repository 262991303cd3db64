import assert from 'node:assert/strict';
import { detectRequestFormat } from './request-format.ts';
import { ANTHROPIC_TRANSLATION, OPENAI_REQUEST, OPENAI_TRANSLATION } from './testing/requests.ts';

const plain = { model: 'claude-opus-4-6', max_tokens: 5, messages: [{ role: 'user', content: 'Hi' }] };
const format = (fields: object) => detectRequestFormat({ ...plain, ...fields });

describe('request format', () => {
  it('tells whole requests', () => {
    assert.equal(detectRequestFormat(OPENAI_REQUEST), 'openai');
    assert.equal(detectRequestFormat(OPENAI_TRANSLATION), 'openai');
    assert.equal(detectRequestFormat(ANTHROPIC_TRANSLATION), 'anthropic');
  });

  it("tells Anthropic's requests by one sign", () => {
    const message = (part: object) => ({ messages: [{ role: 'user', content: [part] }] });
    const signs = [
      { system: 'x' },
      { stop_sequences: [] },
      { thinking: { type: 'adaptive' } },
      { top_k: 5 },
      { anthropic_version: 'vertex-2023-10-16' },
      { metadata: { user_id: 'x' } },
      { service_tier: 'standard_only' },
      { tools: [{ name: 'f', input_schema: {} }] },
      { tool_choice: { type: 'any' } },
      message({ type: 'image', source: {} }),
      message({ type: 'tool_result', tool_use_id: 'a' }),
    ];
    for (const sign of signs) assert.equal(format(sign), 'anthropic', JSON.stringify(sign));
  });

  it("tells OpenAI's requests by one sign", () => {
    const signs = [
      { n: 1 },
      { stop: 'x' },
      { tool_choice: 'auto' },
      { tool_choice: { type: 'function', function: { name: 'f' } } },
      { tools: [{ type: 'function', function: { name: 'f' } }] },
      { messages: [{ role: 'system', content: 'x' }] },
      { messages: [{ role: 'tool', tool_call_id: 'a', content: 'x' }] },
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: {} }] }] },
    ];
    for (const sign of signs) assert.equal(format(sign), 'openai', JSON.stringify(sign));
  });

  it("takes for OpenAI's what could be both, and what mixes both", () => {
    assert.equal(format({}), 'openai');
    assert.equal(format({ stop: 'x', top_k: 5 }), 'openai');
    assert.equal(format({ messages: 'x', tools: 7, tool_choice: null }), 'openai');
  });
});
