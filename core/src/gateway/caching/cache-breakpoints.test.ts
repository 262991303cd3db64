import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { JsonObject } from '../wire/json-shape.ts';
import { withCacheBreakpoints } from './cache-breakpoints.ts';
import { CACHE_TTLS, CACHING_MODES, type CachingMode, type CachingSettings } from './caching-settings.ts';

const parsed = (json: string): JsonObject => JSON.parse(json) as JsonObject;
const withBreakpoints = (text: string, settings: CachingSettings): string =>
  withCacheBreakpoints(text, parsed(text), settings);
const marked = (request: object, mode: CachingMode): unknown =>
  JSON.parse(withBreakpoints(JSON.stringify(request), { mode, ttl: '5m' }));

const MARK = { cache_control: { type: 'ephemeral' } };
const TOOL = { name: 'weather', input_schema: { type: 'object' } };
const text = (said: string) => ({ type: 'text', text: said });
const user = (content: unknown) => ({ role: 'user', content });

describe('cache breakpoints', () => {
  it('end the system prompt, a text becoming a block, and with auto the last message', () => {
    const request = { model: 'm', system: 'Be short.', messages: [user('Hi'), user('Ho')] };
    const system = [{ ...text('Be short.'), ...MARK }];
    assert.deepEqual(marked(request, 'system-only'), { ...request, system });
    const messages = [user('Hi'), user([{ ...text('Ho'), ...MARK }])];
    assert.deepEqual(marked(request, 'auto'), { ...request, system, messages });
  });

  it('leave the rest of the text as it was written', () => {
    const request =
      '{ "system" :"caf\\u00e9",\n "messages":[ { "content" : [ {"type":"text","text":"Hi"} ] } ]}\n';
    assert.equal(
      withBreakpoints(request, { mode: 'auto', ttl: '1h' }),
      '{ "system" :[{"type":"text","text":"caf\\u00e9","cache_control":{"type":"ephemeral","ttl":"1h"}}],\n ' +
        '"messages":[ { "content" : [ {"cache_control":{"type":"ephemeral","ttl":"1h"},"type":"text","text":"Hi"} ] } ]}\n',
    );
  });

  it('end the tools where there is no system prompt, at one that is always loaded', () => {
    const deferred = { ...TOOL, name: 'rare', defer_loading: true };
    const request = { system: ' ', tools: [TOOL, TOOL, deferred], messages: [user('Hi')] };
    assert.deepEqual(marked(request, 'system-only'), {
      ...request,
      tools: [TOOL, { ...TOOL, ...MARK }, deferred],
    });
  });

  it('pass over what takes none: thinking, empty texts, blocks of unknown types, messages without any other', () => {
    const thinking = { type: 'thinking', thinking: 'Hm.', signature: 's' };
    const redacted = { type: 'redacted_thinking', data: 'x' };
    const call = { type: 'tool_use', id: 't', name: 'weather', input: {} };
    const rest = [thinking, redacted, text(' '), { type: 'next_year' }];
    const conversation = (marks: object): object => ({
      system: [{ ...text('One.'), ...marks }, text('')],
      messages: [
        user('Hi'),
        { role: 'assistant', content: [{ ...call, ...marks }, ...rest] },
        user([]),
        user(''),
      ],
    });
    assert.deepEqual(marked(conversation({}), 'auto'), conversation(MARK));
  });

  it('are not added to those of a client that caches itself, wherever it does', () => {
    const result = { type: 'tool_result', tool_use_id: 't', content: [{ ...text('cold'), ...MARK }] };
    const document = { type: 'document', source: { type: 'content', content: [{ ...text('x'), ...MARK }] } };
    for (const own of [
      MARK,
      { tools: [{ ...TOOL, ...MARK }] },
      { system: [{ ...text('Be short.'), ...MARK }] },
      { messages: [user([{ ...text('Hi'), ...MARK }])] },
      { messages: [user([result]), user('Hi')] },
      { messages: [user([document]), user('Hi')] },
    ]) {
      const request = { system: 'Be short.', messages: [user('Hi')], ...own };
      assert.deepEqual(marked(request, 'auto'), request);
    }
  });

  it('are none of a client’s own where it says null, or only speaks of them', () => {
    const request = {
      system: [{ ...text('Be short.'), cache_control: null }],
      messages: [user('"cache_control"')],
    };
    assert.deepEqual(marked(request, 'system-only'), {
      ...request,
      system: [{ ...text('Be short.'), ...MARK }],
    });
  });

  it('leave alone what is no request', () => {
    for (const request of [
      {},
      { messages: 'Hi', system: 5, tools: {} },
      { messages: [null, 'Hi', [], {}] },
    ]) {
      assert.deepEqual(marked(request, 'auto'), request);
    }
  });
});

/** Of texts that JSON writes without a backslash, for which see the test of `wire/json-members.ts`. */
const someText = fc.oneof(
  fc.constantFrom('', ' ', 'cache_control', 'ü'),
  fc.string().filter((said) => JSON.stringify(said) === `"${said}"`),
);
const someBlock = fc.oneof(
  someText.map(text),
  someText.map((thinking) => ({ type: 'thinking', thinking, signature: 's' })),
  someText.map((said) => ({ type: 'tool_result', tool_use_id: 't', content: [text(said)] })),
  fc.constant({ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } }),
  fc.jsonValue().filter((value) => !JSON.stringify(value).includes('\\')),
);
const someContent = fc.oneof(someText, fc.array(someBlock));
const someTool = fc.record({ name: someText, defer_loading: fc.boolean() }, { requiredKeys: ['name'] });
const someRequest = fc.record(
  {
    model: someText,
    messages: fc.array(fc.record({ role: fc.constantFrom('user', 'assistant'), content: someContent })),
    system: fc.oneof(someText, fc.array(someText.map(text))),
    tools: fc.array(someTool),
  },
  { requiredKeys: ['messages'] },
);
const someSettings = fc.record({
  mode: fc.constantFrom(...CACHING_MODES),
  ttl: fc.constantFrom(...CACHE_TTLS),
});

/** What a request says apart from breakpoints: a text is the one block that it stands for. */
function without(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, member: unknown) => {
      if (key === 'cache_control') return undefined;
      const isContent = key === 'content' || key === 'system';
      return isContent && typeof member === 'string' ? [text(member)] : member;
    }),
  );
}

describe('cache breakpoints of any request', () => {
  const property = (check: (request: object, indent: number, settings: CachingSettings) => void): void =>
    fc.assert(fc.property(someRequest, fc.constantFrom(0, 1), someSettings, check), { numRuns: 300 });

  it('are two at most, of one lifetime, and all that is changed', () => {
    property((request, indent, settings) => {
      const before = JSON.stringify(request, undefined, indent);
      const after = withBreakpoints(before, settings);
      assert.deepEqual(without(JSON.parse(after)), without(request));
      const added = after.split('"cache_control":{').length - before.split('"cache_control":{').length;
      assert.ok(added <= (settings.mode === 'auto' ? 2 : settings.mode === 'off' ? 0 : 1), after);
      assert.equal(after.split('"ttl":"1h"').length - 1, settings.ttl === '1h' ? added : 0);
    });
  });

  it('are there once, however often they are asked for', () => {
    property((request, indent, settings) => {
      const once = withBreakpoints(JSON.stringify(request, undefined, indent), settings);
      assert.equal(withBreakpoints(once, settings), once);
    });
  });

  it('are not there when they are off', () => {
    property((request, indent, { ttl }) => {
      const before = JSON.stringify(request, undefined, indent);
      assert.equal(withBreakpoints(before, { mode: 'off', ttl }), before);
    });
  });
});
