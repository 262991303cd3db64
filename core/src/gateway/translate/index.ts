/**
 * OpenAI's chat completions ⇄ Anthropic's messages, both ways, whole and as streams. Pure: nothing here knows a
 * socket, a clock or a provider.
 */
export { anthropicAnswerToOpenAi } from './anthropic-answer-to-openai.ts';
export { anthropicRequestToOpenAi, type ToOpenAiOptions } from './anthropic-request-to-openai.ts';
export { AnthropicStreamToOpenAi, type ToOpenAiStreamOptions } from './anthropic-stream-to-openai.ts';
export {
  anthropicErrorToOpenAi,
  openAiErrorToAnthropic,
  refusalToAnthropic,
  refusalToOpenAi,
} from './errors.ts';
export { openAiAnswerToAnthropic } from './openai-answer-to-anthropic.ts';
export {
  openAiRequestToAnthropic,
  wantsStreamUsage,
  type ToAnthropicOptions,
} from './openai-request-to-anthropic.ts';
export { OpenAiStreamToAnthropic } from './openai-stream-to-anthropic.ts';
export { detectRequestFormat, type RequestFormat } from './request-format.ts';
export { StreamTranslation, type EventTranslator } from './stream-translator.ts';
export { refuseUntellable } from './untellable.ts';
export { Untranslatable } from './untranslatable.ts';
export type { OpenAiRequest } from './wire-types.ts';
