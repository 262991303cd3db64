import type { RequestListener, ServerResponse } from 'node:http';
import { planCall } from './call.ts';
import type { Endpoint } from './endpoint.ts';
import type { JsonObject } from './json.ts';
import type { FakeProviderOptions } from './options.ts';
import type { Reply } from './reply.ts';
import { ENDPOINTS } from './routes.ts';

interface Prepared {
  headers: string[];
  /** The whole body of JSON, or the events of a stream. */
  parts: Buffer[];
  /** All parts as one, which costs one write. */
  whole: Buffer;
}

interface PreparedEndpoint {
  json: Prepared;
  streamed: Prepared;
  streamedWithUsage: Prepared;
}

const STREAMED = Buffer.from('"stream":true');
const WITH_USAGE = Buffer.from('"include_usage":true');
const DEFAULT_STREAMED_CHARS = 400;

/** A listener for benchmarks: it looks for two byte strings in the body, parses nothing, and writes what was prepared. */
export function fixedAnswers(options: NonNullable<FakeProviderOptions['fixed']>): RequestListener {
  const streamedChars = options.streamedChars ?? DEFAULT_STREAMED_CHARS;
  const prepared = new Map<string, PreparedEndpoint>();
  for (const [path, endpoint] of ENDPOINTS) prepared.set(path, prepare(path, endpoint, streamedChars));
  return (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const endpoint = prepared.get(request.url ?? '');
      if (endpoint === undefined) {
        response.writeHead(404, ['Content-Length', '0']).end();
        return;
      }
      const body = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
      if (!body.includes(STREAMED)) writeAtOnce(response, endpoint.json);
      else {
        const answer = body.includes(WITH_USAGE) ? endpoint.streamedWithUsage : endpoint.streamed;
        if (options.eventIntervalMs === undefined) writeAtOnce(response, answer);
        else writeSpaced(response, answer, options.eventIntervalMs);
      }
    });
  };
}

function prepare(path: string, endpoint: Endpoint, streamedChars: number): PreparedEndpoint {
  const usage = '[usage in=1000 out=100 cached=200]';
  const make = (options: JsonObject, chars: number): Prepared => {
    const words = `Hello ${usage} [answer chars=${chars}]`;
    const model = path.startsWith('/v1/messages') ? 'claude-sonnet-4-20250514' : 'gpt-4o-mini';
    const body = {
      model,
      messages: [{ role: 'user', content: words }],
      input: words,
      prompt: words,
      ...options,
    };
    const call = planCall(path, body, endpoint.prompt(body), undefined, { faults: [], usage: {} });
    return preparedReply(endpoint.answer(call));
  };
  return {
    json: make({}, 0),
    streamed: make({ stream: true }, streamedChars),
    streamedWithUsage: make({ stream: true, stream_options: { include_usage: true } }, streamedChars),
  };
}

function preparedReply({ headers, streamed, parts }: Reply): Prepared {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const framing = streamed ? [] : ['Content-Length', String(length)];
  return { headers: [...headers.flat(), ...framing], parts, whole: Buffer.concat(parts) };
}

function writeAtOnce(response: ServerResponse, { headers, whole }: Prepared): void {
  response.writeHead(200, headers).end(whole);
}

function writeSpaced(response: ServerResponse, { headers, parts }: Prepared, intervalMs: number): void {
  response.writeHead(200, headers);
  let next = 0;
  const timer = setInterval(() => {
    const part = parts[next++];
    if (part !== undefined) response.write(part);
    if (next >= parts.length) {
      clearInterval(timer);
      response.end();
    }
  }, intervalMs);
  response.once('close', () => clearInterval(timer));
}
