import { claudeAnswer } from '../claude-answer.ts';
import { type FakeServer, type ReceivedRequest, startFakeServer } from '../fake-server.ts';
import { type Fault, faultOf } from '../provider/fault.ts';
import { isJsonObject, type JsonObject } from '../provider/json.ts';
import { type HeaderList, jsonReply, type Reply } from '../provider/reply.ts';
import { chunkMessage, damaged, exceptionMessage } from './event-stream.ts';
import { type AwsKey, signatureFault } from './sigv4.ts';

export const BEDROCK_REGION = 'eu-central-1';

const PATH = /^\/model\/([^/?]+)\/(invoke|invoke-with-response-stream)$/;

/** In a prompt: the message after this many events has a wrong checksum. */
const DAMAGE = /<damage after_events=(\d+)>/;

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html#API_runtime_InvokeModel_Errors */
const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: 'ValidationException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  429: 'ThrottlingException',
  503: 'ServiceUnavailableException',
};

interface Answer {
  reply: Reply;
  faults: Fault[];
}

/**
 * A fake of Claude on AWS Bedrock, which takes calls signed with one of the keys only.
 * https://docs.claude.com/en/api/claude-on-amazon-bedrock
 */
export function startFakeBedrock(keys: readonly AwsKey[]): Promise<FakeServer> {
  return startFakeServer((request) => answer(request, keys));
}

function answer(request: ReceivedRequest, keys: readonly AwsKey[]): Answer {
  const fault = signatureFault(request, keys, { region: BEDROCK_REGION, service: 'bedrock' });
  if (fault !== undefined) return refusal(403, fault);
  const [, segment, method] = PATH.exec(request.url) ?? [];
  if (segment === undefined || request.method !== 'POST') return refusal(404, `Not found: ${request.url}`);
  const stray = ['anthropic-version', 'x-api-key'].find((name) => request.headers[name] !== undefined);
  if (stray !== undefined) return refusal(400, `The header ${stray} has no business here.`);
  const body = JSON.parse(request.body) as unknown;
  if (!isJsonObject(body)) return refusal(400, 'Malformed input request: expected an object');
  const extra = ['model', 'stream'].find((name) => name in body);
  if (extra !== undefined)
    return refusal(400, `Malformed input request: extraneous key [${extra}] is not permitted`);
  if (typeof body['anthropic_version'] !== 'string') return refusal(400, 'anthropic_version: Field required');
  const model = anthropicName(decodeURIComponent(segment));
  if (model === undefined) return refusal(400, 'The provided model identifier is invalid.');
  return invoke({ ...body, model, stream: method === 'invoke-with-response-stream' });
}

/** `us.anthropic.claude-…-v1:0` without what is Bedrock's. */
function anthropicName(id: string): string | undefined {
  return /^(?:(?:us|eu|apac|global)\.)?anthropic\.(claude-[a-z0-9-]+?)(?:-v\d+(?::\d+)?)?$/.exec(id)?.[1];
}

function invoke(body: JsonObject): Answer {
  const { reply, faults } = claudeAnswer(body);
  const status = faultOf(faults, 'status');
  if (status !== undefined) return { ...refusal(status.code, 'Too many requests, please wait.'), faults };
  return {
    reply: reply.streamed ? asEventStream(reply, faults, JSON.stringify(body)) : asBedrock(reply),
    faults,
  };
}

const HEADERS: HeaderList = [
  ['x-amzn-RequestId', '6fe1f7a0-0000-4000-8000-000000000000'],
  ['X-Amzn-Bedrock-Input-Token-Count', '1'],
];

function asBedrock(reply: Reply): Reply {
  return { ...reply, headers: [['Content-Type', 'application/json'], ...HEADERS] };
}

function asEventStream(reply: Reply, faults: Fault[], prompt: string): Reply {
  const events = reply.parts
    .map((part) => /^data: (.*)$/m.exec(part.toString('utf8'))?.[1] ?? '')
    // Bedrock sends no pings.
    .filter((json) => !json.includes('"ping"'));
  const messages = events.map((json) => chunkMessage(withMetrics(json)));
  const broken = faultOf(faults, 'stream_error');
  if (broken !== undefined) {
    messages.splice(
      broken.afterEvents,
      Infinity,
      exceptionMessage('throttlingException', 'Too many tokens.'),
    );
  }
  const damageAt = Number(DAMAGE.exec(prompt)?.[1] ?? NaN);
  return {
    ...reply,
    headers: [
      ['Content-Type', 'application/vnd.amazon.eventstream'],
      ['X-Amzn-Bedrock-Content-Type', 'application/json'],
      ...HEADERS,
    ],
    parts: messages.map((message, index) => (index === damageAt ? damaged(message) : message)),
  };
}

/** Bedrock adds its own figures to the last event. */
function withMetrics(json: string): string {
  const event = JSON.parse(json) as JsonObject;
  if (event['type'] !== 'message_stop') return json;
  const metrics = { inputTokenCount: 1, outputTokenCount: 1, invocationLatency: 100, firstByteLatency: 10 };
  return JSON.stringify({ ...event, 'amazon-bedrock-invocationMetrics': metrics });
}

function refusal(code: number, message: string): Answer {
  const type = ERROR_TYPES[code] ?? 'InternalServerException';
  const headers: HeaderList = [...HEADERS, ['x-amzn-ErrorType', `${type}:http://internal.amazon.com/coral/`]];
  return { reply: jsonReply(code, headers, { message }), faults: [] };
}
