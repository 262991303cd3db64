import {
  anthropicAnswerToOpenAi,
  anthropicErrorToOpenAi,
  AnthropicStreamToOpenAi,
  refusalToOpenAi,
  type ToOpenAiStreamOptions,
} from '../translate/index.ts';
import type { AnswerTranslation } from './translated-answer.ts';

/** OpenAI's answers out of Claude's. */
export function anthropicToOpenAi(options: ToOpenAiStreamOptions): AnswerTranslation {
  return {
    events: new AnthropicStreamToOpenAi(options),
    answer: (message) => anthropicAnswerToOpenAi(message, options.createdS),
    error: anthropicErrorToOpenAi,
    refusal: refusalToOpenAi,
  };
}
