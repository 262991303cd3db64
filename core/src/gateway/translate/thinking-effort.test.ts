import assert from 'node:assert/strict';
import { Field } from './field.ts';
import { EFFORTS, effortToAnthropic, thinkingStyleOf, thinkingToOpenAi } from './thinking-effort.ts';
import { refusedField } from './testing/refusal-of.ts';

const field = (value: unknown) => new Field(value, 'reasoning_effort');

describe('thinking and effort', () => {
  it('knows how each generation of Claude thinks', () => {
    const models = {
      none: ['claude-instant-1.2', 'claude-2.1', 'claude-3-opus-20240229', 'claude-3-5-sonnet-v2@20241022'],
      budget: [
        'claude-3-7-sonnet-20250219',
        'claude-sonnet-4-20250514',
        'claude-opus-4@20250514',
        'claude-opus-4-1-20250805',
        'claude-haiku-4.5',
        'anthropic.claude-sonnet-4-5-20250929-v1:0',
      ],
      adaptive: [
        'claude-opus-4-6',
        'claude-sonnet-4.6',
        'claude-opus-5-5',
        'claude-fable-5',
        'another-model',
      ],
    };
    for (const [style, names] of Object.entries(models)) {
      for (const name of names) assert.equal(thinkingStyleOf(name), style, name);
    }
  });

  it('passes an effort on to a model that adapts, and rounds up to the least there is', () => {
    assert.deepEqual(effortToAnthropic(field('xhigh'), 'adaptive', 10), {
      thinking: { type: 'adaptive' },
      effort: 'xhigh',
    });
    assert.equal(effortToAnthropic(field('minimal'), 'adaptive', 10).effort, 'low');
    assert.deepEqual(effortToAnthropic(field('none'), 'adaptive', 10), { thinking: { type: 'disabled' } });
    assert.deepEqual(effortToAnthropic(field('none'), 'none', 10), {});
  });

  it("gives a model that budgets a part of the answer, within Anthropic's bounds", () => {
    const budget = (effort: string, maxTokens: number) =>
      effortToAnthropic(field(effort), 'budget', maxTokens);
    assert.deepEqual(budget('medium', 20_000), { thinking: { type: 'enabled', budget_tokens: 10_000 } });
    assert.deepEqual(budget('low', 2000), { thinking: { type: 'enabled', budget_tokens: 1024 } });
    assert.equal(
      refusedField(() => budget('low', 1024)),
      'reasoning_effort',
    );
    assert.equal(
      refusedField(() => effortToAnthropic(field('low'), 'none', 5000)),
      'reasoning_effort',
    );
    assert.equal(
      refusedField(() => effortToAnthropic(field('huge'), 'adaptive', 5000)),
      'reasoning_effort',
    );
  });

  it('comes back as the effort it was', () => {
    for (const style of ['adaptive', 'budget'] as const) {
      for (const effort of EFFORTS.filter((one) => one !== 'minimal')) {
        const there = effortToAnthropic(field(effort), style, 50_000);
        const back = thinkingToOpenAi(new Field(there.thinking), new Field(there.effort), 50_000);
        assert.equal(back, effort);
      }
    }
  });

  it("reads Anthropic's other settings", () => {
    const effort = (thinking: unknown, level?: string) =>
      thinkingToOpenAi(new Field(thinking), new Field(level), 10_000);
    assert.equal(effort({ type: 'adaptive' }), undefined);
    assert.equal(effort(undefined, 'max'), 'max');
    assert.equal(effort({ type: 'between_tools' }), 'none');
    assert.equal(effort({ type: 'enabled', budget_tokens: 5000 }), 'medium');
    assert.equal(effort({ type: 'enabled', budget_tokens: 5000 }, 'low'), 'low');
  });
});
