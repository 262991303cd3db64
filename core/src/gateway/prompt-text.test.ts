import assert from 'node:assert/strict';
import { promptText } from './prompt-text.ts';
import { MAX_CONTENT_BYTES } from '../spans/span-record.ts';

describe('prompt text', () => {
  const textOf = (body: string): string => promptText(JSON.parse(body) as Record<string, unknown>, body);
  const LONG = 'Zürich "quoted" \\ back {[}] \n'.repeat(2_000);
  const messages = [
    { role: 'user', content: LONG },
    { role: 'assistant', tool_calls: [{ messages: 1 }] },
  ];

  it('is the messages of a chat as JSON, short or long, wherever they stand', () => {
    for (const said of [[{ role: 'user', content: 'hi' }], messages]) {
      const body = { model: 'm', metadata: { messages: 'other' }, messages: said, stream: true };
      assert.equal(textOf(JSON.stringify(body)), JSON.stringify(said));
      assert.deepEqual(JSON.parse(textOf(JSON.stringify(body, undefined, 2))), said);
    }
  });

  it('can be searched although the client escaped what is not ASCII', () => {
    const escaped = JSON.stringify({ messages }).replaceAll('ü', '\\u00fc');
    assert.equal(textOf(escaped), JSON.stringify(messages));
  });

  it('is a text as it is, and nothing where nothing is asked', () => {
    assert.equal(textOf(JSON.stringify({ model: 'm', input: LONG })), LONG);
    assert.equal(textOf('{"model":"m","messages":null}'), '');
  });

  it('is cut where it is longer than what is kept', () => {
    const content = 'a'.repeat(MAX_CONTENT_BYTES);
    assert.equal(textOf(JSON.stringify({ messages: [{ content }] })).length, MAX_CONTENT_BYTES);
    assert.equal(textOf(JSON.stringify({ prompt: `${content}b` })).length, MAX_CONTENT_BYTES);
  });
});
