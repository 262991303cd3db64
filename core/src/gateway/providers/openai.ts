import { openAiBatches, openAiBatchStep } from '../batches/openai-batches.ts';
import { askByChat, MESSAGES_PATH } from './messages-by-chat.ts';
import { HIDEABLE_USAGE, withUsageAsked } from './openai-stream-options.ts';
import { jsonOrSseMeter } from '../usage/any-form-meter.ts';
import { readChatAnswer, readChatChunk } from '../usage/openai-chat.ts';
import { RESPONSES_READERS } from '../usage/openai-responses.ts';
import { refuseUntoldCost } from '../untold-cost.ts';
import { replaceHeader } from '../wire/headers.ts';
import type { Operation, Provider, ProviderSettings } from './provider.ts';
import type { OperationName } from '../../spans/span-record.ts';

/** The endpoints that ask a model: https://platform.openai.com/docs/api-reference */
const LLM_PATHS: Readonly<Record<string, OperationName>> = {
  '/v1/chat/completions': 'chat',
  '/v1/responses': 'chat',
  // A model writes a long conversation anew, shorter, and says what it used.
  '/v1/responses/compact': 'chat',
  '/v1/completions': 'text_completion',
  '/v1/embeddings': 'embeddings',
  // Anthropic's, translated.
  [MESSAGES_PATH]: 'chat',
};

/** Reasoning models refuse the limit by its old name; no earlier thinking is taken back. */
const DIALECT = { limitField: 'max_completion_tokens', returnsReasoning: false } as const;

/** Posts that OpenAI does not charge for. */
const FREE_POSTS =
  /^\/v1\/(moderations|files|uploads(\/[\w-]+(\/(parts|complete|cancel))?)?|responses\/input_tokens|responses\/[\w-]+\/cancel)$/;

/** OpenAI, and whatever speaks its API at another address under another name. */
export function createOpenAi(settings: ProviderSettings, name = 'openai', system = 'openai'): Provider {
  return {
    name,
    system,
    upstream: new URL(settings.upstream ?? 'https://api.openai.com'),
    ...(settings.models && { models: settings.models }),
    operationOf,
    batches: openAiBatches,
    prepare(request, outgoing, outputTokens) {
      if (request.path === MESSAGES_PATH) {
        askByChat(request, outgoing, { ...DIALECT, outputTokens });
        return;
      }
      refuseUntoldCost(request.json);
      if (request.isStream && HIDEABLE_USAGE.test(request.path)) withUsageAsked(request, outgoing);
    },
    authenticate({ headers }) {
      if (settings.apiKey !== undefined) replaceHeader(headers, 'authorization', `Bearer ${settings.apiKey}`);
    },
    meterFor(request) {
      return request.path.startsWith('/v1/responses')
        ? jsonOrSseMeter(RESPONSES_READERS)
        : jsonOrSseMeter({ whole: readChatAnswer, event: readChatChunk });
    },
    // Caching is automatic, and a model that charges for it keeps what it writes for minutes.
    cacheWritesOf: () => '5m',
  };
}

function operationOf(method: string, path: string): Operation {
  const step = openAiBatchStep(method, path);
  if (step !== undefined) return { kind: 'batch', step };
  if (method === 'GET' || method === 'HEAD' || method === 'DELETE') return { kind: 'utility' };
  const name = LLM_PATHS[path];
  if (method === 'POST' && name !== undefined) return { kind: 'llm', name };
  return method === 'POST' && FREE_POSTS.test(path) ? { kind: 'utility' } : { kind: 'unpriced' };
}
