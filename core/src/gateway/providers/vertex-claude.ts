import { Refusal } from '../errors.ts';
import { isObject, stringAt } from '../wire/json-shape.ts';
import { replaceHeader } from '../wire/headers.ts';
import { withMember } from '../wire/json-members.ts';
import { decodedSegment } from '../wire/path-segment.ts';
import { vertexModelId } from '../wire/vertex-model-id.ts';
import { withoutMovedMember } from './moved-member.ts';
import type { AskedInPath, LlmRequest, OutgoingCall, VertexAiSettings } from './provider.ts';

/** Vertex AI's name for the version of Anthropic's API: https://docs.claude.com/en/api/claude-on-vertex-ai */
const ANTHROPIC_VERSION = 'vertex-2023-10-16';

/** The model that stands where a model does in the path of a token count, which costs nothing. */
const COUNT_TOKENS = 'count-tokens';

/** As `@anthropic-ai/vertex-sdk` asks; project and location are written anew, so that nobody names another one. */
const RAW_PREDICT =
  /^(?:\/v1)?\/projects\/[^/]+\/locations\/[^/]+\/publishers\/anthropic\/models\/([^/:]+):(rawPredict|streamRawPredict)$/;

/** The call that a path in Vertex AI's own form makes; `undefined` for any other path. */
export function readRawPredict(path: string): AskedInPath | undefined {
  const [, model, method] = RAW_PREDICT.exec(path) ?? [];
  if (model === undefined) return undefined;
  return { model: decodedSegment(model), isStream: method === 'streamRawPredict' };
}

/** Whether a path asks for the tokens of a prompt to be counted. */
export function countsTokens(path: string): boolean {
  return path === '/v1/messages/count_tokens' || readRawPredict(path)?.model === COUNT_TOKENS;
}

/** Sends messages in Anthropic's format to Claude on Vertex AI: the model goes from the body to the path. */
export function toRawPredict(request: LlmRequest, outgoing: OutgoingCall, vertexAi: VertexAiSettings): void {
  const inPath = readRawPredict(request.path);
  if (inPath !== undefined && inPath.isStream !== (request.json['stream'] === true)) {
    throw new Refusal(
      'invalid_request_error',
      'path and body must agree on a stream: streamRawPredict with "stream": true, rawPredict without',
    );
  }
  outgoing.path = pathOf(request.model, request.isStream ? 'streamRawPredict' : 'rawPredict', vertexAi);
  const body = outgoing.body.toString('utf8');
  const keepsVersion = inPath !== undefined && stringAt(request.json, 'anthropic_version') !== undefined;
  const versioned = keepsVersion ? body : withMember(body, 'anthropic_version', ANTHROPIC_VERSION);
  outgoing.body = Buffer.from(inPath === undefined ? withoutMovedMember(versioned, 'model') : versioned);
  forVertexAi(outgoing);
}

/** Asks Vertex AI to count tokens; here the model stays in the body. */
export function toCountTokens(outgoing: OutgoingCall, vertexAi: VertexAiSettings): void {
  outgoing.path = pathOf(COUNT_TOKENS, 'rawPredict', vertexAi);
  const text = outgoing.body.toString('utf8');
  const json = parsed(text);
  const model = stringAt(json, 'model') ?? '';
  const named = withMember(text, 'model', vertexModelId(model));
  const isVersioned = stringAt(json, 'anthropic_version') !== undefined;
  outgoing.body = Buffer.from(
    isVersioned ? named : withMember(named, 'anthropic_version', ANTHROPIC_VERSION),
  );
  forVertexAi(outgoing);
}

function pathOf(model: string, method: string, { projectId, region }: VertexAiSettings): string {
  // An id may be any text; `@` is the one character of real ones that need not be escaped and would be.
  const segment = encodeURIComponent(vertexModelId(model)).replaceAll('%40', '@');
  return `/v1/projects/${projectId}/locations/${region}/publishers/anthropic/models/${segment}:${method}`;
}

/** What is Anthropic's own has another form here: the version is in the body, the key is Google's. */
function forVertexAi({ headers }: OutgoingCall): void {
  replaceHeader(headers, 'anthropic-version');
  replaceHeader(headers, 'x-api-key');
  replaceHeader(headers, 'x-goog-api-key');
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new Refusal('invalid_request_error', 'the request body is not valid JSON', { cause });
  }
  if (!isObject(json)) throw new Refusal('invalid_request_error', 'the request body must be a JSON object');
  return json;
}
