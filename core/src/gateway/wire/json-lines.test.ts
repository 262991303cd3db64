import assert from 'node:assert/strict';
import fc from 'fast-check';
import { JsonLines } from './json-lines.ts';

const linesOf = (chunks: readonly (string | Buffer)[], maxLineBytes = 100): string[] => {
  const lines = new JsonLines(maxLineBytes);
  const read = chunks.flatMap((chunk) => [...lines.read(Buffer.from(chunk))]);
  return [...read, ...lines.rest()].map((line) => line.toString('utf8'));
};

describe('JSON lines', () => {
  it('come out whole wherever the chunks end, in a character or an end of line too', () => {
    const text = Buffer.from('{"a":"ü"}\r\n\n{"b":"🌍"}\n   \n{"c":1}');
    const whole = ['{"a":"ü"}\r', '{"b":"🌍"}', '{"c":1}'];
    assert.deepEqual(linesOf([text]), whole);
    fc.assert(
      fc.property(fc.array(fc.nat(text.length)), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), text.length];
        assert.deepEqual(linesOf(at.map((from, i) => text.subarray(from, at[i + 1] ?? from))), whole);
      }),
    );
  });

  it('that are too long are told of and not kept, and the next one is read again', () => {
    assert.deepEqual(linesOf(['12345\n123', '456\n12345', '\n', '1234567'], 5), [
      ...['12345', 'too long', '12345', 'too long'],
    ]);
  });

  it('are none where there is nothing', () => {
    assert.deepEqual(linesOf([]), []);
    assert.deepEqual(linesOf(['\n', '\r\n']), []);
  });
});
