import assert from 'node:assert/strict';
import fc from 'fast-check';
import { HideUsage } from './hide-usage.ts';

const chunk = (choices: string, usage = ''): string =>
  `data: {"id":"c","object":"chat.completion.chunk","choices":${choices}${usage},"model":"gpt-4o"}\n\n`;
const delta = (text: string): string => `[{"index":0,"delta":{"content":${JSON.stringify(text)}}}]`;
const TEXTS = ['grüße 🌍', 'say "usage":null', '{"usage":null}', ''];
const USAGE = ',"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}';

/** What OpenAI sends when nobody asked for usage, and when somebody did. */
const NOT_ASKED = Buffer.from(
  `${TEXTS.map((text) => chunk(delta(text))).join('')}: ping\n\ndata: [DONE]\n\n`,
);
const ASKED = Buffer.from(
  `${TEXTS.map((text) => chunk(delta(text), ',"usage":null')).join('')}: ping\n\n${chunk('[]', USAGE)}data: [DONE]\n\n`,
);

const hidden = (chunks: readonly Buffer[]): string => {
  const hide = new HideUsage();
  return Buffer.concat([...chunks.map((one) => hide.write(one)), hide.end()]).toString();
};

describe('hide usage', () => {
  it('gives the client, byte for byte, the stream it would have had without the question', () => {
    assert.equal(hidden([ASKED]), NOT_ASKED.toString());
    assert.equal(hidden([NOT_ASKED]), NOT_ASKED.toString());
  });

  it('does so wherever the chunks end', () => {
    for (let place = 0; place <= ASKED.length; place++) {
      assert.equal(hidden([ASKED.subarray(0, place), ASKED.subarray(place)]), NOT_ASKED.toString());
    }
    assert.equal(hidden([...ASKED].map((byte) => Buffer.of(byte))), NOT_ASKED.toString());
    fc.assert(
      fc.property(fc.array(fc.nat(ASKED.length), { maxLength: 9 }), (places) => {
        const at = [0, ...places.toSorted((a, b) => a - b), ASKED.length];
        const pieces = at.slice(1).map((end, index) => ASKED.subarray(at[index], end));
        assert.equal(hidden(pieces), NOT_ASKED.toString());
      }),
    );
  });

  it('does so with lines that end in CR LF', () => {
    const crlf = (stream: Buffer): Buffer => Buffer.from(stream.toString().replaceAll('\n', '\r\n'));
    assert.equal(hidden([crlf(ASKED)]), crlf(NOT_ASKED).toString());
  });

  it('holds nothing back but an event that is not complete yet', () => {
    const hide = new HideUsage();
    const first = chunk(delta('a'));
    assert.equal(hide.write(Buffer.from(first + 'data: {"par')).toString(), first);
  });

  it('hides a usage beside choices too, where the provider tells it only when asked', () => {
    const asked = Buffer.from(TEXTS.map((text) => chunk(delta(text), USAGE)).join(''));
    const notAsked = TEXTS.map((text) => chunk(delta(text))).join('');
    for (let place = 0; place <= asked.length; place++) {
      const hide = new HideUsage('hidden');
      const bytes = [hide.write(asked.subarray(0, place)), hide.write(asked.subarray(place)), hide.end()];
      assert.equal(Buffer.concat(bytes).toString(), notAsked);
    }
  });

  it('leaves alone what it does not know: a usage beside choices, broken JSON, no JSON, half an event', () => {
    const strange = [
      chunk(delta('x'), USAGE),
      'data: {"usage":nul}\n\n',
      'data: "usage"\n\n',
      'data: ["usage"]\n\n',
      'event: error\ndata: {"error":{"message":"\\"usage\\""}}\n\n',
      'data: {"choices":[],"usage":{"prompt_tokens":1',
    ].join('');
    assert.equal(hidden([Buffer.from(strange)]), strange);
  });
});
