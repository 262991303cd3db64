import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse } from 'jsonc-parser';
import { JsoncDocument } from './jsonc-document.ts';

const doc = (text: string | undefined, empty: '{}' | '[]' = '{}') =>
  new JsoncDocument('/f.json', text, empty);

const value = fc.oneof(fc.string(), fc.integer(), fc.array(fc.string()), fc.record({ x: fc.boolean() }));

describe('JsoncDocument', () => {
  it('adds after the last property, whatever stands behind it', () => {
    for (const [before, after] of [
      ['{}', '{\n  "k": 1\n}'],
      [undefined, '{\n  "k": 1\n}\n'],
      ['// none yet\n', '// none yet\n{\n  "k": 1\n}\n'],
      ['{"a": 1}', '{"a": 1,\n  "k": 1\n}'],
      ['{\n    "a": 1 // one\n}\n', '{\n    "a": 1, // one\n    "k": 1\n}\n'],
      ['{\n\t"a": 1, // one\n\t// two\n}\n', '{\n\t"a": 1, // one\n\t// two\n\t"k": 1,\n}\n'],
      ['{\r\n  "a": {}\r\n}\r\n', '{\r\n  "a": {},\r\n  "k": 1\r\n}\r\n'],
      ['{ /* nothing */ }', '{ /* nothing */\n  "k": 1\n}'],
    ] as const) {
      assert.equal(doc(before).set(['k'], 1).text, after);
    }
  });

  it('makes the parents that are missing, and none twice', () => {
    const made = doc('{ "a": { "b": 1 } }').set(['a', 'c', 'd'], [true]);
    assert.deepEqual(parse(made.text), { a: { b: 1, c: { d: [true] } } });
    assert.equal(made.set(['a', 'c', 'd'], [true]), made);
  });

  it('replaces a value and nothing beside it', () => {
    const text = '{\n  // first\n  "a": 1, // one\n  "b": [1, 2,], /* two */\n}\n';
    assert.equal(doc(text).set(['b'], 7).text, '{\n  // first\n  "a": 1, // one\n  "b": 7, /* two */\n}\n');
  });

  it('adds elements', () => {
    assert.deepEqual(parse(doc('[1, 2, // two\n]', '[]').append([], { x: 1 }).text), [1, 2, { x: 1 }]);
  });

  // An undo after the developer's own edits took the comments beside our parts along.
  it('takes away what it added, and no comment with it', () => {
    for (const before of [
      '{\n  "a": 1 // one\n}\n',
      '{\n  "a": 1, // one\n  // two\n}\n',
      '{\r\n\t"a": 1 /* one */ , // two\r\n}\r\n',
      '{ // none yet }\n}',
      '{\n  "candela": {\n    "y": 2, // keep\n  },\n  // end\n}',
      '// none yet\n{\n}\n',
    ]) {
      const added = doc(before).set(['candela', 'x'], { y: 1 }).set(['k'], [1]);
      assert.equal(added.remove(['k']).remove(['candela', 'x']).text, before);
    }
  });

  it('keeps what stands around a value that it takes away', () => {
    for (const [before, after] of [
      ['{"k": 1}', '{}'],
      ['{"k": 1, "a": 2}', '{ "a": 2}'],
      ['{"a": 2, "k": 1}', '{"a": 2}'],
      ['{"a": 2, /* k */ "k": 1 /* one */}', '{"a": 2 /* k */ /* one */}'],
      ['{\n  // k\n  "k": 1, // one\n  "a": 2\n}', '{\n  // k\n  // one\n  "a": 2\n}'],
      ['{\n  "a": 2, // two\n  "k": 1 }', '{\n  "a": 2 // two\n  }'],
      ['{\n  "k": 1 /* one */\n  , "a": 2\n}', '{\n  /* one */\n   "a": 2\n}'],
    ] as const) {
      assert.equal(doc(before).remove(['k']).text, after);
    }
    const kept = '{\n  "p": {\n    // mine\n  }\n}';
    assert.equal(doc('{\n  "p": {\n    // mine\n    "k": 1\n  }\n}').remove(['p', 'k']).text, kept);
  });

  // The first of two was changed, and Zed goes by the last.
  it('refuses to choose between two of one name', () => {
    const twice = doc('{\n  "p": {"a": 1},\n  "p": {"b": 1}\n}');
    for (const change of [() => twice.set(['p', 'k'], 1), () => twice.remove(['p', 'a'])]) {
      assert.throws(change, /^SetupError: \/f\.json:3:3 has "p" a second time/);
    }
  });

  it('names line and column of what does not parse, and changes nothing', () => {
    assert.throws(
      () => doc('{\n  "a": 1,\n  oops\n}'),
      /^SetupError: \/f\.json:3:3 is not valid JSON \(InvalidSymbol\)/,
    );
    assert.throws(() => doc('[]'), /holds no JSON object/);
    assert.throws(() => doc('{"a": null}').set(['a', 'b'], 1), /a is no object/);
  });

  it('adds and takes away again without a trace in what the editor reads', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), value), (settings) => {
        const text = JSON.stringify(settings, undefined, 2);
        const added = doc(text).set(['candela', 'x'], { y: 1 });
        assert.deepEqual(parse(added.text), { ...JSON.parse(text), candela: { x: { y: 1 } } });
        assert.deepEqual(parse(added.remove(['candela', 'x']).text), JSON.parse(text));
      }),
    );
  });
});
