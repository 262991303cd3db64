import type { JsonObject } from '../usage/json-shape.ts';
import type { UsageMeter } from '../usage/answer-reading.ts';

/** What a request asks of a provider. */
export type Operation =
  /** A call to a model: it is priced, budgeted and leaves a span. */
  | { readonly kind: 'llm'; readonly name: OperationName }
  /** Costs nothing (lists, token counts, files): passed through, and leaves no span. */
  | { readonly kind: 'utility' }
  /** May cost money in a way that is not known here, so it must not pass. */
  | { readonly kind: 'unpriced' };

/** OpenTelemetry's `gen_ai.operation.name`. */
export type OperationName = 'chat' | 'text_completion' | 'embeddings';

/** A call as it leaves for the provider. */
export interface OutgoingCall {
  /** Path and query behind the provider's base address. */
  path: string;
  /** Names and values in turn. */
  headers: string[];
  body: Buffer;
  /** The answer carries usage that the client did not ask for and must not see. */
  hidesUsage: boolean;
}

/** A request to a model whose body has been read. */
export interface LlmRequest {
  readonly path: string;
  readonly body: Buffer;
  readonly json: JsonObject;
  readonly isStream: boolean;
}

/** One provider: where it is, what its paths mean, how a call must be changed for it, how its answers are read. */
export interface Provider {
  /** The name behind `/proxy/`. */
  readonly name: string;
  /** OpenTelemetry's `gen_ai.provider.name`. */
  readonly system: string;
  /** Base address; the request's path is put behind it. */
  readonly upstream: URL;
  /** Only these models are offered, if given; else every priced one. */
  readonly models?: readonly string[];
  operationOf(method: string, path: string): Operation;
  /** Changes what must be changed. @throws Refusal for what cannot be metered. */
  prepare(request: LlmRequest, outgoing: OutgoingCall): void;
  /** Puts the configured key in, where there is one; else the client's own goes through. */
  authenticate(headers: string[]): void;
  meterFor(request: LlmRequest): UsageMeter;
  /** The longest time this request can ask the provider to keep input in a cache, which has its price. */
  cacheWritesOf(request: LlmRequest): CacheWrites;
}

export type CacheWrites = 'none' | '5m' | '1h';

/** How a provider is set up: `providers` in the configuration (contract section 9). */
export interface ProviderSettings {
  readonly upstream?: string;
  readonly apiKey?: string;
  readonly models?: readonly string[];
}
