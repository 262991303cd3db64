import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findMember, withMember, withoutMember } from './json-members.ts';

const parsed = (json: string): Record<string, unknown> => JSON.parse(json) as Record<string, unknown>;
const without = (json: string, name: string): string => {
  const member = findMember(json, name);
  assert.ok(member, `${name} is in ${json}`);
  return withoutMember(json, member);
};

/**
 * Nothing that JSON writes with a backslash: V8 13.6 (Node 24) reads a name such as `"\n"` as `"\\"` once it has seen
 * an object with the latter in its place, wherever in the process that was, so that JSON.parse is no judge of them.
 * The examples above and below cover them.
 */
const needsBackslash = (text: string): boolean => JSON.stringify(text) !== `"${text}"`;

const someName = fc.oneof(
  fc.constantFrom('a', 'b', 'usage', 'ü'),
  fc.string().filter((name) => !needsBackslash(name)),
);

const someValue = fc.oneof(
  fc.string(),
  fc.array(fc.string()),
  fc.jsonValue().filter((value) => !JSON.stringify(value).includes('\\')),
);

/** A JSON text of an object, with white space wherever JSON allows it. */
const someObjectText = fc
  .tuple(
    fc.dictionary(someName, someValue),
    fc.array(fc.constantFrom('', ' ', '\n', '\t', '\r\n  '), { minLength: 1, maxLength: 7 }),
  )
  .map(([value, spaces]) => {
    let next = 0;
    return spaced(JSON.stringify(value), () => spaces[next++ % spaces.length] as string);
  });

/** Puts white space around every sign that is not inside a string. */
function spaced(json: string, space: () => string): string {
  let inString = false;
  let text = space();
  for (let i = 0; i < json.length; i++) {
    const character = json[i] as string;
    if (inString && character === '\\') {
      text += character + (json[++i] as string);
      continue;
    }
    if (character === '"') inString = !inString;
    text += !inString && '{}[],:'.includes(character) ? space() + character + space() : character;
  }
  return text + space();
}

describe('json members', () => {
  it('finds a member of the outermost object only, by its whole name', () => {
    const json = '{"x":{"usage":1},"y":["usage"],"z":"\\"usage\\":2","usages":3, "usage" : [4,{"usage":5}] }';
    const member = findMember(json, 'usage');
    assert.ok(member);
    assert.equal(json.slice(member.start, member.end), '"usage" : [4,{"usage":5}]');
    assert.equal(json.slice(member.valueStart, member.end), '[4,{"usage":5}]');
  });

  it('finds nothing where there is nothing', () => {
    for (const json of ['{}', '{"a":"usage"}', '[]', '"usage"', '{"a":{"usage":1}}', '']) {
      assert.equal(findMember(json, 'usage'), undefined);
    }
  });

  it('finds the last of several members of one name, which is the one that counts', () => {
    assert.equal(withMember('{"a":1,"a":2}', 'a', 3), '{"a":1,"a":3}');
  });

  /** `"stream\u005foptions"` is the same name; it was not found, so the member was added a second time. */
  it('finds a member whose name is written with escapes', () => {
    assert.equal(
      withMember('{"stream\\u005foptions":null}', 'stream_options', 1),
      '{"stream\\u005foptions":1}',
    );
  });

  it('takes one comma along, whichever side it is on', () => {
    assert.equal(without('{"a":1}', 'a'), '{}');
    assert.equal(without('{"a":1,"b":2}', 'a'), '{"b":2}');
    assert.equal(without('{"a":1,"b":2}', 'b'), '{"a":1}');
    assert.equal(without('{"a":1,"b":2,"c":3}', 'b'), '{"a":1,"c":3}');
    assert.equal(without('{ "a" : 1 , "b" : 2 }', 'a'), '{ "b" : 2 }');
    assert.equal(without('{"a":"},{","b":[1,{"b":2}]}', 'b'), '{"a":"},{"}');
    assert.equal(without('{"\\\\":"\\\\","b":"\\""}', '\\'), '{"b":"\\""}');
  });

  it('puts a new member first, with a comma only where one is needed', () => {
    assert.equal(withMember('{}', 'a', 1), '{"a":1}');
    assert.equal(withMember(' { } ', 'a', 1), ' {"a":1 } ');
    assert.equal(withMember('{"b":2}', 'a', { c: null }), '{"a":{"c":null},"b":2}');
  });

  it('sets a member as JSON.parse sees it, and leaves every other byte alone', () => {
    fc.assert(
      fc.property(someObjectText, someName, someValue, (json, name, value) => {
        const changed = withMember(json, name, value);
        const set = [name, JSON.parse(JSON.stringify(value)) as unknown] as const;
        const expected = Object.fromEntries([...Object.entries(parsed(json)), set]);
        assert.deepEqual(parsed(changed), expected);
        const member = findMember(changed, name);
        assert.ok(member);
        const kept = changed.slice(0, member.valueStart) + changed.slice(member.end);
        const before = findMember(json, name);
        const added = `${JSON.stringify(name)}:`;
        assert.equal(
          before ? kept : kept.replace(new RegExp(`${escaped(added)},?`), ''),
          before ? json.slice(0, before.valueStart) + json.slice(before.end) : json,
        );
      }),
    );
  });

  it('takes a member out as JSON.parse sees it, and leaves the others’ bytes alone', () => {
    fc.assert(
      fc.property(someObjectText, (json) => {
        for (const name of Object.keys(parsed(json))) {
          const { [name]: _gone, ...rest } = parsed(json);
          const changed = without(json, name);
          assert.deepEqual(parsed(changed), rest);
          for (const other of Object.keys(rest)) assert.equal(bytesOf(changed, other), bytesOf(json, other));
        }
      }),
    );
  });

  it('undoes what it did', () => {
    fc.assert(
      fc.property(someObjectText, (json) => {
        fc.pre(!Object.hasOwn(parsed(json), 'new'));
        assert.deepEqual(parsed(without(withMember(json, 'new', [1]), 'new')), parsed(json));
      }),
    );
  });
});

function bytesOf(json: string, name: string): string | undefined {
  const member = findMember(json, name);
  return member && json.slice(member.start, member.end);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
