import { LOCAL_PROVIDER } from '../../pricing/index.ts';
import { replaceHeader } from '../wire/headers.ts';
import { LocalInventory } from './local-inventory.ts';
import { askByChat, MESSAGES_PATH } from './messages-by-chat.ts';
import { HIDEABLE_USAGE, withUsageAsked } from './openai-stream-options.ts';
import { createOpenAi } from './openai.ts';
import type { Operation, Provider, ProviderSettings } from './provider.ts';

/** Where Ollama listens unless told otherwise. */
const OLLAMA = 'http://127.0.0.1:11434';

/** The old name of the limit is the one that every runtime knows; models that think go on from what they thought. */
const DIALECT = { limitField: 'max_tokens', returnsReasoning: true } as const;

/**
 * The runtime on this machine (Ollama, vLLM, LM Studio), which speaks OpenAI's API. It offers what it has loaded or
 * could load, unless the configuration says which; nothing it does costs anything.
 */
export function createLocal(settings: ProviderSettings): Provider {
  const upstream = localUpstream(settings.upstream ?? OLLAMA);
  const openAi = createOpenAi({ ...settings, upstream }, LOCAL_PROVIDER, LOCAL_PROVIDER);
  return {
    ...openAi,
    ...(settings.models === undefined && {
      inventory: new LocalInventory(openAi.upstream, settings.apiKey),
    }),
    operationOf(method, path) {
      const operation: Operation = openAi.operationOf(method, path);
      return operation.kind === 'llm' ? operation : { kind: 'utility' };
    },
    prepare(request, outgoing, outputTokens) {
      if (request.path === MESSAGES_PATH) askByChat(request, outgoing, { ...DIALECT, outputTokens });
      else if (request.isStream && HIDEABLE_USAGE.test(request.path)) withUsageAsked(request, outgoing);
    },
    authenticate({ headers }) {
      // A key that the client sent is for somebody else.
      replaceHeader(headers, 'x-api-key');
      const { apiKey } = settings;
      replaceHeader(headers, 'authorization', apiKey === undefined ? undefined : `Bearer ${apiKey}`);
    },
    cacheWritesOf: () => 'none',
  };
}

/** Runtimes name their address with and without the `/v1` that every path of a call begins with. */
function localUpstream(address: string): string {
  return address.replace(/\/v1\/?$/, '');
}
