import assert from 'node:assert/strict';
import fc from 'fast-check';
import { attributeFromText, attributeToText } from './attribute-text.ts';

describe('an attribute’s value as text', () => {
  const READABLE: readonly (readonly [string | bigint | number | boolean, string])[] = [
    ['gpt-4o', 'gpt-4o'],
    ['', ''],
    ['not a "number"', 'not a "number"'],
    ['2026-07-31', '2026-07-31'],
    [42n, '42'],
    [42, '42.0'],
    [-0, '-0.0'],
    [0.1, '0.1'],
    [1e21, '1e+21'],
    [Infinity, 'Infinity'],
    [true, 'true'],
    ['42', '"42"'],
    ['42.0', '"42.0"'],
    ['true', '"true"'],
    ['NaN', '"NaN"'],
    ['"quoted"', '"\\"quoted\\""'],
  ];
  for (const [value, text] of READABLE) {
    it(`writes ${typeof value} ${String(value)} as ${text}`, () => {
      assert.equal(attributeToText(value), text);
    });
  }

  it('comes back with its type, whatever it is', () => {
    const likeOtherForms = fc.stringMatching(
      /^-?"?(?:\d{0,3}\.?\d{0,3}(?:e[+-]?\d)?|true|false|NaN|Infinity)"?$/,
    );
    const any = fc.oneof(
      fc.string({ unit: 'binary' }),
      likeOtherForms,
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.double(),
      fc.integer(),
      fc.boolean(),
    );
    fc.assert(
      fc.property(any, (value) => assert.deepEqual(attributeFromText(attributeToText(value)), value)),
      { numRuns: 2000 },
    );
  });

  it('reads text that something else wrote as it stands', () => {
    assert.equal(attributeFromText('"unfinished'), '"unfinished');
    assert.equal(attributeFromText('"a" or "b"'), '"a" or "b"');
  });
});
