import type { Call } from './call.ts';
import { type Endpoint, missingMember } from './endpoint.ts';
import { numberOr } from './json.ts';
import { openai, openaiHeaders } from './openai.ts';
import { textOf } from './prompt.ts';
import { jsonReply } from './reply.ts';

const DEFAULT_DIMENSIONS = 1536;

/** POST /v1/embeddings. Source: https://platform.openai.com/docs/api-reference/embeddings */
export const openaiEmbeddings: Endpoint = {
  provider: openai,
  prompt: (body) => ({ all: textOf(body['input']), lastUser: textOf(body['input']) }),
  outputCap: () => undefined,
  mistake: (body) => missingMember(body, 'model', 'input'),
  answer(call) {
    const inputs = Array.isArray(call.body['input']) ? call.body['input'] : [call.body['input']];
    const data = inputs.map((_, index) => ({
      object: 'embedding',
      index,
      embedding: embedding(call, index),
    }));
    const usage = { prompt_tokens: call.counts.inputTokens, total_tokens: call.counts.inputTokens };
    const answer = { object: 'list', data, model: call.model, ...(call.omitUsage ? {} : { usage }) };
    return jsonReply(200, openaiHeaders(call.seed), answer, 2);
  },
};

/** A unit vector off one axis that depends on the words; base64 of little-endian floats when asked for. */
function embedding(call: Call, index: number): number[] | string {
  const vector = new Float32Array(numberOr(call.body['dimensions'], DEFAULT_DIMENSIONS));
  const axis = (Number.parseInt(call.seed.slice(0, 8), 16) + index) % vector.length;
  vector[axis] = 1;
  if (call.body['encoding_format'] !== 'base64') return Array.from(vector);
  return Buffer.from(vector.buffer).toString('base64');
}
