import { anthropic } from '../provider/anthropic.ts';
import { anthropicCountTokens } from '../provider/anthropic-count-tokens.ts';
import { planCall } from '../provider/call.ts';
import { claudeAnswer } from '../claude-answer.ts';
import { type FakeServer, type ReceivedRequest, startFakeServer } from '../fake-server.ts';
import { type Fault, faultOf } from '../provider/fault.ts';
import { isJsonObject, type JsonObject } from '../provider/json.ts';
import { jsonReply, type Reply } from '../provider/reply.ts';

export const VERTEX_PROJECT = 'fake-project';
export const VERTEX_REGION = 'us-east5';

const PATH = new RegExp(
  `^/v1/projects/${VERTEX_PROJECT}/locations/${VERTEX_REGION}/publishers/anthropic/models/([a-z0-9@-]+):(rawPredict|streamRawPredict)$`,
);

/** What Google calls an HTTP status: https://cloud.google.com/apis/design/errors#handling_errors */
const STATUSES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
};

interface Answer {
  reply: Reply;
  faults: Fault[];
}

/**
 * A fake of Claude on Vertex AI: https://docs.claude.com/en/api/claude-on-vertex-ai
 *
 * @param isToken whether an access token may call.
 */
export function startFakeVertex(isToken: (token: string) => boolean): Promise<FakeServer> {
  return startFakeServer((request) => answer(request, isToken));
}

function answer(request: ReceivedRequest, isToken: (token: string) => boolean): Answer {
  const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined || !isToken(token))
    return refusal(401, 'Request had invalid authentication credentials.');
  const [, model, method] = PATH.exec(request.url) ?? [];
  if (model === undefined || request.method !== 'POST') return refusal(404, `Not found: ${request.url}`);
  const stray = ['anthropic-version', 'x-api-key'].find((name) => request.headers[name] !== undefined);
  if (stray !== undefined) return refusal(400, `The header ${stray} has no business here.`);
  const body = JSON.parse(request.body) as unknown;
  if (!isJsonObject(body)) return refusal(400, 'The body is not an object.');
  if (typeof body['anthropic_version'] !== 'string') return refusal(400, 'anthropic_version: Field required');
  if (model === 'count-tokens') return tokenCount(body);
  if (body['model'] !== undefined) return refusal(400, 'model: Extra inputs are not permitted');
  if (!isVertexId(model)) return refusal(404, `Publisher Model ${model} was not found.`);
  if ((body['stream'] === true) !== (method === 'streamRawPredict'))
    return refusal(400, `No stream by ${method}.`);
  return withErrors(claudeAnswer({ ...body, model: model.replace('@', '-') }));
}

/** A date stands behind `@` here. */
function isVertexId(model: string): boolean {
  return /^claude-[a-z0-9-]+(@\d{8})?$/.test(model) && !/-\d{8}$/.test(model);
}

function tokenCount(body: JsonObject): Answer {
  const { model } = body;
  if (typeof model !== 'string' || !isVertexId(model)) return refusal(400, 'model: not one of Vertex AI');
  const prompt = anthropicCountTokens.prompt(body);
  const call = planCall('/v1/messages/count_tokens', body, prompt, undefined, { faults: [], usage: {} });
  return { reply: anthropicCountTokens.answer(call), faults: call.faults };
}

function withErrors({ reply, faults }: Answer): Answer {
  const status = faultOf(faults, 'status');
  if (status !== undefined) return { ...refusal(status.code, 'Quota exceeded.'), faults };
  const broken = faultOf(faults, 'stream_error');
  if (broken === undefined) return { reply, faults };
  const parts = [...reply.parts.slice(0, broken.afterEvents), Buffer.from(anthropic.errorEvent())];
  return { reply: { ...reply, parts }, faults };
}

function refusal(code: number, message: string): Answer {
  const error = { code, message, status: STATUSES[code] ?? 'UNKNOWN' };
  return { reply: jsonReply(code, [], { error }, 2), faults: [] };
}
