import assert from 'node:assert/strict';
import type { JsonObject } from '../wire/json-shape.ts';
import { ANTHROPIC_REQUEST_FIELDS } from './anthropic-request-fields.ts';
import { anthropicRequestToOpenAi, type ToOpenAiOptions } from './anthropic-request-to-openai.ts';
import { refusedField } from './testing/refusal-of.ts';
import { ANTHROPIC_TRANSLATION, OPENAI_TRANSLATION } from './testing/requests.ts';

const OPTIONS: ToOpenAiOptions = { limitField: 'max_completion_tokens', returnsReasoning: false };
const BASIC = { model: 'gpt-5.4', max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] };
const translate = (fields: JsonObject, options: Partial<ToOpenAiOptions> = {}) =>
  anthropicRequestToOpenAi({ ...BASIC, ...fields }, { ...OPTIONS, ...options });
const refused = (fields: JsonObject) => refusedField(() => translate(fields));
const turn = (role: string, ...content: readonly unknown[]) => ({ messages: [{ role, content }] });

/** For every field that is not read: what is let pass, and what is refused. */
const UNREAD: Readonly<
  Record<string, { readonly passes: readonly unknown[]; readonly refused: readonly unknown[] }>
> = {
  cache_control: { passes: [{ type: 'ephemeral' }, null], refused: [] },
  context_management: {
    passes: [{ edits: [] }, { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] }, null],
    refused: [{ edits: [{ type: 'clear_tool_uses_20250919' }] }, { edits: [], other: 1 }, { edits: {} }, []],
  },
  container: { passes: [null], refused: ['container_1'] },
  diagnostics: { passes: [null], refused: [{ previous_message_id: null }] },
  inference_geo: { passes: [null], refused: ['eu'] },
  speed: { passes: ['standard', null], refused: ['fast'] },
  user_profile_id: { passes: [], refused: ['x'] },
  workspace_id: { passes: [], refused: ['x'] },
  top_k: { passes: [null], refused: [40] },
  anthropic_version: { passes: ['vertex-2023-10-16'], refused: [] },
};

describe('Anthropic request to OpenAI', () => {
  it('translates a conversation with everything in it', () => {
    assert.deepEqual(anthropicRequestToOpenAi(ANTHROPIC_TRANSLATION, OPTIONS), OPENAI_TRANSLATION);
  });

  it("asks for the least where the client does, under the limit's name that the server knows", () => {
    const messages = [{ role: 'user', content: 'Hi' }];
    assert.deepEqual(translate({}), { model: 'gpt-5.4', messages, max_completion_tokens: 100 });
    assert.deepEqual(translate({}, { limitField: 'max_tokens' }), {
      model: 'gpt-5.4',
      messages,
      max_tokens: 100,
    });
  });

  it('decides about every field that it does not read', () => {
    const unread = Object.entries(ANTHROPIC_REQUEST_FIELDS).filter(([, rule]) => rule.kind !== 'translated');
    assert.deepEqual(unread.map(([name]) => name).toSorted(), Object.keys(UNREAD).toSorted());
    for (const [name, { passes, refused: refusedValues }] of Object.entries(UNREAD)) {
      for (const value of passes) assert.deepEqual(translate({ [name]: value }), translate({}), name);
      for (const value of refusedValues) assert.equal(refused({ [name]: value }), name);
    }
  });

  it('refuses fields that nobody knows, and names what is missing or malformed', () => {
    assert.equal(refused({ n: 1 }), 'n');
    assert.equal(refused({ model: undefined }), 'model');
    assert.equal(refused({ max_tokens: undefined }), 'max_tokens');
    assert.equal(refused({ max_tokens: 0 }), 'max_tokens');
    assert.equal(refused({ metadata: { team: 'a' } }), 'metadata.team');
    assert.equal(refused({ output_config: { task_budget: {} } }), 'output_config.task_budget');
    assert.equal(refused({ thinking: { type: 'sometimes' } }), 'thinking.type');
    assert.equal(refused(turn('robot')), 'messages[0].role');
    assert.equal(refused(turn('user', { type: 'text' })), 'messages[0].content[0].text');
    assert.equal(refused({ system: [{ type: 'image' }] }), 'system[0].type');
  });

  it('keeps a system message where it stands', () => {
    const messages = [
      { role: 'user', content: 'a' },
      { role: 'system', content: [{ type: 'text', text: 'rule' }] },
    ];
    assert.deepEqual(translate({ system: '', messages }).messages, [
      { role: 'user', content: 'a' },
      { role: 'system', content: 'rule' },
    ]);
  });

  it("puts each tool's result into a message, what it shows after it, and then what the user says", () => {
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } };
    const content = [
      { type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: 'seen' }, image] },
      { type: 'tool_result', tool_use_id: 'b', content: 'boom', is_error: true },
      { type: 'tool_result', tool_use_id: 'c' },
      { type: 'text', text: 'Well?' },
    ];
    assert.deepEqual(translate(turn('user', ...content)).messages, [
      { role: 'tool', tool_call_id: 'a', content: 'seen' },
      {
        role: 'tool',
        tool_call_id: 'b',
        content: [
          { type: 'text', text: 'The tool failed:' },
          { type: 'text', text: 'boom' },
        ],
      },
      { role: 'tool', tool_call_id: 'c', content: '' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'From the result of tool call a:' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
          { type: 'text', text: 'Well?' },
        ],
      },
    ]);
  });

  it('writes documents of text as text, and refuses what OpenAI cannot fetch', () => {
    const document = (source: object, fields: object = {}) =>
      turn('user', { type: 'document', source, ...fields });
    const text = { type: 'text', media_type: 'text/plain', data: 'Inhalt' };
    assert.deepEqual(translate(document(text, { title: 'Brief', context: 'von 1901' })).messages, [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Brief\nvon 1901' },
          { type: 'text', text: 'Inhalt' },
        ],
      },
    ]);
    const nested = { type: 'content', content: [{ type: 'text', text: 'x' }] };
    assert.deepEqual(translate(document(nested)).messages, [{ role: 'user', content: 'x' }]);
    const source = 'messages[0].content[0].source.type';
    assert.equal(refused(document({ type: 'url', url: 'https://a/b.pdf' })), source);
    assert.equal(refused(document({ type: 'file', file_id: 'f' })), source);
    assert.equal(refused(turn('user', { type: 'image', source: { type: 'file', file_id: 'f' } })), source);
    assert.equal(
      refused(document(text, { citations: { enabled: true } })),
      'messages[0].content[0].citations.enabled',
    );
  });

  it('refuses fields that nobody knows, however deep they stand', () => {
    const inContent = (block: object) => refused(turn('user', block)).replace('messages[0].content[0].', '');
    const inline = { type: 'base64', media_type: 'image/png', data: 'AAAA', crop: 'face' };
    const url = { type: 'url', url: 'https://a/b.png', crop: 'face' };
    const text = { type: 'text', media_type: 'text/plain', data: 'x', lang: 'de' };
    const pdf = { type: 'base64', media_type: 'application/pdf', data: 'AAAA', pages: '1-2' };
    const nested = { type: 'content', content: 'x', lang: 'de' };
    assert.equal(inContent({ type: 'image', source: inline }), 'source.crop');
    assert.equal(inContent({ type: 'image', source: url }), 'source.crop');
    assert.equal(inContent({ type: 'document', source: text }), 'source.lang');
    assert.equal(inContent({ type: 'document', source: pdf }), 'source.pages');
    assert.equal(inContent({ type: 'document', source: nested }), 'source.lang');
    const call = {
      type: 'tool_use',
      id: 'a',
      name: 'f',
      input: {},
      caller: { type: 'direct', tool_id: 'b' },
    };
    assert.equal(refused(turn('assistant', call)), 'messages[0].content[0].caller.tool_id');
    const format = { type: 'json_schema', schema: { type: 'object' }, name: 'n' };
    assert.equal(refused({ output_config: { format } }), 'output_config.format.name');
  });

  it('leaves thinking out, or returns it as text to a server that wants it', () => {
    const content = [
      { type: 'thinking', thinking: 'Hm.', signature: '' },
      { type: 'redacted_thinking', data: 'ZQ==' },
      { type: 'text', text: 'Yes.' },
    ];
    const said = { role: 'assistant', content: 'Yes.' };
    assert.deepEqual(translate(turn('assistant', ...content)).messages, [said]);
    assert.deepEqual(translate(turn('assistant', ...content), { returnsReasoning: true }).messages, [
      { ...said, reasoning_content: 'Hm.' },
    ]);
    assert.deepEqual(translate(turn('assistant', content[0])).messages, []);
  });

  it('signs the first of several calls for a server that misses the signature of a thought', () => {
    const calls = ['a', 'b'].map((id) => ({ type: 'tool_use', id, name: 'f', input: {} }));
    const [said] = translate(turn('assistant', ...calls), { thoughtSignature: 's' }).messages;
    const call = (id: string) => ({ id, type: 'function', function: { name: 'f', arguments: '{}' } });
    assert.deepEqual(said, {
      ...{ role: 'assistant', content: null },
      tool_calls: [{ ...call('a'), extra_content: { google: { thought_signature: 's' } } }, call('b')],
    });
    assert.deepEqual(
      translate(turn('assistant', { type: 'text', text: 'x' }), { thoughtSignature: 's' }).messages,
      [{ role: 'assistant', content: 'x' }],
    );
  });

  it("refuses blocks and tools of Anthropic's own", () => {
    for (const type of ['search_result', 'container_upload', 'web_search_tool_result', 'x']) {
      assert.equal(refused(turn('user', { type })), 'messages[0].content[0].type');
    }
    assert.equal(refused(turn('assistant', { type: 'server_tool_use' })), 'messages[0].content[0].type');
    assert.equal(refused({ tools: [{ type: 'web_search_20250305', name: 'web_search' }] }), 'tools[0].type');
    const tool = { name: 'f', input_schema: { type: 'object' } };
    assert.equal(refused({ tools: [{ ...tool, defer_loading: true }] }), 'tools[0].defer_loading');
    assert.equal(refused({ tools: [{ ...tool, input_examples: [{}] }] }), 'tools[0].input_examples');
    assert.equal(
      refused({ tools: [{ ...tool, allowed_callers: ['code_execution_20260120'] }] }),
      'tools[0].allowed_callers',
    );
  });

  it('translates the choice of a tool', () => {
    const tools = [{ name: 'f', input_schema: { type: 'object' } }];
    const chosen = (choice: object) => translate({ tools, tool_choice: choice }).tool_choice;
    assert.deepEqual(
      [chosen({ type: 'auto' }), chosen({ type: 'any' }), chosen({ type: 'none' })],
      ['auto', 'required', 'none'],
    );
    assert.deepEqual(chosen({ type: 'tool', name: 'f' }), { type: 'function', function: { name: 'f' } });
    assert.deepEqual(translate({ tool_choice: { type: 'none' } }), translate({}));
    assert.equal(refused({ tool_choice: { type: 'any' } }), 'tool_choice');
    assert.equal(refused({ tools, tool_choice: { type: 'all' } }), 'tool_choice.type');
  });

  it('refuses more stop sequences than OpenAI takes', () => {
    assert.equal(translate({ stop_sequences: [] }).stop, undefined);
    assert.equal(refused({ stop_sequences: ['1', '2', '3', '4', '5'] }), 'stop_sequences');
  });

  it('shortens a user id that OpenAI would refuse to one that is as steady', () => {
    const userOf = (id: string) => translate({ metadata: { user_id: id } }).user;
    assert.equal(userOf('u'.repeat(64)), 'u'.repeat(64));
    assert.match(userOf('u'.repeat(65)) ?? '', /^[0-9a-f]{64}$/);
    assert.equal(userOf('u'.repeat(65)), userOf('u'.repeat(65)));
  });

  it('gives a schema its own title for a name', () => {
    const nameOf = (schema: object) => {
      const format = translate({
        output_config: { format: { type: 'json_schema', schema } },
      }).response_format;
      return format?.type === 'json_schema' ? format.json_schema.name : undefined;
    };
    assert.deepEqual([nameOf({}), nameOf({ title: 'Größe (cm)' })], ['answer', 'Gr_e_cm_']);
  });
});
