import assert from 'node:assert/strict';
import fc from 'fast-check';
import { JsonArrayReader } from './json-array.ts';

const MAX_BYTES = 1024;

const cut = (chunks: readonly Buffer[], maxBytes = MAX_BYTES): { elements: string[]; isOver: boolean } => {
  const reader = new JsonArrayReader(maxBytes);
  const elements = chunks.flatMap((chunk) =>
    [...reader.read(chunk)].map((element) => element.toString('utf8')),
  );
  return { elements, isOver: reader.isOver };
};
const bytewise = (text: string): Buffer[] => [...Buffer.from(text)].map((byte) => Buffer.of(byte));

describe('JSON array reader', () => {
  const TRICKY = [
    { text: 'a "quoted" ], \\" [ { , }' },
    { text: 'grüße 🌍 \\', nested: [[1, [2]], { a: [] }] },
    'a string, with ] and "',
    [1, [2, 3]],
    12.5,
    true,
    null,
    {},
  ];

  it('cuts out every element, wherever the chunks end', () => {
    for (const text of [JSON.stringify(TRICKY), ` \r\n${JSON.stringify(TRICKY, null, 2)}\n`]) {
      assert.deepEqual(
        cut([Buffer.from(text)]).elements.map((element) => JSON.parse(element) as unknown),
        TRICKY,
      );
      for (let place = 0; place <= Buffer.byteLength(text); place++) {
        const bytes = Buffer.from(text);
        const { elements, isOver } = cut([bytes.subarray(0, place), bytes.subarray(place)]);
        assert.deepEqual([elements.map((element) => JSON.parse(element) as unknown), isOver], [TRICKY, true]);
      }
      assert.deepEqual(cut(bytewise(text)), cut([Buffer.from(text)]));
    }
  });

  it('does so for any array', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.array(fc.nat(2000), { maxLength: 6 }), (values, places) => {
        const bytes = Buffer.from(JSON.stringify(values));
        const at = [
          0,
          ...places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b),
          bytes.length,
        ];
        const { elements, isOver } = cut(
          at.slice(1).map((end, index) => bytes.subarray(at[index], end)),
          1_000_000,
        );
        assert.equal(`[${elements.join(',')}]`, JSON.stringify(values));
        assert.equal(isOver, true);
      }),
    );
  });

  it('says an element as soon as it is over, and the end as soon as it is there', () => {
    const reader = new JsonArrayReader(MAX_BYTES);
    assert.deepEqual([...reader.read(Buffer.from('[{"a":1}'))], []);
    assert.equal([...reader.read(Buffer.from(',{"b"'))].join(), '{"a":1}');
    assert.equal(reader.isOver, false);
    assert.equal([...reader.read(Buffer.from(':2}]'))].join(), '{"b":2}');
    assert.equal(reader.isOver, true);
    assert.deepEqual([...reader.read(Buffer.from('\n[{"c":3}]'))], [], 'what comes after is nothing');
  });

  it('has no elements in an empty array', () => {
    assert.deepEqual(cut([Buffer.from(' [ \n ] ')]), { elements: [], isOver: true });
  });

  it('refuses what is no array', () => {
    for (const text of ['{"a":1}', '"["', 'x', ' null']) {
      assert.throws(() => cut([Buffer.from(text)]), RangeError, text);
    }
  });

  it('keeps no more than an element', () => {
    const large = `[${'"0123456789",'.repeat(1000)}1]`;
    assert.equal(cut(bytewise(large)).elements.length, 1001);
    assert.throws(() => cut(bytewise(`["${'x'.repeat(MAX_BYTES)}"]`)), RangeError);
    assert.throws(() => cut([Buffer.from(`["${'x'.repeat(MAX_BYTES)}`)]), RangeError);
  });

  it('survives any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        cut([Buffer.from('['), Buffer.from(bytes)]);
      }),
    );
  });
});
