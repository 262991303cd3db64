import type { TokenUsage } from '../../../pricing/token-usage.ts';
import { readMessage } from '../../usage/anthropic-messages.ts';
import { newReading } from '../../usage/answer-reading.ts';
import type { JsonObject } from '../../wire/json-shape.ts';
import { readChatAnswer } from '../../usage/openai-chat.ts';

/** What the gateway would charge for Anthropic's usage. */
export function anthropicUsageForTest(usage: JsonObject): TokenUsage | undefined {
  const reading = newReading();
  readMessage({ usage }, reading);
  return reading.usage;
}

/** What the gateway would charge for OpenAI's usage. */
export function openAiUsageForTest(usage: JsonObject): TokenUsage | undefined {
  const reading = newReading();
  readChatAnswer({ usage }, reading);
  return reading.usage;
}
