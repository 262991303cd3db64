import assert from 'node:assert/strict';
import { z } from 'zod';
import { parseConfig } from './parse-config.ts';

const schema = z.strictObject({
  name: z.string().optional(),
  list: z.array(z.strictObject({ deep: z.strictObject({ count: z.number() }) })).optional(),
});
const parse = (text: string) => parseConfig(text, '/etc/x.yaml', schema);
const refused = (text: string): string => {
  let message = '';
  assert.throws(
    () => parse(text),
    (error: Error) => {
      ({ message } = error);
      return error.name === 'ConfigError';
    },
  );
  return message;
};

describe('configuration file', () => {
  it('is read as YAML, of which JSON is a part', () => {
    assert.deepEqual(parse('name: x\nlist:\n  - deep: {count: 1}\n'), {
      name: 'x',
      list: [{ deep: { count: 1 } }],
    });
    assert.deepEqual(parse('{"name":"x"}'), { name: 'x' });
    assert.deepEqual(parse(''), {});
  });

  it('is refused with file, line and key of the first thing wrong', () => {
    assert.match(refused('name: 5\n'), /^\/etc\/x\.yaml:1: name: .*string/);
    assert.equal(refused('name: x\nlits: []\n'), '/etc/x.yaml:2: lits: unknown key');
    assert.match(
      refused('name: x\nlist:\n  - deep:\n      count: no\n'),
      /^\/etc\/x\.yaml:4: list\.0\.deep\.count: /,
    );
    assert.match(
      refused('list:\n  - deep: {count: 1}\n  - deep:\n      conut: 1\n'),
      /^\/etc\/x\.yaml:\d: list\.1\.deep/,
    );
  });

  it('points at where something is missing', () => {
    assert.match(
      refused('list:\n  - deep: {count: 1}\n\n  - deep: {}\n'),
      /^\/etc\/x\.yaml:4: list\.1\.deep\.count: /,
    );
    assert.match(refused('list:\n  - deep: {count: 1}\n  - {}\n'), /^\/etc\/x\.yaml:3: list\.1\.deep: /);
  });

  it('is refused on one line when it is no YAML, or says a thing twice', () => {
    for (const text of ['a: [', 'name: x\nname: y\n', 'name: "x\n', '\tname: x\n', 'a: &a [*a, *b]\n']) {
      assert.match(refused(text), /^\/etc\/x\.yaml(:\d+)?: [^\n]+$/, text);
    }
  });

  it('does not swell: references that multiply are refused', () => {
    const lines = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    for (const [index, name] of names.slice(1).entries()) {
      lines.push(`${name}: &${name} [${Array.from({ length: 9 }, () => `*${names[index]}`).join(', ')}]`);
    }
    assert.match(refused(lines.join('\n')), /^\/etc\/x\.yaml/);
  });
});
