import assert from 'node:assert/strict';
import { claudeVersion } from './claude-version.ts';

describe('version of a Claude model', () => {
  it('is read out of every kind of id', () => {
    const versions = {
      'claude-sonnet-4-5-20250929': 405,
      'claude-sonnet-4-20250514': 400,
      'claude-3-7-sonnet@20250219': 307,
      'claude-opus-4.7': 407,
      'claude-2.1': 201,
      'eu.anthropic.claude-haiku-4-5-20251001-v1:0': 405,
      'anthropic.claude-3-haiku-20240307-v1:0': 300,
    };
    for (const [model, version] of Object.entries(versions))
      assert.equal(claudeVersion(model), version, model);
  });

  it('is unknown of an id that tells none', () => {
    assert.equal(claudeVersion('arn:aws:bedrock:eu-west-1:1:application-inference-profile/abc'), undefined);
    assert.equal(claudeVersion('claude-next'), undefined);
  });
});
