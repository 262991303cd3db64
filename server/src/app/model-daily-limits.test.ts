import assert from 'node:assert/strict';
import { createPriceBook } from '@candela/core/pricing';
import { modelDailyLimitsFrom } from './model-daily-limits.ts';

describe('daily limits of models', () => {
  const prices = createPriceBook();
  const warned: object[] = [];
  const logger = { warn: (fields: object) => void warned.push(fields) };
  beforeEach(() => void warned.splice(0));

  it('are none where none are configured', () => {
    assert.equal(modelDailyLimitsFrom({}, prices, logger), undefined);
  });

  it('are nano-dollars by model, and one of a model without a price is warned of', () => {
    const limits = modelDailyLimitsFrom({ 'gpt-4o-mini': 2.5, 'gtp-4o': 0 }, prices, logger);
    assert.deepEqual(
      limits,
      new Map([
        ['gpt-4o-mini', 2_500_000_000n],
        ['gtp-4o', 0n],
      ]),
    );
    assert.deepEqual(warned, [{ model: 'gtp-4o' }]);
  });
});
