import assert from 'node:assert/strict';
import { vertexAiOrigin } from './vertex-ai-origin.ts';

describe('the address of Vertex AI', () => {
  it('depends on the location', () => {
    assert.deepEqual(['global', 'eu', 'us', 'europe-west1', 'us-east5'].map(vertexAiOrigin), [
      'https://aiplatform.googleapis.com',
      'https://aiplatform.eu.rep.googleapis.com',
      'https://aiplatform.us.rep.googleapis.com',
      'https://europe-west1-aiplatform.googleapis.com',
      'https://us-east5-aiplatform.googleapis.com',
    ]);
  });
});
