import assert from 'node:assert/strict';
import type { JsonObject } from '../wire/json-shape.ts';
import { refusedField } from './testing/refusal-of.ts';
import { refuseUntellable } from './untellable.ts';

const refused = (request: JsonObject) => refusedField(() => refuseUntellable(request));
const NOTHING = 'nothing was refused';

describe('an Anthropic request whose answer becomes a chat completion', () => {
  it('may use every tool that its client runs', () => {
    const types = [undefined, null, 'custom', 'bash_20250124', 'text_editor_20250728', 'computer_20251124'];
    const tools = types.map((type) => ({ type, name: 'f' }));
    assert.equal(refused({ tools, messages: [{ role: 'user', content: 'Hi' }] }), NOTHING);
  });

  it('is refused for tools that Anthropic runs, and those that nobody knows', () => {
    const types = [
      'web_search_20250305',
      'web_fetch_20250910',
      'tool_search_tool_bm25',
      'mcp_toolset',
      'x',
      7,
    ];
    for (const type of types) assert.equal(refused({ tools: [{ name: 'f' }, { type }] }), 'tools[1].type');
  });

  it('is refused for citations, wherever a document asks for them', () => {
    const document = (enabled: boolean) => ({ type: 'document', citations: { enabled } });
    const said = (...content: readonly unknown[]) => ({ messages: [{ role: 'user', content }] });
    assert.equal(refused(said(document(false), document(true))), 'messages[0].content[1].citations');
    const result = { type: 'tool_result', tool_use_id: 'a', content: [document(true)] };
    assert.equal(refused(said(result)), 'messages[0].content[0].content[0].citations');
    assert.equal(refused(said(document(false), { type: 'text', citations: null })), NOTHING);
  });

  it('passes where it is malformed, for Anthropic to say so', () => {
    for (const broken of [7, null, 'x', [7], { a: 1 }, [[{}]], [{ content: 7 }]]) {
      assert.equal(refused({ tools: broken, messages: broken }).startsWith('messages'), false);
    }
  });
});
