import type { BatchApi, BatchStep } from '../batches/batch-api.ts';
import type { CachingSettings } from '../caching/caching-settings.ts';
import type { AccessTokens } from '../credentials/access-tokens.ts';
import type { JsonObject } from '../wire/json-shape.ts';
import type { ModelInventory } from './model-inventory.ts';
import type { UsageMeter } from '../usage/answer-reading.ts';
import type { OperationName } from '../../spans/span-record.ts';

/** What a request asks of a provider. */
export type Operation =
  /** A call to a model: it is priced, budgeted and leaves a span. */
  | { readonly kind: 'llm'; readonly name: OperationName }
  /** Costs nothing (lists, token counts, files): passed through, and leaves no span. */
  | { readonly kind: 'utility' }
  /** Calls to models that are done later: priced when they are handed in, charged when their results are read. */
  | { readonly kind: 'batch'; readonly step: BatchStep }
  /** May cost money in a way that is not known here, so it must not pass. */
  | { readonly kind: 'unpriced' };

/** A call as it leaves for the provider. */
export interface OutgoingCall {
  /** Path and query behind the provider's base address. */
  path: string;
  /** Names and values in turn. */
  headers: string[];
  body: Buffer;
  /** Absent: the client gets the provider's answer as it is. */
  rewriter?: AnswerRewriter;
}

/**
 * Makes the client's answer out of the provider's, where the two differ. The provider must be asked for an answer
 * that is not compressed.
 */
export interface AnswerRewriter {
  /** Called first, with status and headers (names and values in turn); answers the headers for the client. */
  begin(status: number, headers: readonly string[]): string[];
  /** What the client gets for these bytes; empty while more of them are needed. */
  write(chunk: Buffer): Buffer;
  /** What the client gets after the last bytes. */
  end(): Buffer;
}

/** A request to a model whose body has been read. */
export interface LlmRequest {
  readonly path: string;
  /** As the provider is asked for it, whether its path or its body says so. */
  readonly model: string;
  readonly body: Buffer;
  readonly json: JsonObject;
  readonly isStream: boolean;
  /** Absent: Candela asks for no cache. */
  readonly caching?: CachingSettings;
}

/** What a path says of a call, for the APIs that have it there and not in the body. */
export interface AskedInPath {
  readonly model: string;
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
  /** The same provider, asked in another region; absent where it has none. */
  readonly inRegion?: (region: string) => Provider;
  /** What it has at this moment, for a provider whose models come and go; such a model goes before any other's. */
  readonly inventory?: ModelInventory;
  operationOf(method: string, path: string): Operation;
  /** Absent, or `undefined` for a path: the body's `model` and `stream` say it. */
  askedInPath?(path: string): AskedInPath | undefined;
  /**
   * Whether a path that names no provider may lead here; absent: every path that asks a model may. Not so where
   * the client of that path would get an answer in another format than its own.
   */
  isReachedByModel?(path: string): boolean;
  /**
   * Changes what must be changed.
   *
   * @param outputTokens how many the call is priced for, at most.
   * @throws Refusal for what cannot be metered, or cannot be said to this provider.
   */
  prepare(request: LlmRequest, outgoing: OutgoingCall, outputTokens: number): void;
  /** Changes what must be changed of a request that costs nothing. @throws Refusal for what cannot be read. */
  prepareUtility?(outgoing: OutgoingCall): void;
  /**
   * Puts Candela's credentials in, where there are some; else the client's own go through. Called last, because a
   * signature covers path, headers and body. @throws Refusal if there should be credentials and none can be had.
   */
  authenticate(outgoing: OutgoingCall): void | Promise<void>;
  meterFor(request: LlmRequest): UsageMeter;
  /** Absent: `operationOf` knows of no batches. */
  readonly batches?: BatchApi;
  /**
   * The longest time that a call, as `prepare` has left it, can ask the provider to keep input in a cache, which has
   * its price.
   */
  cacheWritesOf(outgoing: OutgoingCall): CacheWrites;
}

export type CacheWrites = 'none' | '5m' | '1h';

/** How a provider is set up: `providers` in the configuration (contract section 9). */
export interface ProviderSettings {
  readonly upstream?: string;
  readonly apiKey?: string;
  readonly models?: readonly string[];
  readonly vertexAi?: VertexAiSettings;
  readonly aws?: AwsSettings;
  /** Of Candela's own Google account. */
  readonly googleTokens?: AccessTokens;
}

/** `vertex_ai` in the configuration. */
export interface VertexAiSettings {
  readonly projectId: string;
  /** A location such as `europe-west1`, a continent, or `global`. */
  readonly region: string;
}

/** `aws` in the configuration. */
export interface AwsSettings {
  readonly region: string;
  /** Of the shared configuration files; absent: whatever AWS's own tools would use. */
  readonly profile?: string;
}
