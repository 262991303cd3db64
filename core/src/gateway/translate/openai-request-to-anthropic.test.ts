import assert from 'node:assert/strict';
import type { JsonObject } from '../wire/json-shape.ts';
import { OPENAI_REQUEST_FIELDS } from './openai-request-fields.ts';
import { openAiRequestToAnthropic, wantsStreamUsage } from './openai-request-to-anthropic.ts';
import { JSON_MODE_INSTRUCTION } from './output-format.ts';
import { refusedField } from './testing/refusal-of.ts';
import { ANTHROPIC_TRANSLATION, OPENAI_REQUEST } from './testing/requests.ts';

const BASIC = { model: 'claude-opus-4-6', messages: [{ role: 'user', content: 'Hi' }] };
const translate = (fields: JsonObject) =>
  openAiRequestToAnthropic({ ...BASIC, ...fields }, { maxOutputTokens: 64_000 });
const refused = (fields: JsonObject) => refusedField(() => translate(fields));
const messages = (...list: readonly unknown[]) => ({ messages: list });
const user = (...content: readonly unknown[]) => messages({ role: 'user', content });
const firstTurn = (fields: JsonObject) => translate(fields).messages[0]?.content;

/** For every field that is not read: what is let pass, and what is refused. */
const UNREAD: Readonly<
  Record<string, { readonly passes: readonly unknown[]; readonly refused: readonly unknown[] }>
> = {
  audio: { passes: [null], refused: [{ voice: 'alloy', format: 'wav' }] },
  frequency_penalty: { passes: [0, null], refused: [0.5, -1] },
  function_call: { passes: [], refused: ['auto'] },
  functions: { passes: [], refused: [[{ name: 'f' }]] },
  logit_bias: { passes: [{}, null], refused: [{ 50256: -100 }] },
  logprobs: { passes: [false, null], refused: [true] },
  metadata: { passes: [{}, null], refused: [{ team: 'a' }] },
  modalities: { passes: [['text'], null], refused: [['text', 'audio'], ['audio'], 'text'] },
  moderation: { passes: [null], refused: [{ model: 'omni-moderation-latest' }] },
  n: { passes: [1, null], refused: [2, 0, '1'] },
  prediction: { passes: [null], refused: [{ type: 'content', content: 'x' }] },
  presence_penalty: { passes: [0, null], refused: [1] },
  prompt_cache_key: { passes: ['key', null], refused: [] },
  prompt_cache_retention: { passes: ['in_memory', null], refused: ['24h'] },
  seed: { passes: [null], refused: [7, 0] },
  store: { passes: [false, null], refused: [true] },
  top_logprobs: { passes: [0, null], refused: [5] },
  verbosity: { passes: ['medium', null], refused: ['low', 'high'] },
  web_search_options: { passes: [], refused: [{}, { search_context_size: 'low' }] },
};

describe('OpenAI request to Anthropic', () => {
  it('translates a conversation with everything in it', () => {
    assert.deepEqual(
      openAiRequestToAnthropic(OPENAI_REQUEST, { maxOutputTokens: 64_000 }),
      ANTHROPIC_TRANSLATION,
    );
  });

  it("asks for the least where the client does, with the model's own limit", () => {
    assert.deepEqual(translate({}), {
      model: 'claude-opus-4-6',
      max_tokens: 64_000,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    });
  });

  it('decides about every field that it does not read', () => {
    const unread = Object.entries(OPENAI_REQUEST_FIELDS).filter(([, rule]) => rule.kind !== 'translated');
    assert.deepEqual(unread.map(([name]) => name).toSorted(), Object.keys(UNREAD).toSorted());
    const plain = translate({});
    for (const [name, { passes, refused: refusedValues }] of Object.entries(UNREAD)) {
      for (const value of passes) assert.deepEqual(translate({ [name]: value }), plain, name);
      for (const value of refusedValues) assert.equal(refused({ [name]: value }), name);
    }
  });

  it('takes null for not set in every field that may be left out', () => {
    const required = new Set(['model', 'messages']);
    for (const name of Object.keys(OPENAI_REQUEST_FIELDS).filter((field) => !required.has(field))) {
      assert.deepEqual(translate({ [name]: null }), translate({}), name);
    }
  });

  it('refuses fields that nobody knows, at the top and inside', () => {
    assert.equal(refused({ top_k: 5 }), 'top_k');
    assert.equal(refused({ __proto__x: 1 }), '__proto__x');
    assert.equal(refused(JSON.parse('{"__proto__":{"a":1}}') as JsonObject), '__proto__');
    assert.equal(refused({ constructor: 1 }), 'constructor');
    assert.equal(
      refused({ stream_options: { include_obfuscation: true } }),
      'stream_options.include_obfuscation',
    );
    assert.equal(refused(messages({ role: 'user', content: 'x', mood: 1 })), 'messages[0].mood');
    assert.equal(refused(user({ type: 'text', text: 'x', lang: 'de' })), 'messages[0].content[0].lang');
  });

  it('refuses fields that nobody knows, however deep they stand', () => {
    const tools = [{ type: 'function', function: { name: 'f' } }];
    const chosen = (choice: object) => refused({ tools, tool_choice: choice });
    const named = { type: 'function', function: { name: 'f' } };
    assert.equal(chosen({ ...named, mood: 1 }), 'tool_choice.mood');
    assert.equal(chosen({ ...named, function: { name: 'f', mood: 1 } }), 'tool_choice.function.mood');
    const allowed = { mode: 'auto', tools: [{ ...named, mood: 1 }] };
    const inAllowed = 'tool_choice.allowed_tools.tools[0]';
    assert.equal(chosen({ type: 'allowed_tools', allowed_tools: allowed }), `${inAllowed}.mood`);
    assert.equal(
      chosen({ type: 'allowed_tools', allowed_tools: { ...allowed, tools: [] }, mood: 1 }),
      'tool_choice.mood',
    );
    const mcp = { mode: 'auto', tools: [{ type: 'mcp', server_label: 'x' }] };
    assert.equal(chosen({ type: 'allowed_tools', allowed_tools: mcp }), `${inAllowed}.type`);
    const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '{}', mood: 1 } };
    assert.equal(
      refused(messages({ role: 'assistant', tool_calls: [call] })),
      'messages[0].tool_calls[0].function.mood',
    );
    // As llama.cpp takes it: a schema that would be lost.
    const loose = { type: 'json_object', schema: { type: 'object' } };
    assert.equal(refused({ response_format: loose }), 'response_format.schema');
    assert.equal(refused({ response_format: { type: 'text', mood: 1 } }), 'response_format.mood');
    assert.equal(refused({ prompt_cache_options: { size: 1 } }), 'prompt_cache_options.size');
    const marked = (cache: object) => refused(user({ type: 'text', text: 'x', ...cache }));
    assert.equal(
      marked({ cache_control: { type: 'ephemeral', scope: 'global' } }),
      'messages[0].content[0].cache_control.scope',
    );
    assert.equal(
      marked({ prompt_cache_breakpoint: { mode: 'explicit', scope: 'global' } }),
      'messages[0].content[0].prompt_cache_breakpoint.scope',
    );
  });

  it('takes answers back as the SDK of OpenAI hands them out', () => {
    const said = {
      ...{ role: 'assistant', content: '{"a":1}', refusal: null, annotations: [], parsed: { a: 1 } },
      tool_calls: [
        {
          ...{ id: 'a', type: 'function' },
          function: { name: 'f', arguments: '{"b":2}', parsed_arguments: { b: 2 } },
        },
      ],
    };
    assert.deepEqual(firstTurn(messages(said)), [
      { type: 'text', text: '{"a":1}' },
      { type: 'tool_use', id: 'a', name: 'f', input: { b: 2 } },
    ]);
  });

  it('names what is missing or malformed', () => {
    assert.equal(refused({ model: undefined }), 'model');
    assert.equal(refused({ messages: undefined }), 'messages');
    assert.equal(refused({ messages: 'Hi' }), 'messages');
    assert.equal(refused({ messages: [] }), 'messages');
    assert.equal(refused(messages('Hi')), 'messages[0]');
    assert.equal(refused(messages({ role: 'robot', content: 'x' })), 'messages[0].role');
    assert.equal(refused(user({ type: 'text' })), 'messages[0].content[0].text');
    assert.equal(refused({ stream: 'yes' }), 'stream');
    assert.equal(refused({ top_p: '1' }), 'top_p');
    assert.equal(refused({ stop: [1] }), 'stop[0]');
  });

  it('takes either name of the limit, and refuses two limits or none', () => {
    assert.equal(translate({ max_tokens: 5 }).max_tokens, 5);
    assert.equal(translate({ max_tokens: 5, max_completion_tokens: 5 }).max_tokens, 5);
    assert.equal(refused({ max_tokens: 5, max_completion_tokens: 6 }), 'max_tokens');
    for (const limit of [0, -1, 1.5, '5', 1e300]) assert.equal(refused({ max_tokens: limit }), 'max_tokens');
  });

  it('refuses a temperature that Claude does not have', () => {
    assert.equal(translate({ temperature: 1 }).temperature, 1);
    for (const temperature of [1.01, 2, -0.1, '1']) assert.equal(refused({ temperature }), 'temperature');
  });

  it('puts system messages to the head, wherever they stand', () => {
    const request = translate(
      messages(
        { role: 'user', content: 'one' },
        { role: 'system', content: 'rule' },
        { role: 'user', content: 'two' },
      ),
    );
    assert.deepEqual(request.system, [{ type: 'text', text: 'rule' }]);
    assert.deepEqual(request.messages, [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'one' },
          { type: 'text', text: 'two' },
        ],
      },
    ]);
  });

  it('leaves out what is empty, which Anthropic refuses and which says nothing', () => {
    const request = translate(
      messages(
        { role: 'system', content: '' },
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: '', tool_calls: [] },
        { role: 'user', content: [{ type: 'text', text: '' }] },
      ),
    );
    assert.deepEqual(request, translate({}));
    assert.equal(refused(messages({ role: 'user', content: '' })), 'messages');
  });

  it('leaves out white space that stands for a message, which Anthropic refuses too', () => {
    const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } };
    const turns = translate(
      messages(
        { role: 'system', content: ' ' },
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: '\n\n', tool_calls: [call] },
        { role: 'tool', tool_call_id: 'a', content: ' \n' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'one' },
            { type: 'text', text: '\n' },
            { type: 'text', text: 'two' },
          ],
        },
      ),
    );
    assert.equal(turns.system, undefined);
    assert.deepEqual(turns.messages.slice(1), [
      { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: {} }] },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'a' },
          { type: 'text', text: 'one' },
          { type: 'text', text: '\n' },
          { type: 'text', text: 'two' },
        ],
      },
    ]);
  });

  it('reads images and files as far as Claude does', () => {
    const image = (url: string, detail?: string) => user({ type: 'image_url', image_url: { url, detail } });
    const file = (fields: object) => user({ type: 'file', file: fields });
    assert.deepEqual(firstTurn(image('DATA:image/JPG;base64,AAAA', 'high')), [
      { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: 'AAAA' } },
    ]);
    assert.deepEqual(firstTurn(file({ file_data: 'data:text/plain;charset=utf-8;base64,R3LDvMOfZQ==' })), [
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Grüße' } },
    ]);
    assert.deepEqual(
      firstTurn(image('https://example.com/a.png', 'original')),
      firstTurn(image('https://example.com/a.png')),
    );
    assert.deepEqual(firstTurn(file({ file_data: 'data:text/csv;base64,YSxi', filename: 'a.csv' })), [
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'a,b' }, title: 'a.csv' },
    ]);
    // Latin-1, of which UTF-8 would make something else.
    assert.equal(
      refused(file({ file_data: 'data:text/plain;base64,R3L832U=' })),
      'messages[0].content[0].file.file_data',
    );
    assert.equal(
      refused(image('https://example.com/a.png', 'low')),
      'messages[0].content[0].image_url.detail',
    );
    for (const url of ['data:image/bmp;base64,AAAA', 'data:image/png,AAAA', 'ftp://example.com/x', '']) {
      assert.equal(refused(image(url)), 'messages[0].content[0].image_url.url');
    }
    assert.equal(refused(file({ file_id: 'file-1' })), 'messages[0].content[0].file.file_id');
    assert.equal(refused(file({})), 'messages[0].content[0].file.file_data');
    assert.equal(
      refused(file({ file_data: 'data:application/zip;base64,AAAA' })),
      'messages[0].content[0].file.file_data',
    );
    assert.equal(refused(user({ type: 'input_audio', input_audio: {} })), 'messages[0].content[0].type');
    assert.equal(
      refused(
        messages({ role: 'system', content: [{ type: 'image_url', image_url: { url: 'https://a' } }] }),
      ),
      'messages[0].content',
    );
  });

  it("refuses speakers' names, and lets a tool's pass", () => {
    assert.equal(refused(messages({ role: 'user', name: 'Ann', content: 'x' })), 'messages[0].name');
    const tool = { role: 'tool', tool_call_id: 'a', name: 'f', content: '' };
    assert.deepEqual(firstTurn(messages(tool)), [{ type: 'tool_result', tool_use_id: 'a' }]);
  });

  it('says earlier refusals as the text they were', () => {
    const turns = translate(
      messages(
        { role: 'user', content: 'x' },
        { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
        { role: 'assistant', content: null, refusal: 'Still no.' },
      ),
    ).messages;
    assert.deepEqual(turns[1]?.content, [
      { type: 'text', text: 'No.' },
      { type: 'text', text: 'Still no.' },
    ]);
  });

  it('gives tool calls ids that Anthropic takes, the same for call and result', () => {
    const turns = translate(
      messages(
        {
          role: 'assistant',
          tool_calls: [{ id: 'functions.f:0', type: 'function', function: { name: 'f', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'functions.f:0', content: 'x' },
      ),
    ).messages;
    assert.match(JSON.stringify(turns), /"id":"functions_2e_f_3a_0".*"tool_use_id":"functions_2e_f_3a_0"/);
  });

  it('refuses calls whose arguments are no object, and calls of other kinds', () => {
    const call = (fields: object) => messages({ role: 'assistant', tool_calls: [{ id: 'a', ...fields }] });
    for (const args of ['{"a":', '[1]', '7', 'null']) {
      assert.equal(
        refused(call({ type: 'function', function: { name: 'f', arguments: args } })),
        'messages[0].tool_calls[0].function.arguments',
      );
    }
    const deep = '{"a":'.repeat(2000) + '1' + '}'.repeat(2000);
    assert.equal(
      refused(call({ type: 'function', function: { name: 'f', arguments: deep } })),
      'messages[0].tool_calls[0].function.arguments',
    );
    assert.equal(
      refused(call({ type: 'custom', custom: { name: 'f', input: 'x' } })),
      'messages[0].tool_calls[0].type',
    );
    assert.equal(refused(messages({ role: 'function', name: 'f', content: 'x' })), 'messages[0].role');
  });

  it('sends thinking back signed, and refuses it unsigned', () => {
    const said = { role: 'assistant', content: 'x', reasoning_content: 'Hm.' };
    assert.equal(refused(messages(said)), 'messages[0].reasoning_content');
    const signed = [{ type: 'redacted_thinking', data: 'ZQ==' }];
    assert.deepEqual(firstTurn(messages({ ...said, thinking_blocks: signed })), [
      ...signed,
      { type: 'text', text: 'x' },
    ]);
    assert.equal(
      refused(messages({ ...said, thinking_blocks: [{ type: 'thinking', thinking: 'Hm.' }] })),
      'messages[0].thinking_blocks[0].signature',
    );
  });

  it('translates the choice of a tool', () => {
    const tools = ['a', 'b'].map((name) => ({ type: 'function', function: { name } }));
    const chosen = (choice: unknown, fields: JsonObject = {}) => {
      const request = translate({ tools, tool_choice: choice, ...fields });
      return [request.tool_choice, request.tools?.map((tool) => ('name' in tool ? tool.name : ''))];
    };
    const both = ['a', 'b'];
    assert.deepEqual(chosen('none'), [{ type: 'none' }, both]);
    assert.deepEqual(chosen('none', { parallel_tool_calls: false }), [{ type: 'none' }, both]);
    assert.deepEqual(chosen('required'), [{ type: 'any' }, both]);
    assert.deepEqual(chosen(undefined, { parallel_tool_calls: true }), [undefined, both]);
    assert.deepEqual(chosen(undefined, { parallel_tool_calls: false }), [
      { type: 'auto', disable_parallel_tool_use: true },
      both,
    ]);
    assert.deepEqual(chosen({ type: 'function', function: { name: 'b' } }), [
      { type: 'tool', name: 'b' },
      both,
    ]);
    const allowed = { mode: 'required', tools: [{ type: 'function', function: { name: 'b' } }] };
    assert.deepEqual(chosen({ type: 'allowed_tools', allowed_tools: allowed }), [{ type: 'any' }, ['b']]);
    assert.deepEqual(translate({ tools: [], tool_choice: 'auto' }), translate({}));
    assert.equal(refused({ tool_choice: 'required' }), 'tool_choice');
    assert.equal(refused({ tools, tool_choice: 'maybe' }), 'tool_choice');
    assert.equal(
      refused({ tools, tool_choice: { type: 'custom', custom: { name: 'a' } } }),
      'tool_choice.type',
    );
    assert.equal(refused({ tools: [{ type: 'custom', custom: { name: 'a' } }] }), 'tools[0].type');
    assert.equal(
      refused({ tools: [{ type: 'function', function: { name: 'a', parameters: { type: 'array' } } }] }),
      'tools[0].function.parameters.type',
    );
  });

  it('asks for a schema where there is one, and in words for JSON without one', () => {
    const json = translate({ response_format: { type: 'json_object' } });
    assert.deepEqual(json.system, [{ type: 'text', text: JSON_MODE_INSTRUCTION }]);
    assert.deepEqual(translate({ response_format: { type: 'text' } }), translate({}));
    const schema = { type: 'object', description: 'own' };
    const described = { name: 'n', description: 'given', schema };
    assert.deepEqual(
      translate({ response_format: { type: 'json_schema', json_schema: described } }).output_config,
      { format: { type: 'json_schema', schema: { title: 'n', type: 'object', description: 'own' } } },
    );
    assert.equal(refused({ response_format: { type: 'xml' } }), 'response_format.type');
    assert.equal(
      refused({ response_format: { type: 'json_schema', json_schema: { schema: 'x' } } }),
      'response_format.json_schema.schema',
    );
  });

  it('translates caching', () => {
    const control = (cache: object) => firstTurn(user({ type: 'text', text: 'x', ...cache }));
    assert.deepEqual(control({ cache_control: { type: 'ephemeral', ttl: '1h' } }), [
      { type: 'text', text: 'x', cache_control: { type: 'ephemeral', ttl: '1h' } },
    ]);
    assert.deepEqual(
      firstTurn(messages({ role: 'user', content: 'x', cache_control: { type: 'ephemeral' } })),
      [{ type: 'text', text: 'x', cache_control: { type: 'ephemeral' } }],
    );
    assert.deepEqual(translate({ prompt_cache_options: {} }).cache_control, { type: 'ephemeral', ttl: '1h' });
    assert.equal(translate({ prompt_cache_options: { mode: 'explicit' } }).cache_control, undefined);
    const late = { prompt_cache_breakpoint: { mode: 'explicit', ttl: '12h' } };
    assert.equal(
      refused(user({ type: 'text', text: 'x', ...late })),
      'messages[0].content[0].prompt_cache_breakpoint.ttl',
    );
  });

  it('knows the user by either name, and the tiers that Anthropic has', () => {
    assert.deepEqual(translate({ user: 'a', safety_identifier: 'b' }).metadata, { user_id: 'b' });
    assert.equal(translate({ service_tier: 'auto' }).service_tier, undefined);
    for (const tier of ['flex', 'scale', 'priority', 'fast', 'slow']) {
      assert.equal(refused({ service_tier: tier }), 'service_tier');
    }
  });

  it('knows who wants the usage of a stream', () => {
    assert.equal(wantsStreamUsage({ stream_options: { include_usage: true } }), true);
    assert.equal(wantsStreamUsage({ stream_options: {} }), false);
    assert.equal(wantsStreamUsage({}), false);
  });
});
