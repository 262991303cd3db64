import assert from 'node:assert/strict';
import fc from 'fast-check';
import { jsonLines } from './json-lines.ts';

describe('newline-delimited JSON', () => {
  async function* inPieces(text: string, ends: readonly number[]): AsyncGenerator<Uint8Array> {
    const bytes = Buffer.from(text);
    const cuts = [0, ...ends.map((end) => end % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
    for (const [index, from] of cuts.slice(0, -1).entries()) yield bytes.subarray(from, cuts[index + 1]);
  }
  const read = async (pieces: AsyncIterable<Uint8Array>): Promise<unknown[]> => {
    const all: unknown[] = [];
    for await (const value of jsonLines(pieces)) all.push(value);
    return all;
  };

  it('is read the same wherever it is cut, in the middle of a character too', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.dictionary(fc.string(), fc.string({ unit: 'grapheme' }))),
        fc.array(fc.nat(500)),
        fc.constantFrom('\n', '\r\n', '\n\n'),
        async (objects, ends, lineEnd) => {
          const text = objects.map((object) => JSON.stringify(object) + lineEnd).join('');
          assert.deepEqual(await read(inPieces(text, ends)), JSON.parse(JSON.stringify(objects)));
        },
      ),
    );
  });

  it('may lack its last line end', async () => {
    assert.deepEqual(await read(inPieces('{"a":1}\n{"b":2}', [3])), [{ a: 1 }, { b: 2 }]);
  });

  it('ends with an error at a line that is no object, and at one without end', async () => {
    for (const text of ['{"a":1}\nnot json\n', '[1]\n', '"text"\n', '{"a":']) {
      await assert.rejects(read(inPieces(text, [])), SyntaxError, text);
    }
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield Buffer.alloc(64 * 1024, 'x');
    }
    await assert.rejects(read(endless()), /has no end/);
  });
});
