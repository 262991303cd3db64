import assert from 'node:assert/strict';
import { createAnthropicBedrock } from './anthropic-bedrock.ts';
import { createAnthropicVertex } from './anthropic-vertex.ts';
import { createOpenAi } from './openai.ts';
import { withRegions } from './in-region.ts';

const googleTokens = { get: async () => 'token' };

describe('a provider in another region', () => {
  it('is at that region’s address, and one and the same for all calls', () => {
    const vertexAi = { projectId: 'p', region: 'global' };
    const provider = withRegions({ vertexAi, googleTokens }, createAnthropicVertex);
    const there = provider.inRegion?.('europe-west1');
    assert.equal(provider.upstream.href, 'https://aiplatform.googleapis.com/');
    assert.equal(there?.upstream.href, 'https://europe-west1-aiplatform.googleapis.com/');
    assert.equal(provider.inRegion?.('europe-west1'), there);
    assert.equal(there?.name, provider.name);
    const onAws = withRegions({ aws: { region: 'us-east-1' } }, createAnthropicBedrock);
    assert.equal(
      onAws.inRegion?.('eu-central-1').upstream.href,
      'https://bedrock-runtime.eu-central-1.amazonaws.com/',
    );
  });

  it('is there only where the settings have a region', () => {
    assert.equal(withRegions({}, createOpenAi).inRegion, undefined);
  });
});
