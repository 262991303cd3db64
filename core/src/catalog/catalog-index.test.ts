import assert from 'node:assert/strict';
import { blankEntry, type CatalogEntry } from '../storage/catalog-store.ts';
import { CatalogIndex, NO_CATALOG } from './catalog-index.ts';

const entry = (modelId: string, provider = 'openai', aliases: readonly string[] = []): CatalogEntry => ({
  ...blankEntry({ provider, modelId }, true),
  aliases,
});

describe('catalog index', () => {
  const entries = [
    entry('gpt-4o', 'openai', ['Omni', 'gpt-4o-mini']),
    entry('gpt-4o-mini'),
    entry('claude-opus-4-7', 'anthropic-vertex'),
    entry('claude-sonnet-4-20250514', 'anthropic-vertex', ['sonnet']),
  ];
  const index = new CatalogIndex({ version: '1', entries });
  const found = (provider: string, name: string): readonly unknown[] => {
    const match = index.find(provider, name);
    return [match?.entry.modelId, match?.by];
  };

  it('finds an entry by its id in any spelling, and by its aliases', () => {
    assert.deepEqual(found('openai', 'gpt-4o'), ['gpt-4o', 'id']);
    assert.deepEqual(found('openai', 'GPT-4o'), ['gpt-4o', 'id']);
    assert.deepEqual(found('anthropic-vertex', 'claude-opus-4.7'), ['claude-opus-4-7', 'id']);
    assert.deepEqual(found('openai', 'omni'), ['gpt-4o', 'alias']);
    assert.deepEqual(found('anthropic-vertex', 'sonnet'), ['claude-sonnet-4-20250514', 'alias']);
  });

  it('takes an id before an alias', () => {
    assert.deepEqual(found('openai', 'gpt-4o-mini'), ['gpt-4o-mini', 'id']);
  });

  it('finds the entry of the model for the id of one of its dates, and not the other way round', () => {
    assert.deepEqual(found('openai', 'gpt-4o-2024-05-13'), ['gpt-4o', 'version']);
    assert.deepEqual(found('anthropic-vertex', 'claude-opus-4-7@20260416'), ['claude-opus-4-7', 'version']);
    assert.deepEqual(found('anthropic-vertex', 'claude-sonnet-4'), [undefined, undefined]);
    assert.deepEqual(found('openai', 'omni-2024-05-13'), [undefined, undefined]);
  });

  it('finds nothing of another provider, and nothing in an empty catalog', () => {
    assert.deepEqual(found('anthropic-direct', 'claude-opus-4-7'), [undefined, undefined]);
    assert.deepEqual(found('openai', ''), [undefined, undefined]);
    assert.equal(NO_CATALOG.find('openai', 'gpt-4o'), undefined);
  });

  it('keeps two ids apart that are spelt alike', () => {
    const alike = [entry('claude-opus-4.7'), entry('claude-opus-4-7')];
    const both = new CatalogIndex({ version: '1', entries: alike });
    for (const one of alike) assert.equal(both.find('openai', one.modelId)?.entry, one);
  });
});
