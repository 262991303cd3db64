import type { OutputConfig, ThinkingConfigParam } from '@anthropic-ai/sdk/resources/messages';
import type { ReasoningEffort } from 'openai/resources/shared';
import { claudeVersion } from '../wire/claude-version.ts';
import type { Field } from './field.ts';

type Effort = NonNullable<ReasoningEffort>;
type ThinkingEffort = Exclude<Effort, 'none' | 'minimal'>;

export const EFFORTS = [
  'none',
  'minimal',
  'low',
  'medium',
  'high',
  'xhigh',
  'max',
] as const satisfies Effort[];

/**
 * How a model is told to think: by an effort, by a number of tokens, or not at all.
 * https://platform.claude.com/docs/en/build-with-claude/thinking
 */
export type ThinkingStyle = 'adaptive' | 'budget' | 'none';

/** The models up to 4.5 think to a budget, those before 3.7 not at all, and all later ones adapt. */
export function thinkingStyleOf(model: string): ThinkingStyle {
  const version = claudeVersion(model);
  if (version === undefined) return 'adaptive';
  if (version < 307) return 'none';
  return version <= 405 ? 'budget' : 'adaptive';
}

/** Anthropic's smallest thinking budget. */
const MIN_BUDGET_TOKENS = 1024;

/** The part of the whole answer that each effort may spend on thinking, where thinking goes by budget. */
const BUDGET_SHARES: Readonly<Record<ThinkingEffort, number>> = {
  low: 0.2,
  medium: 0.5,
  high: 0.8,
  xhigh: 0.9,
  max: 0.95,
};

export interface AnthropicThinking {
  readonly thinking?: ThinkingConfigParam;
  readonly effort?: NonNullable<OutputConfig['effort']>;
}

/** `reasoning_effort` in Anthropic's terms. Its lowest level is `low`, which stands for `minimal` too. */
export function effortToAnthropic(field: Field, style: ThinkingStyle, maxTokens: number): AnthropicThinking {
  const asked = field.oneOf(EFFORTS);
  if (asked === 'none') return style === 'none' ? {} : { thinking: { type: 'disabled' } };
  const effort = asked === 'minimal' ? 'low' : asked;
  if (style === 'none') field.refuse('this model does not think: leave it out, or ask a later model');
  if (style === 'adaptive') return { thinking: { type: 'adaptive' }, effort };
  const budget = Math.max(MIN_BUDGET_TOKENS, Math.floor(maxTokens * BUDGET_SHARES[effort]));
  if (budget >= maxTokens) {
    field.refuse(
      `thinking takes ${MIN_BUDGET_TOKENS} tokens at least: raise max_completion_tokens above that`,
    );
  }
  return { thinking: { type: 'enabled', budget_tokens: budget } };
}

/** `thinking` and `output_config.effort` as `reasoning_effort`; undefined leaves it to the model. */
export function thinkingToOpenAi(thinking: Field, effort: Field, maxTokens: number): Effort | undefined {
  const level = effort.ifSet((field) => field.oneOf(['low', 'medium', 'high', 'xhigh', 'max']));
  if (!thinking.isSet) return level;
  switch (thinking.at('type').oneOf(['enabled', 'disabled', 'between_tools', 'adaptive'])) {
    case 'disabled':
    // Anthropic's way to say "off" to the models that cannot be kept from short notes between tool calls.
    case 'between_tools':
      return 'none';
    case 'adaptive':
      return level;
    case 'enabled':
      return level ?? nearestEffort(thinking.at('budget_tokens').count() / maxTokens);
  }
}

function nearestEffort(share: number): ThinkingEffort {
  const efforts = Object.keys(BUDGET_SHARES) as ThinkingEffort[];
  return efforts.reduce((best, effort) =>
    Math.abs(BUDGET_SHARES[effort] - share) < Math.abs(BUDGET_SHARES[best] - share) ? effort : best,
  );
}
