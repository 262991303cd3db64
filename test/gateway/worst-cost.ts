import { createPriceBook, inputTokenBound, outputTokenCap, worstCostOf } from '@candela/core/pricing';
import assert from 'node:assert/strict';

/** As the daemon has it, for a model whose maximum is unknown. */
const OUTPUT_TOKEN_CEILING = 16_384;

/** What the gate sets aside for a chat with an OpenAI model, by the rule of the contract; nano-dollars. */
export function worstCostOfCall(model: string, body: string): bigint {
  const json: unknown = JSON.parse(body);
  const priced = createPriceBook({}).find('openai', model);
  assert.ok(priced, `${model} has a price`);
  return worstCostOf({
    model: priced,
    inputTokenBound: inputTokenBound(Buffer.byteLength(body), json, priced),
    outputTokenCap: outputTokenCap(json, priced, OUTPUT_TOKEN_CEILING, '/v1/chat/completions'),
    cacheWrites: '5m',
  });
}
