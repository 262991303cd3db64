import assert from 'node:assert/strict';
import { branchCostLine } from '../figures/branch-cost-line.ts';
import { callLine } from './call-line.ts';
import type { RecentTrace } from './recent-traces.ts';

const AT = Date.UTC(2026, 10, 21, 14, 2);
const TRACE: RecentTrace = {
  traceId: 't',
  userId: 'u',
  model: 'gpt-4o',
  provider: 'openai',
  costUsd: 0.15,
  tokens: 30_000,
  startedAtUnixMs: AT,
  durationMs: 1_240,
  hasFailed: false,
};
const line = (trace: Partial<RecentTrace> = {}, success?: boolean, ageMs = 5 * 60_000) =>
  callLine({ ...TRACE, ...trace }, success, AT + ageMs, { timeZone: 'UTC' });

describe('callLine', () => {
  it('says model, cost, tokens and time, and all of it to a screen reader', () => {
    const { label, description, accessibilityLabel } = line();
    assert.equal(label, 'gpt-4o');
    assert.equal(description, '$0.15 · 30.0k tok · 14:02');
    assert.equal(accessibilityLabel, 'gpt-4o, $0.15, 30,000 tokens, 5 minutes ago, not marked yet');
  });

  it('gives the day of what is older than one', () => {
    assert.match(line({}, undefined, 25 * 3_600_000).description, / · 2026-11-21 14:02$/);
  });

  it('stands as its developer says, else as its status does', () => {
    assert.equal(line().standing, 'answered');
    assert.equal(line({ hasFailed: true }).standing, 'failed');
    assert.equal(line({ hasFailed: true }, true).standing, 'good');
    assert.equal(line({}, false).standing, 'bad');
  });

  it('has nothing active in its tooltip', () => {
    const { tooltipMarkdown } = line({ model: '[x](command:evil) $(bug)' });
    assert.doesNotMatch(tooltipMarkdown, /(?<!\\)\]\(|(?<!\\)\$\(/);
    assert.match(tooltipMarkdown, /Took \| 1\.2 s/);
  });

  it('names a model that has no name', () => {
    assert.equal(line({ model: '' }).label, 'no model');
  });
});

describe('branchCostLine', () => {
  it('says what a branch cost, and nothing of one without a call', () => {
    assert.equal(branchCostLine('main', { calls: 2, costUsd: 1.2, models: [] }), 'main: $1.20');
    assert.equal(branchCostLine('main', { calls: 0, costUsd: 0, models: [] }), undefined);
  });
});
