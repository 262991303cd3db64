import assert from 'node:assert/strict';
import { vertexModelId } from './vertex-model-id.ts';

describe('the name of a model on Vertex AI', () => {
  it('has its date behind an @', () => {
    assert.equal(vertexModelId('claude-sonnet-4-5-20250929'), 'claude-sonnet-4-5@20250929');
    assert.equal(vertexModelId('claude-3-haiku-20240307'), 'claude-3-haiku@20240307');
  });

  it('has a version where only Vertex AI has one', () => {
    assert.equal(vertexModelId('claude-3-5-sonnet-20241022'), 'claude-3-5-sonnet-v2@20241022');
    assert.equal(vertexModelId('claude-3-5-sonnet-20240620'), 'claude-3-5-sonnet@20240620');
  });

  it('is dated where Anthropic has an alias', () => {
    assert.equal(vertexModelId('claude-sonnet-4-5'), 'claude-sonnet-4-5@20250929');
    assert.equal(vertexModelId('claude-opus-4-0'), 'claude-opus-4@20250514');
    assert.equal(vertexModelId('claude-3-7-sonnet-latest'), 'claude-3-7-sonnet@20250219');
  });

  it('stays as it is where it is one of Vertex AI already, or has no date there', () => {
    for (const id of [
      'claude-sonnet-4-5@20250929',
      'claude-opus-4-6',
      'claude-3-5-sonnet-v2@20241022',
      'toString',
    ]) {
      assert.equal(vertexModelId(id), id);
    }
  });
});
