import assert from 'node:assert/strict';
import { joinQuery, splitQuery, withoutParameter } from './query.ts';

describe('query', () => {
  it('is split at the first question mark, and joined again to the same', () => {
    for (const url of ['/a', '/a?b=c', '/a?b=c?d', '/a?b=%20&&c']) {
      const { path, query } = splitQuery(url);
      assert.equal(path, '/a');
      assert.equal(joinQuery(path, query), url);
    }
  });

  it('loses every parameter of a name, however it is written, and nothing else', () => {
    assert.equal(withoutParameter('alt=sse&key=1&x=%20+&key', 'key'), 'alt=sse&x=%20+');
    assert.equal(withoutParameter('%6bey=1&keys=2&a=key', 'key'), 'keys=2&a=key');
    assert.equal(withoutParameter('key=1', 'key'), '');
    assert.equal(withoutParameter('', 'key'), '');
  });
});
