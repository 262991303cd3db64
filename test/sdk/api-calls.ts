import type Anthropic from '@anthropic-ai/sdk';
import type OpenAI from 'openai';
import { collect } from '../fakes/collect.ts';
import { FAKE_ANTHROPIC_KEY, FAKE_OPENAI_KEY } from '../fakes/provider/start.ts';
import type { RawRequest } from './exchange.ts';

/** The real packages, one client each, of which a call uses its own. */
export interface SdkClients {
  openai: OpenAI;
  anthropic: Anthropic;
}

/** One way to ask a provider something, as raw bytes and through its SDK. */
export interface ApiCall {
  name: string;
  provider: 'openai' | 'anthropic';
  /** Behind the provider's base address. */
  path: string;
  body: (prompt: string) => object;
  sdk: (clients: SdkClients, prompt: string) => Promise<unknown>;
  streamed: boolean;
  /** The gateway asks for usage that the client did not, and hides it again. */
  rewritten: boolean;
  /** Also found at `/v1/…`, by its model. */
  routedByModel: boolean;
}

const CHAT_MODEL = 'gpt-4o-mini';
const COMPLETION_MODEL = 'gpt-3.5-turbo-instruct';
const EMBEDDING_MODEL = 'text-embedding-3-small';
const CLAUDE = 'claude-sonnet-4-20250514';

function chat(prompt: string): {
  model: string;
  messages: { role: 'user'; content: string }[];
  max_tokens: number;
} {
  return { model: CHAT_MODEL, max_tokens: 500, messages: [{ role: 'user', content: prompt }] };
}

function claude(prompt: string): Anthropic.MessageCreateParamsNonStreaming {
  return { model: CLAUDE, max_tokens: 500, messages: [{ role: 'user', content: prompt }] };
}

function responses(prompt: string): { model: string; input: string; max_output_tokens: number } {
  return { model: CHAT_MODEL, input: prompt, max_output_tokens: 500 };
}

function completions(prompt: string): { model: string; prompt: string; max_tokens: number } {
  return { model: COMPLETION_MODEL, prompt, max_tokens: 500 };
}

function embeddings(prompt: string): { model: string; input: string; dimensions: number } {
  return { model: EMBEDDING_MODEL, input: prompt, dimensions: 64 };
}

const WITH_USAGE = { stream: true, stream_options: { include_usage: true } } as const;
const CALL_DEFAULTS = { streamed: false, rewritten: false, routedByModel: true } as const;

/** Every call whose answer must reach the client unchanged. */
export const API_CALLS: readonly ApiCall[] = [
  {
    ...CALL_DEFAULTS,
    name: 'openai chat, JSON',
    provider: 'openai',
    path: '/chat/completions',
    body: chat,
    sdk: ({ openai }, prompt) => openai.chat.completions.create(chat(prompt)),
  },
  {
    ...CALL_DEFAULTS,
    name: 'openai chat, stream without include_usage',
    provider: 'openai',
    path: '/chat/completions',
    streamed: true,
    rewritten: true,
    body: (prompt) => ({ ...chat(prompt), stream: true }),
    sdk: async ({ openai }, prompt) =>
      collect(await openai.chat.completions.create({ ...chat(prompt), stream: true })),
  },
  {
    ...CALL_DEFAULTS,
    name: 'openai chat, stream with include_usage',
    provider: 'openai',
    path: '/chat/completions',
    streamed: true,
    body: (prompt) => ({ ...chat(prompt), ...WITH_USAGE }),
    sdk: async ({ openai }, prompt) =>
      collect(await openai.chat.completions.create({ ...chat(prompt), ...WITH_USAGE })),
  },
  {
    ...CALL_DEFAULTS,
    name: 'openai responses, JSON',
    provider: 'openai',
    path: '/responses',
    body: responses,
    sdk: ({ openai }, prompt) => openai.responses.create(responses(prompt)),
  },
  {
    ...CALL_DEFAULTS,
    name: 'openai responses, stream',
    provider: 'openai',
    path: '/responses',
    streamed: true,
    body: (prompt) => ({ ...responses(prompt), stream: true }),
    sdk: async ({ openai }, prompt) =>
      collect(await openai.responses.create({ ...responses(prompt), stream: true })),
  },
  {
    ...CALL_DEFAULTS,
    name: 'openai completions, JSON',
    provider: 'openai',
    path: '/completions',
    body: completions,
    sdk: ({ openai }, prompt) => openai.completions.create(completions(prompt)),
  },
  {
    ...CALL_DEFAULTS,
    name: 'openai completions, stream without include_usage',
    provider: 'openai',
    path: '/completions',
    streamed: true,
    rewritten: true,
    body: (prompt) => ({ ...completions(prompt), stream: true }),
    sdk: async ({ openai }, prompt) =>
      collect(await openai.completions.create({ ...completions(prompt), stream: true })),
  },
  {
    ...CALL_DEFAULTS,
    name: 'openai embeddings',
    provider: 'openai',
    path: '/embeddings',
    body: embeddings,
    sdk: ({ openai }, prompt) => openai.embeddings.create(embeddings(prompt)),
  },
  {
    ...CALL_DEFAULTS,
    name: 'anthropic messages, JSON',
    provider: 'anthropic',
    path: '/v1/messages',
    body: claude,
    sdk: ({ anthropic }, prompt) => anthropic.messages.create(claude(prompt)),
  },
  {
    ...CALL_DEFAULTS,
    name: 'anthropic messages, stream',
    provider: 'anthropic',
    path: '/v1/messages',
    streamed: true,
    body: (prompt) => ({ ...claude(prompt), stream: true }),
    sdk: async ({ anthropic }, prompt) =>
      collect(await anthropic.messages.create({ ...claude(prompt), stream: true })),
  },
  {
    ...CALL_DEFAULTS,
    name: 'anthropic count_tokens',
    provider: 'anthropic',
    path: '/v1/messages/count_tokens',
    routedByModel: false,
    body: (prompt) => ({ model: CLAUDE, messages: claude(prompt).messages }),
    sdk: ({ anthropic }, prompt) =>
      anthropic.messages.countTokens({ model: CLAUDE, messages: claude(prompt).messages }),
  },
];

const HEADERS = {
  openai: { authorization: `Bearer ${FAKE_OPENAI_KEY}` },
  anthropic: { 'x-api-key': FAKE_ANTHROPIC_KEY, 'anthropic-version': '2023-06-01' },
} as const;

/** The call as bytes. */
export function rawRequest(call: ApiCall, prompt: string): RawRequest {
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'candela-test',
    ...HEADERS[call.provider],
  };
  return { method: 'POST', path: call.path, headers, body: JSON.stringify(call.body(prompt)) };
}
