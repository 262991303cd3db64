import type { IncomingMessage } from 'node:http';
import { cachingOf } from './caching/caching-headers.ts';
import { DEFAULT_CACHING, type LiveCachingSettings } from './caching/caching-settings.ts';
import { Refusal } from './errors.ts';
import { parseBody } from './gates/body.ts';
import { knownModel, requestedModel, unknownModel } from './gates/model.ts';
import type { LlmRequest, Provider } from './providers/provider.ts';
import type { OperationName } from '../spans/span-record.ts';
import { renamed } from './renamed-model.ts';
import { routeAt, routeByModel, type KnownModels, type ModelRoute, type Target } from './route.ts';

/** A request to a model, read and routed. */
export interface RoutedRequest extends ModelRoute {
  readonly operation: OperationName;
  /** Path and query behind the provider's base address, its model as the provider has it. */
  readonly pathAndQuery: string;
  readonly request: LlmRequest;
  /** The body as the client sent it. */
  readonly text: string;
}

export interface RoutingDeps {
  /** By name, in the order in which a bare model name is looked for. */
  readonly providers: ReadonlyMap<string, Provider>;
  /** Where Anthropic's models are to keep prompts, unless a call says else; absent: nowhere. */
  readonly caching?: LiveCachingSettings;
  /** What is said of a model that no provider offers, on the routes that go by the model. */
  readonly unknownModel?: (model: string) => Refusal;
}

/**
 * Gates 4 and 5: a body that can be read, and a model that is known and switched on.
 *
 * @throws Refusal `invalid_request_error`, or what `deps.unknownModel` says.
 */
export function routedRequest(
  req: IncomingMessage,
  { target, body }: { readonly target: Target; readonly body: Buffer },
  known: KnownModels,
  deps: RoutingDeps,
): RoutedRequest {
  const postOnly = (): Refusal => new Refusal('invalid_request_error', `${target.path} takes POST only`);
  if (req.method !== 'POST') throw postOnly();
  const { json, text } = parseBody(req, body);
  const inPath = target.provider?.askedInPath?.(target.path);
  const asked = inPath?.model ?? requestedModel(json);
  const route = target.provider
    ? routeAt(target.provider, asked, known)
    : routeByModel(asked, target.path, deps.providers, known);
  if (route === undefined) throw (deps.unknownModel ?? unknownModel)(asked);
  const operation = route.provider.operationOf('POST', target.path);
  if (operation.kind !== 'llm') throw postOnly();
  knownModel(asked, route, known.prices);
  const { sentAs, entry } = route;
  const named = renamed({ asked, sentAs, isInPath: inPath !== undefined }, target, body);
  // A provider that looks at what the client wrote must find no name there that the catalog has replaced.
  const isReplaced = inPath === undefined && sentAs === entry?.providerModelId;
  return {
    ...route,
    ...{ operation: operation.name, text },
    pathAndQuery: named.pathAndQuery,
    request: {
      ...{ path: named.path, model: sentAs, body: named.body },
      json: isReplaced ? { ...json, model: sentAs } : json,
      isStream: inPath?.isStream ?? json['stream'] === true,
      caching: cachingOf(req.rawHeaders, deps.caching?.get() ?? DEFAULT_CACHING),
    },
  };
}
