import assert from 'node:assert/strict';
import { budgetReport, costSummary } from './reports.ts';

describe('costSummary', () => {
  it('gives the sum, then each model with its share', () => {
    const model = { provider: 'openai', calls: 2, inputTokens: 1_000, outputTokens: 50 };
    const models = [
      { ...model, model: 'dear', costUsd: 3 },
      { ...model, model: '', provider: '', costUsd: 1 },
    ];
    assert.deepEqual(costSummary({ calls: 4, costUsd: 4, models }), [
      { label: 'All models: 4 calls today', value: '$4.00', detail: '' },
      {
        label: 'dear (openai)',
        value: '$3.00',
        detail: '2 calls, 1,000 tokens in, 50 out, 75.0 % of the cost',
      },
      { label: 'no model', value: '$1.00', detail: '2 calls, 1,000 tokens in, 50 out, 25.0 % of the cost' },
    ]);
  });

  it('divides nothing by nothing without a word', () => {
    const models = [
      { model: 'local', provider: 'local', calls: 1, inputTokens: 1, outputTokens: 1, costUsd: 0 },
    ];
    const [total, local] = costSummary({ calls: 1, costUsd: 0, models });
    assert.equal(total?.label, 'All models: 1 call today');
    assert.match(local?.detail ?? '', /^1 call, .*0\.0 % of the cost/);
  });
});

describe('budgetReport', () => {
  it('gives budget, rest, grants and reset', () => {
    const figures = {
      spentUsd: 3.42,
      tokens: 1,
      budget: { limitUsd: 10, remainingUsd: 6.58 },
      grants: [
        { amountUsd: 5, remainingUsd: 1.9, reason: 'release', expiresAtUnixMs: Date.UTC(2026, 10, 30) },
      ],
      totalRemainingUsd: 8.48,
      resetsAtUnixMs: Date.UTC(2026, 10, 22),
    };
    assert.deepEqual(budgetReport(figures, { timeZone: 'UTC' }), [
      { label: 'Budget', value: '$3.42 / $10.00', detail: '34.2 %' },
      { label: 'Remaining', value: '$8.48', detail: '' },
      { label: 'Grant: $1.90 of $5.00 left', value: '', detail: 'release, expires 2026-11-30 00:00' },
      { label: 'Resets at', value: '00:00', detail: '' },
    ]);
  });

  it('says that there is no budget, and what was spent', () => {
    assert.deepEqual(budgetReport({ spentUsd: 3.42, tokens: 1, grants: [] }), [
      { label: 'Budget', value: 'none set', detail: '' },
      { label: 'Cost', value: '$3.42', detail: '' },
    ]);
  });
});
