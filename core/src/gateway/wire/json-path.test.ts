import assert from 'node:assert/strict';
import fc from 'fast-check';
import { editedAt, type JsonPath } from './json-path.ts';

const to = (replacement: string) => (): string => replacement;

describe('editing a JSON text by path', () => {
  it('replaces one value, and leaves the rest as it is written', () => {
    const json = ' { "a" : [ 1 , { "b" : [ "x]," , [ ] ] } ] , "c":2}\n';
    assert.equal(editedAt(json, ['a', 0], to('7')), json.replace('1', '7'));
    assert.equal(editedAt(json, ['a', 1, 'b', 0], to('8')), json.replace('"x],"', '8'));
    assert.equal(editedAt(json, ['a', 1, 'b', 1], to('9')), json.replace('[ ]', '9'));
    assert.equal(editedAt(json, ['c'], to('9')), json.replace('2', '9'));
  });

  it('hands over the value as it is written', () => {
    const seen: string[] = [];
    const unchanged = editedAt('{"a":[ {"b" : "\\u00fc"} ]}', ['a', 0, 'b'], (value) => {
      seen.push(value);
      return value;
    });
    assert.deepEqual(seen, ['"\\u00fc"']);
    assert.equal(unchanged, '{"a":[ {"b" : "\\u00fc"} ]}');
  });

  it('takes the last of members with one name, as JSON.parse does', () => {
    assert.equal(editedAt('{"a":[1],"a":[2]}', ['a', 0], to('3')), '{"a":[1],"a":[3]}');
  });

  it('refuses a path to nowhere', () => {
    for (const path of [['b'], ['a', 2], ['a', 0, 'x']] satisfies JsonPath[]) {
      assert.throws(() => editedAt('{"a":[{},1]}', path, to('0')), RangeError);
    }
  });

  it('finds any element of any array', () => {
    const someText = fc.string().filter((text) => JSON.stringify(text) === `"${text}"`);
    const someElement = fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), someText, fc.array(someText));
    fc.assert(
      fc.property(
        fc.array(someElement, { minLength: 1 }),
        fc.nat(),
        fc.constantFrom(0, 1, 3),
        (array, at, indent) => {
          const index = at % array.length;
          const edited = editedAt(
            JSON.stringify({ array }, undefined, indent),
            ['array', index],
            to('"here"'),
          );
          assert.deepEqual(JSON.parse(edited), { array: array.with(index, 'here') });
        },
      ),
    );
  });
});
