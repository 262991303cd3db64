import assert from 'node:assert/strict';

import { resolveModelId } from './resolve-model-id.ts';

const offered = [
  'claude-sonnet-4-20250514',
  'claude-sonnet-4-5-20250929',
  'claude-sonnet-4-6',
  'claude-3-5-sonnet-20240620',
  'claude-3-5-sonnet-20241022',
  'claude-3-5-sonnet-latest',
  'claude-haiku-4-5-20251001',
  'gpt-4o',
  'gpt-4o-2024-08-06',
  'gpt-4o-mini',
];

describe('resolveModelId', () => {
  const cases: readonly (readonly [requested: string, modelId: string | undefined])[] = [
    ['gpt-4o', 'gpt-4o'],
    ['claude-sonnet-4-20250514', 'claude-sonnet-4-20250514'],
    ['claude-sonnet-4', 'claude-sonnet-4-20250514'],
    ['claude-sonnet-4@20250514', 'claude-sonnet-4-20250514'],
    ['claude-sonnet-4.6', 'claude-sonnet-4-6'],
    ['claude-sonnet-4-5', 'claude-sonnet-4-5-20250929'],
    ['claude-3-5-sonnet', 'claude-3-5-sonnet-20241022'],
    ['claude-3.5-sonnet-latest', 'claude-3-5-sonnet-latest'],
    ['claude-haiku', 'claude-haiku-4-5-20251001'],
    ['claude-3', 'claude-3-5-sonnet-20241022'],
    ['claude-sonnet', undefined],
    ['claude-sonnet-4-19990101', undefined],
    ['claude-haik', undefined],
    ['gpt', undefined],
    ['', undefined],
    ['constructor', undefined],
  ];
  for (const [requested, modelId] of cases) {
    it(`takes '${requested}' for ${modelId ?? 'nothing'}`, () => {
      assert.equal(resolveModelId(requested, offered), modelId);
    });
  }

  it('takes an ambiguous prefix for the one model that is left when fewer are offered', () => {
    assert.equal(resolveModelId('claude-sonnet-4', offered.slice(1, 2)), 'claude-sonnet-4-5-20250929');
    assert.equal(resolveModelId('claude-sonnet-4', offered.slice(1, 3)), undefined);
  });
});
