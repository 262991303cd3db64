import type { IncomingHttpHeaders } from 'node:http';
import { type Call, planCall } from './call.ts';
import { DirectiveError } from './directive.ts';
import type { ProviderError, ProviderShape } from './endpoint.ts';
import { type Fault, faultOf } from './fault.ts';
import { type JsonObject, isJsonObject } from './json.ts';
import { anthropicModels, openaiModels } from './models.ts';
import type { Reply } from './reply.ts';
import { ENDPOINTS, providerFor } from './routes.ts';
import type { Script } from './script.ts';

/** A request as the fake's answer depends on it. */
export interface AskedRequest {
  method: string;
  /** Without the query. */
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** The keys each provider takes; `null` lets everyone in, as a local runtime does. */
export interface AcceptedKeys {
  openai: readonly string[] | null;
  anthropic: readonly string[] | null;
}

const NO_SEED = '0'.repeat(64);

/** The answer to a request and the faults it is to be sent with. */
export function answer(
  request: AskedRequest,
  keys: AcceptedKeys,
  script: Script,
): { reply: Reply; faults: Fault[] } {
  const provider = providerFor(request.path, request.headers);
  const refuse = (error: ProviderError): { reply: Reply; faults: Fault[] } => ({
    reply: provider.error(error, NO_SEED),
    faults: [],
  });
  const endpoint = ENDPOINTS.get(request.path);
  const isModels = request.path === '/v1/models';
  if (endpoint === undefined && !isModels) {
    return refuse({ status: 404, message: `No such path: ${request.method} ${request.path}` });
  }
  if (request.method !== (isModels ? 'GET' : 'POST')) {
    return refuse({ status: 405, message: `Not allowed to ${request.method} on ${request.path}` });
  }
  const accepted = keys[provider.name];
  const refusal = accepted === null ? undefined : provider.refusal(request.headers, accepted);
  if (refusal !== undefined) return refuse(refusal);
  if (endpoint === undefined) {
    const { faults } = script.wishesFor({ path: request.path, model: '', prompt: '' });
    return withErrors(
      provider.name === 'openai' ? openaiModels() : anthropicModels(),
      faults,
      provider,
      NO_SEED,
    );
  }

  const body = parsed(request.body);
  if (body === undefined) return refuse({ status: 400, message: 'The body is not a JSON object.' });
  const mistake = endpoint.mistake(body);
  if (mistake !== undefined) return refuse(mistake);
  const prompt = endpoint.prompt(body);
  const wishes = script.wishesFor({ path: request.path, model: String(body['model']), prompt: prompt.all });
  let call: Call;
  try {
    call = planCall(request.path, body, prompt, endpoint.outputCap(body), wishes);
  } catch (error) {
    if (error instanceof DirectiveError) return refuse({ status: 400, message: error.message });
    throw error;
  }
  return withErrors(endpoint.answer(call), call.faults, provider, call.seed);
}

/** Puts the provider's own error in place of the answer, or at the end of its stream, if a fault says so. */
export function withErrors(
  reply: Reply,
  faults: Fault[],
  provider: ProviderShape,
  seed: string,
): { reply: Reply; faults: Fault[] } {
  const status = faultOf(faults, 'status');
  if (status !== undefined) {
    const headers = status.code === 429 ? provider.rateLimitHeaders(status.retryAfterSeconds ?? 1) : [];
    const message = `The fake provider was asked for status ${status.code}.`;
    return { reply: provider.error({ status: status.code, message, headers }, seed), faults };
  }
  const broken = faultOf(faults, 'stream_error');
  if (broken !== undefined && reply.streamed) {
    const parts = [...reply.parts.slice(0, broken.afterEvents), Buffer.from(provider.errorEvent())];
    return { reply: { ...reply, parts }, faults };
  }
  return { reply, faults };
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
