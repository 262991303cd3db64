import assert from 'node:assert/strict';
import fc from 'fast-check';

import { inputTokenBound } from './input-token-bound.ts';

const FRAMING = 1024;
const PICTURE = 'A'.repeat(400_000);

/** The bound beyond the body's own bytes and the framing: what media saves (negative) or adds. */
function beyondBytes(body: unknown, modelId = 'some-model'): number {
  const bytes = Buffer.byteLength(JSON.stringify(body));
  return inputTokenBound(bytes, body, { modelId, tiers: [] }) - bytes - FRAMING;
}

function chat(...content: readonly object[]): object {
  return { model: 'm', messages: [{ role: 'user', content }] };
}

describe('inputTokenBound', () => {
  it('is at least one token for every byte of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const json = JSON.stringify(chat({ type: 'text', text }));
        const bound = inputTokenBound(Buffer.byteLength(json), JSON.parse(json));
        assert.ok(bound >= Buffer.byteLength(text));
      }),
    );
  });

  const dataUrl = `data:image/png;base64,${PICTURE}`;
  const inline: readonly (readonly [name: string, body: object, savedBytes: number, tokens: number])[] = [
    ['OpenAI chat', chat({ type: 'image_url', image_url: { url: dataUrl } }), dataUrl.length, 10_000],
    [
      'OpenAI responses',
      { input: [{ content: [{ type: 'input_image', image_url: dataUrl }] }] },
      dataUrl.length,
      10_000,
    ],
    [
      'Anthropic',
      chat({ type: 'image', source: { type: 'base64', media_type: 'image/png', data: PICTURE } }),
      PICTURE.length,
      10_000,
    ],
    [
      'Anthropic, in the result of a tool',
      chat({
        type: 'tool_result',
        content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: PICTURE } }],
      }),
      PICTURE.length,
      10_000,
    ],
    [
      'Gemini',
      { contents: [{ parts: [{ inlineData: { mimeType: 'image/png', data: PICTURE } }] }] },
      PICTURE.length,
      10_000,
    ],
    [
      'sound',
      chat({ type: 'input_audio', input_audio: { data: PICTURE, format: 'wav' } }),
      PICTURE.length,
      100_000,
    ],
    [
      'a document',
      chat({ type: 'file', file: { file_data: `data:application/pdf;base64,${PICTURE}` } }),
      PICTURE.length + 28,
      200_000,
    ],
  ];
  for (const [name, body, savedBytes, tokens] of inline) {
    it(`counts a constant instead of base64: ${name}`, () => {
      assert.equal(beyondBytes(body), tokens - savedBytes);
    });
  }

  const referenced: readonly (readonly [name: string, body: object, tokens: number])[] = [
    [
      'a picture by URL',
      chat({ type: 'image_url', image_url: { url: 'https://example.com/a.png' } }),
      10_000,
    ],
    [
      'a picture by URL, Anthropic',
      chat({ type: 'image', source: { type: 'url', url: 'https://e.com/a' } }),
      10_000,
    ],
    [
      'a document by URL',
      chat({ type: 'document', source: { type: 'url', url: 'https://e.com/a' } }),
      200_000,
    ],
    ['a file by id', chat({ type: 'document', source: { type: 'file', file_id: 'f1' } }), 200_000],
    ['a film by URI', { contents: [{ parts: [{ fileData: { fileUri: 'gs://a/b' } }] }] }, 300_000],
    ['a stored conversation', { previous_response_id: 'r1', input: 'hi' }, 1_000_000],
    ['a stored prompt', { prompt: { id: 'p1' } }, 1_000_000],
    [
      'a tool of the provider',
      { tools: [{ type: 'bash_20250124', name: 'bash' }, { type: 'function' }] },
      1024,
    ],
  ];
  for (const [name, body, tokens] of referenced) {
    it(`adds what the body does not show: ${name}`, () => {
      assert.equal(beyondBytes(body), tokens);
    });
  }

  const plain: readonly (readonly [name: string, body: object])[] = [
    ['data of no known type', chat({ type: 'thing', data: PICTURE })],
    [
      'text as data',
      chat({ type: 'document', source: { type: 'text', media_type: 'text/plain', data: PICTURE } }),
    ],
    [
      'a text file as a URL',
      chat({ type: 'file', file: { file_data: `data:text/plain;base64,${PICTURE}` } }),
    ],
    [
      'what looks like a picture in a tool’s schema',
      { tools: [{ name: 't', input_schema: { media_type: 'image/png', data: PICTURE } }] },
    ],
    [
      'what looks like a picture in a tool’s arguments',
      chat({ type: 'tool_use', input: { mimeType: 'image/png', data: PICTURE } }),
    ],
    ['the address of a search result', chat({ type: 'web_search_result', url: 'https://example.com' })],
    [
      'a picture too small to matter',
      chat({ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }),
    ],
    [
      'a tool of the caller',
      {
        tools: [
          { type: 'function', function: {} },
          { name: 't', input_schema: {} },
        ],
      },
    ],
  ];
  for (const [name, body] of plain) {
    it(`counts bytes: ${name}`, () => {
      assert.equal(beyondBytes(body), 0);
    });
  }

  it('takes GPT-4o mini’s pictures for the tokens billed there, which its window does not limit', () => {
    const body = chat({ type: 'image_url', image_url: { url: dataUrl } });
    assert.equal(beyondBytes(body, 'gpt-4o-mini') - beyondBytes(body), 40_000);
    const urls = Array.from({ length: 4 }, () => ({
      type: 'image_url',
      image_url: { url: 'https://e.com/a' },
    }));
    const model = { modelId: 'gpt-4o-mini', contextWindowTokens: 128_000, tiers: [] };
    assert.equal(inputTokenBound(0, chat(...urls), model), 200_000 + FRAMING);
    assert.equal(inputTokenBound(500_000, chat(), model), 128_000);
  });

  it('is at most the context window, unless a price tier reaches past it', () => {
    const model = { modelId: 'm', contextWindowTokens: 200_000, tiers: [] };
    const rates = { input: 1n, output: 1n, cacheRead: 1n, cacheWrite5m: 1n, cacheWrite1h: 1n };
    assert.equal(inputTokenBound(1_000_000, {}, model), 200_000);
    const wider = { ...model, tiers: [{ aboveInputTokens: 200_000, rates }] };
    assert.equal(inputTokenBound(1_000_000, {}, wider), 1_000_000 + FRAMING);
  });

  it('is a whole number for any JSON, and follows no endless nesting', () => {
    let deep: object = { source: { type: 'url', url: 'https://example.com' } };
    for (let level = 0; level < 5000; level++) deep = { content: [deep] };
    assert.equal(inputTokenBound(10, deep), 10 + FRAMING);
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(10_000_000), (body, bytes) => {
        const bound = inputTokenBound(bytes, body);
        assert.ok(Number.isSafeInteger(bound) && bound >= 0);
      }),
    );
  });
});
