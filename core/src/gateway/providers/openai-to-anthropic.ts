import {
  openAiAnswerToAnthropic,
  openAiErrorToAnthropic,
  OpenAiStreamToAnthropic,
  refusalToAnthropic,
} from '../translate/index.ts';
import type { AnswerTranslation } from './translated-answer.ts';

/** Anthropic's answers out of those of OpenAI, or of a server like it. */
export function openAiToAnthropic(): AnswerTranslation {
  return {
    events: new OpenAiStreamToAnthropic(),
    answer: openAiAnswerToAnthropic,
    error: openAiErrorToAnthropic,
    refusal: refusalToAnthropic,
  };
}
