import { chunkMessage, exceptionMessage } from '../fakes/bedrock/event-stream.ts';
import { generated, generatedStream, planGeneration } from '../fakes/gemini/generate-content.ts';
import { geminiOaiAnswer } from '../fakes/gemini/gemini-oai.ts';
import { answer } from '../fakes/provider/answer.ts';
import type { JsonObject } from '../fakes/provider/json.ts';
import type { Reply } from '../fakes/provider/reply.ts';
import { Script } from '../fakes/provider/script.ts';

/** Answers as the fake providers write them, which is how the real ones do; the fuzzing starts from these. */

const PROMPTS = [
  'Hi 世界 🌍 [usage in=1000 out=90 cached=400 cache_write_5m=20 cache_write_1h=7 reasoning=60]',
  'Oslo [tool count=2]',
  'Hi [usage none]',
];
const PARAMETERS = { type: 'object', properties: { city: { type: 'string' } } };
const STREAM = { stream: true, stream_options: { include_usage: true } };

function bytesOf({ parts }: Reply): Buffer {
  return Buffer.concat(parts);
}

function asked(path: string, bodyFor: (prompt: string) => JsonObject): Buffer[] {
  const everyone = { openai: null, anthropic: null };
  return PROMPTS.map((prompt) => {
    const body = JSON.stringify(bodyFor(prompt));
    return bytesOf(answer({ method: 'POST', path, headers: {}, body }, everyone, new Script()).reply);
  });
}

const chat = (prompt: string): JsonObject => ({
  model: 'gpt-4o-mini',
  messages: [{ role: 'user', content: prompt }],
  tools: ['weather', 'wind'].map((name) => ({
    type: 'function',
    function: { name, parameters: PARAMETERS },
  })),
});
const completion = (prompt: string): JsonObject => ({ model: 'gpt-3.5-turbo-instruct', prompt });
const response = (prompt: string): JsonObject => ({
  model: 'gpt-4o-mini',
  input: prompt,
  tools: ['weather', 'wind'].map((name) => ({ type: 'function', name, parameters: PARAMETERS })),
});
const message = (prompt: string): JsonObject => ({
  model: 'claude-sonnet-4-20250514',
  max_tokens: 500,
  thinking: { type: 'enabled', budget_tokens: 1024 },
  messages: [{ role: 'user', content: prompt }],
  tools: ['weather', 'wind'].map((name) => ({ name, input_schema: PARAMETERS })),
});
const generation = (prompt: string): JsonObject => ({
  contents: [{ role: 'user', parts: [{ text: prompt }] }],
  tools: [
    { functionDeclarations: ['weather', 'wind'].map((name) => ({ name, parametersJsonSchema: PARAMETERS })) },
  ],
});

const plans = PROMPTS.map((prompt) => planGeneration('gemini-2.5-flash', generation(prompt)));

function geminiOai(more: JsonObject): Buffer[] {
  return PROMPTS.map((prompt) => geminiOaiAnswer('chat/completions', { ...chat(prompt), ...more })).flatMap(
    (one) => (one === undefined ? [] : [bytesOf(one.reply)]),
  );
}

export const SEEDS = {
  chatJson: asked('/v1/chat/completions', chat),
  chatStream: asked('/v1/chat/completions', (prompt) => ({ ...chat(prompt), ...STREAM })),
  completionJson: asked('/v1/completions', completion),
  completionStream: asked('/v1/completions', (prompt) => ({ ...completion(prompt), ...STREAM })),
  responseJson: asked('/v1/responses', response),
  responseStream: asked('/v1/responses', (prompt) => ({ ...response(prompt), stream: true })),
  messageJson: asked('/v1/messages', message),
  messageStream: asked('/v1/messages', (prompt) => ({ ...message(prompt), stream: true })),
  geminiJson: plans.map((call) => bytesOf(generated(call))),
  geminiSse: plans.map((call) => bytesOf(generatedStream(call, 'sse'))),
  geminiArray: plans.map((call) => bytesOf(generatedStream(call, 'array'))),
  geminiOaiJson: geminiOai({}),
  geminiOaiStream: geminiOai(STREAM),
};

/** A message stream as Bedrock sends it; whatever has become of an event, its frame is whole. */
export function inBedrockFrames(messageStream: Buffer): Buffer {
  const events = messageStream
    .toString('utf8')
    .split('\n')
    .filter((line) => line.startsWith('data:'))
    .map((line) => chunkMessage(line.slice('data:'.length).trim()));
  return Buffer.concat([...events, exceptionMessage('throttlingException', 'Too many requests')]);
}
