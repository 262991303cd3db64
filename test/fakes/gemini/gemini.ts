import { type FakeServer, type ReceivedRequest, startFakeServer } from '../fake-server.ts';
import { planCall } from '../provider/call.ts';
import { DirectiveError } from '../provider/directive.ts';
import { type Fault, faultOf } from '../provider/fault.ts';
import { isJsonObject, type JsonObject, objectsIn } from '../provider/json.ts';
import { jsonReply, type Reply } from '../provider/reply.ts';
import { geminiOaiAnswer } from './gemini-oai.ts';
import { GOOGLE_HEADERS, googleError, googleRefusal } from './gemini-errors.ts';
import { generated, generatedStream, planGeneration, promptOf, type StreamForm } from './generate-content.ts';

export const FAKE_GEMINI_KEY = 'AIza-fake-gemini';
export const GEMINI_PROJECT = 'fake-project';
export const GEMINI_REGION = 'europe-west1';

const MODEL_CALL = /^\/v1(?:beta)?\/models\/([\w.-]+):(\w+)$/;
const VERTEX_CALL = new RegExp(
  `^/v1(?:beta1)?/projects/${GEMINI_PROJECT}/locations/${GEMINI_REGION}/publishers/google/models/([\\w.-]+):(\\w+)$`,
);
const OAI_CALL = /^\/v1beta\/openai\/(.+)$/;
const VERTEX_OAI_CALL = new RegExp(
  `^/v1/projects/${GEMINI_PROJECT}/locations/${GEMINI_REGION}/endpoints/openapi/(.+)$`,
);

interface Answer {
  reply: Reply;
  faults: Fault[];
  stream?: StreamForm;
}

/**
 * A fake of the Gemini API, of Gemini on Vertex AI, and of the OpenAI-compatible endpoint of both; see
 * `../provider/directive.ts` for what a prompt can ask of it.
 *
 * @param isToken whether an access token may call; a key may not, on Vertex AI.
 */
export function startFakeGemini(isToken: (token: string) => boolean = () => false): Promise<FakeServer> {
  return startFakeServer((request) => answer(request, isToken));
}

function answer(request: ReceivedRequest, isToken: (token: string) => boolean): Answer {
  const url = new URL(request.url, 'http://fake');
  const path = decodeURIComponent(url.pathname);
  const vertexCall = VERTEX_CALL.exec(path);
  const vertexOaiCall = VERTEX_OAI_CALL.exec(path);
  const oaiCall = OAI_CALL.exec(path) ?? vertexOaiCall;
  const bearer = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
  const keys = [request.headers['x-goog-api-key'], url.searchParams.get('key'), oaiCall ? bearer : undefined];
  const isVertex = vertexCall !== null || vertexOaiCall !== null;
  const mayCall = (bearer !== undefined && isToken(bearer)) || (!isVertex && keys.includes(FAKE_GEMINI_KEY));
  if (!mayCall) return refusal(isVertex ? 401 : 400, 'API key not valid. Please pass a valid API key.');
  if (request.method === 'GET') return lists(path);
  const body = parsed(request.body);
  if (request.method !== 'POST' || body === undefined) return refusal(400, 'Invalid JSON payload received.');
  if (path === '/v1beta/files') return told({ file: { name: 'files/fake' } });
  try {
    if (oaiCall !== null) return oaiAnswer(oaiCall[1] ?? '', body, vertexOaiCall !== null);
    const [, model = '', method = ''] = vertexCall ?? MODEL_CALL.exec(path) ?? [];
    return withErrors(
      modelAnswer(model, method, body, url.searchParams.get('alt') === 'sse' ? 'sse' : 'array'),
    );
  } catch (error) {
    if (error instanceof DirectiveError) return refusal(400, error.message);
    throw error;
  }
}

function modelAnswer(model: string, method: string, body: JsonObject, stream: StreamForm): Answer {
  switch (method) {
    case 'generateContent': {
      const call = planGeneration(model, body);
      return { reply: generated(call), faults: call.faults };
    }
    case 'streamGenerateContent': {
      const call = planGeneration(model, body);
      return { reply: generatedStream(call, stream), faults: call.faults, stream };
    }
    case 'countTokens':
      return told({ totalTokens: planned(model, body).counts.inputTokens });
    case 'embedContent':
    case 'batchEmbedContents':
      return embeddings(method, planned(model, body));
    default:
      return refusal(404, `Not found: ${model}:${method}`);
  }
}

function planned(model: string, body: JsonObject): ReturnType<typeof planCall> {
  return planCall('embedContent', { ...body, model }, promptOf(body), undefined, { faults: [], usage: {} });
}

/** Source: https://ai.google.dev/api/embeddings */
function embeddings(method: string, call: ReturnType<typeof planCall>): Answer {
  const vector = { values: [0.25, -0.5, 1] };
  const vectors = objectsIn(call.body['requests']).map(() => vector);
  const usage = call.omitUsage ? {} : { usageMetadata: { promptTokenCount: call.counts.inputTokens } };
  const answered = method === 'embedContent' ? { embedding: vector } : { embeddings: vectors };
  return { ...told({ ...answered, ...usage }), faults: call.faults };
}

function oaiAnswer(endpoint: string, body: JsonObject, isVertex: boolean): Answer {
  if (isVertex && !String(body['model']).startsWith('google/'))
    return refusal(400, 'The model has no publisher.');
  const answered = geminiOaiAnswer(endpoint, body);
  if (answered === undefined) return refusal(404, `Not found: ${endpoint}`);
  return withErrors({ reply: answered.reply, faults: answered.call.faults });
}

function withErrors({ reply, faults, stream }: Answer): Answer {
  const status = faultOf(faults, 'status');
  if (status !== undefined) {
    const wait = String(status.retryAfterSeconds ?? 1);
    return { reply: googleRefusal(status.code, 'Quota exceeded.', [['Retry-After', wait]]), faults };
  }
  const broken = faultOf(faults, 'stream_error');
  if (broken === undefined || !reply.streamed) return { reply, faults };
  const error = JSON.stringify(googleError(503, 'The model is overloaded.'));
  const last = stream === 'array' ? `,\r\n${error}\n]` : `data: ${error}\r\n\r\n`;
  return {
    reply: { ...reply, parts: [...reply.parts.slice(0, broken.afterEvents), Buffer.from(last)] },
    faults,
  };
}

function lists(path: string): Answer {
  if (path === '/v1beta/models')
    return told({ models: [{ name: 'models/gemini-2.5-flash', version: '001' }] });
  if (path === '/v1beta/openai/models')
    return told({ object: 'list', data: [{ id: 'models/gemini-2.5-flash' }] });
  return refusal(404, `Not found: ${path}`);
}

function told(body: object): Answer {
  return { reply: jsonReply(200, GOOGLE_HEADERS, body, 2), faults: [] };
}

function refusal(code: number, message: string): Answer {
  return { reply: googleRefusal(code, message), faults: [] };
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
