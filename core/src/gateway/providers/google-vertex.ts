import { Refusal } from '../errors.ts';
import { readGeminiPath, vertexPathOf } from '../wire/gemini-path.ts';
import { replaceHeader } from '../wire/headers.ts';
import { joinQuery, splitQuery, withoutParameter } from '../wire/query.ts';
import type { OutgoingCall, VertexAiSettings } from './provider.ts';

/**
 * Sends a call to Vertex AI, in whichever form the client wrote it. Candela's own account asks there, so only calls
 * to models pass; project and location are written anew, so that nobody names another one.
 *
 * @throws Refusal for any other path.
 */
export function toVertexAi(outgoing: OutgoingCall, { projectId, region }: VertexAiSettings): void {
  const { path, query } = splitQuery(outgoing.path);
  const call = readGeminiPath(path);
  if (call === undefined) {
    throw new Refusal(
      'not_found_error',
      `${path.slice(0, 128)} is not passed on to Vertex AI, where only calls to models and token counts go;` +
        ' GET /v1/models of Candela lists what can be used',
    );
  }
  outgoing.path = joinQuery(vertexPathOf(call, { projectId, region }), withoutParameter(query, 'key'));
  replaceHeader(outgoing.headers, 'x-goog-api-key');
}

/** The path a client wrote for Vertex AI, where none is configured. */
export function refuseVertexPath(path: string): void {
  if (/^\/v1(beta1)?\/(projects|publishers)\//.test(path)) {
    throw new Refusal(
      'invalid_request_error',
      'this is a path of Vertex AI, which is not configured: set vertex_ai.project_id and region, or ask the' +
        ' Gemini API at /v1beta/models/…',
    );
  }
}
