import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cutUtf8 } from './cut-utf8.ts';

describe('cut UTF-8', () => {
  it('leaves what fits', () => {
    for (const text of ['', 'abc', 'ü', '🌍']) assert.equal(cutUtf8(text, Buffer.byteLength(text)), text);
  });

  it('cuts between characters of any width', () => {
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((max) => cutUtf8('aü你🌍', max)),
      ['', 'a', 'a', 'aü', 'aü', 'aü', 'aü你', 'aü你', 'aü你', 'aü你', 'aü你🌍'],
    );
  });

  it('is the longest beginning that fits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(60), (text, max) => {
        const cut = cutUtf8(text, max);
        assert.ok(text.startsWith(cut) && Buffer.byteLength(cut) <= max);
        const [next = ''] = text.slice(cut.length);
        assert.ok(next === '' || Buffer.byteLength(cut + next) > max);
      }),
    );
  });
});
