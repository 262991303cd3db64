import { anthropic, anthropicHeaders } from './anthropic.ts';
import { anthropicMessages } from './anthropic-messages.ts';
import { type Endpoint, missingMember } from './endpoint.ts';
import { jsonReply } from './reply.ts';

/** POST /v1/messages/count_tokens. Source: https://docs.anthropic.com/en/api/messages-count-tokens */
export const anthropicCountTokens: Endpoint = {
  provider: anthropic,
  prompt: anthropicMessages.prompt,
  outputCap: () => undefined,
  mistake: (body) => missingMember(body, 'model', 'messages'),
  answer: ({ seed, counts }) => jsonReply(200, anthropicHeaders(seed), { input_tokens: counts.inputTokens }),
};
