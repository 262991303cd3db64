import assert from 'node:assert/strict';
import type { BudgetFigures } from '../figures/budget-figures.ts';
import { InMemoryToldThresholds, thresholdNews, type ThresholdMark } from './thresholds.ts';

const figuresAt = (spentUsd: number, more: Partial<BudgetFigures> = {}): BudgetFigures => ({
  ...{ userId: 'ada', periodKey: '2026-11-21', spentUsd, tokens: 1, grants: [] },
  budget: { limitUsd: 10, remainingUsd: Math.max(0, 10 - spentUsd) },
  totalRemainingUsd: Math.max(0, 10 - spentUsd),
  ...more,
});
const PERCENTS = [80, 90, 100];
const untold = () => false;
const percentsOf = (marks: readonly ThresholdMark[]) => marks.map(({ percent }) => percent);

describe('thresholdNews', () => {
  it('says nothing before the first threshold', () => {
    assert.deepEqual(thresholdNews(figuresAt(7.99), PERCENTS, untold), { marks: [] });
  });

  it('names each threshold that is reached, and speaks for the highest', () => {
    const { marks, notice } = thresholdNews(figuresAt(9.5), PERCENTS, untold);
    assert.deepEqual(percentsOf(marks), [80, 90]);
    assert.deepEqual([notice?.percent, notice?.severity], [90, 'warn']);
    assert.equal(notice?.text, "Candela: 95.0 % of today's budget is used ($9.50 of $10.00)");
  });

  it('leaves out what was told', () => {
    const { marks, notice } = thresholdNews(figuresAt(9.5), PERCENTS, ({ percent }) => percent === 90);
    assert.deepEqual([percentsOf(marks), notice?.percent], [[80], 80]);
    assert.deepEqual(
      thresholdNews(figuresAt(9.5), PERCENTS, () => true),
      { marks: [] },
    );
  });

  it('says what the end of the budget means', () => {
    const over = thresholdNews(figuresAt(10.4), PERCENTS, untold).notice;
    assert.equal(over?.severity, 'over');
    assert.match(over?.text ?? '', /104\.0 % .*calls are refused/);
    const grants = [{ amountUsd: 5, remainingUsd: 4, reason: '' }];
    const granted = thresholdNews(figuresAt(10.4, { grants }), PERCENTS, untold).notice;
    assert.equal(granted?.severity, 'warn');
    assert.match(granted?.text ?? '', /grants pay/);
  });

  it('takes thresholds in any order, doubled, and past the budget', () => {
    const { marks } = thresholdNews(figuresAt(12.5), [125, 50, 50, -1, 0, Number.NaN, 126], untold);
    assert.deepEqual(percentsOf(marks), [50, 125]);
  });

  it('knows no threshold where there is no budget, a limit of 0, or no day', () => {
    const { budget: _budget, ...without } = figuresAt(9);
    const { periodKey: _day, ...dayless } = figuresAt(9);
    for (const figures of [without, figuresAt(9, { budget: { limitUsd: 0, remainingUsd: 0 } }), dayless]) {
      assert.deepEqual(thresholdNews(figures, PERCENTS, untold), { marks: [] });
    }
  });
});

describe('InMemoryToldThresholds', () => {
  it('lets the first claim each', async () => {
    const told = new InMemoryToldThresholds();
    const mark = { userId: 'ada', periodKey: '2026-11-21', percent: 80 };
    const others = [
      { ...mark, userId: 'bob' },
      { ...mark, periodKey: '2026-11-22' },
      { ...mark, percent: 90 },
    ];
    assert.equal(await told.claim(mark), true);
    assert.equal(await told.claim({ ...mark }), false);
    for (const other of others) assert.equal(await told.claim(other), true);
  });
});
