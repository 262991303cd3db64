import { AwsSigner } from '../credentials/aws-signer.ts';
import { readMessage, readMessageEvent } from '../usage/anthropic-messages.ts';
import type { AnswerReading } from '../usage/answer-reading.ts';
import { BedrockStreamMeter } from '../usage/bedrock-stream-meter.ts';
import { JsonMeter } from '../usage/json-meter.ts';
import { cacheOnBedrock } from './anthropic-caching.ts';
import { anthropicCacheWrites } from './anthropic-cache-writes.ts';
import { readInvoke, toInvoke, COUNT_TOKENS_PATH } from './bedrock-claude.ts';
import { requiredSetting } from './provider-settings-error.ts';
import type { Operation, Provider, ProviderSettings } from './provider.ts';

const NAME = 'anthropic-bedrock';

/**
 * Claude on AWS Bedrock: messages in Anthropic's own format at `/v1/messages`, and what
 * `@anthropic-ai/bedrock-sdk` sends. https://docs.claude.com/en/api/claude-on-amazon-bedrock
 *
 * @throws ProviderSettingsError without a region.
 */
export function createAnthropicBedrock(settings: ProviderSettings): Provider {
  const aws = requiredSetting(NAME, 'aws.region', settings.aws);
  const upstream = new URL(settings.upstream ?? `https://bedrock-runtime.${aws.region}.amazonaws.com`);
  const signer = new AwsSigner('bedrock', aws);
  return {
    name: NAME,
    system: 'aws.bedrock',
    upstream,
    ...(settings.models && { models: settings.models }),
    operationOf,
    askedInPath: readInvoke,
    prepare(request, outgoing) {
      cacheOnBedrock(request, outgoing);
      toInvoke(request, outgoing);
    },
    prepareUtility(outgoing) {
      outgoing.path = outgoing.path.replace(/\?.*$/, '');
    },
    authenticate: (outgoing) => signer.sign(upstream, outgoing),
    meterFor({ isStream, model }) {
      // The answer has Anthropic's name for the model, which has not the price of the inference profile asked for.
      const asAsked = (reading: AnswerReading): void => {
        if (reading.model !== undefined) reading.model = model;
      };
      if (!isStream) {
        return new JsonMeter((message, reading) => {
          readMessage(message, reading);
          asAsked(reading);
        });
      }
      return new BedrockStreamMeter((event, reading) => {
        const isLast = readMessageEvent(event, reading);
        asAsked(reading);
        return isLast;
      });
    },
    cacheWritesOf: anthropicCacheWrites,
  };
}

/** Nothing else goes through: Candela's own credentials would open everything that its account has. */
function operationOf(method: string, path: string): Operation {
  if (method !== 'POST') return { kind: 'unpriced' };
  if (path === '/v1/messages' || readInvoke(path) !== undefined) return { kind: 'llm', name: 'chat' };
  return { kind: COUNT_TOKENS_PATH.test(path) ? 'utility' : 'unpriced' };
}
