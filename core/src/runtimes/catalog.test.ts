import assert from 'node:assert/strict';
import { RUNTIME_BACKENDS } from './usual-upstreams.ts';
import { catalogOf } from './catalog.ts';

describe('catalog of local models', () => {
  for (const backend of RUNTIME_BACKENDS) {
    it(`has a size, a name and what it is good at for each model of ${backend}, and says as of when`, () => {
      const { asOf, source, models } = catalogOf(backend);
      assert.match(asOf, /^\d{4}-\d{2}-\d{2}$/);
      assert.match(source, /^https:\/\//);
      assert.equal(new Set(models.map(({ id }) => id)).size, models.length);
      assert.deepEqual(
        models.filter(
          ({ name, description, sizeHint }) =>
            name === '' || description === '' || !/^[\d.]+ [GM]B$/.test(sizeHint),
        ),
        [],
      );
    });
  }

  it('has pinned models first, as the developer said', () => {
    const pinned = { 'phi4:14b': true, 'llama3.2:3b': false, 'not-in-the-list': true };
    const { models } = catalogOf('ollama', pinned);
    const first = models.filter(({ isPinned }) => isPinned).map(({ id }) => id);
    assert.deepEqual(first, ['qwen2.5-coder:7b', 'gpt-oss:20b', 'phi4:14b']);
    assert.deepEqual(
      models.slice(0, 3).map(({ id }) => id),
      first,
    );
  });
});
