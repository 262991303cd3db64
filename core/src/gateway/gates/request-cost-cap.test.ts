import assert from 'node:assert/strict';
import { nanoUsdFromUsd } from '../../money/index.ts';
import { Refusal } from '../errors.ts';
import { capRequestCost } from './request-cost-cap.ts';

describe('request cost cap', () => {
  const maxCost = nanoUsdFromUsd(0.5);

  it('lets through what costs so much at most, and anything where there is no cap', () => {
    capRequestCost(nanoUsdFromUsd(0.5), maxCost);
    capRequestCost(nanoUsdFromUsd(1_000), undefined);
  });

  it('refuses what may cost a billionth more, and names both amounts', () => {
    assert.throws(
      () => capRequestCost(nanoUsdFromUsd(0.500000001), maxCost),
      (cause: unknown) =>
        cause instanceof Refusal && cause.type === 'request_cost_exceeded' && cause.status === 402,
    );
    assert.throws(() => capRequestCost(nanoUsdFromUsd(2.25), maxCost), /up to \$2\.25, .*\$0\.50 at most/);
  });
});
