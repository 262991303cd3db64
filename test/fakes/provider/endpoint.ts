import type { IncomingHttpHeaders } from 'node:http';
import type { Call } from './call.ts';
import type { JsonObject } from './json.ts';
import type { Prompt } from './prompt.ts';
import type { HeaderList, Reply } from './reply.ts';

/** An error before it has a provider's shape. */
export interface ProviderError {
  status: number;
  message: string;
  param?: string;
  code?: string;
  headers?: HeaderList;
}

/** How one provider checks callers and words its errors. */
export interface ProviderShape {
  name: 'openai' | 'anthropic';
  /** What is wrong with the credentials or fixed headers of a request, if anything. */
  refusal(headers: IncomingHttpHeaders, keys: readonly string[]): ProviderError | undefined;
  error(error: ProviderError, seed: string): Reply;
  /** The header fields of a 429, given the seconds to wait. */
  rateLimitHeaders(retryAfterSeconds: number): HeaderList;
  /** The event that ends a stream which failed on the way. */
  errorEvent(): string;
}

/** One POST route: how to read its request and how to write its answer. */
export interface Endpoint {
  provider: ProviderShape;
  prompt: (body: JsonObject) => Prompt;
  outputCap: (body: JsonObject) => number | undefined;
  /** The first mistake in a body that is JSON, or undefined. */
  mistake: (body: JsonObject) => ProviderError | undefined;
  answer: (call: Call) => Reply;
}

/** The members a body must have. */
export function missingMember(body: JsonObject, ...names: string[]): ProviderError | undefined {
  const missing = names.find((name) => body[name] === undefined);
  return missing === undefined
    ? undefined
    : { status: 400, message: `Missing required parameter: '${missing}'.`, param: missing };
}
