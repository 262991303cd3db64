import assert from 'node:assert/strict';
import { Refusal } from '../errors.ts';
import type { JsonObject } from '../wire/json-shape.ts';
import { anthropicAnswerToOpenAi } from './anthropic-answer-to-openai.ts';
import { anthropicRequestToOpenAi } from './anthropic-request-to-openai.ts';
import { AnthropicStreamToOpenAi } from './anthropic-stream-to-openai.ts';
import { anthropicErrorToOpenAi, openAiErrorToAnthropic } from './errors.ts';
import { openAiAnswerToAnthropic } from './openai-answer-to-anthropic.ts';
import { openAiRequestToAnthropic } from './openai-request-to-anthropic.ts';
import { OpenAiStreamToAnthropic } from './openai-stream-to-anthropic.ts';
import { detectRequestFormat } from './request-format.ts';
import type { EventTranslator } from './stream-translator.ts';
import { cut, dataOf, translated } from './testing/chunks.ts';
import { Dice, mutatedJson, mutatedText } from './testing/mutate.ts';
import { MESSAGE, MESSAGE_STREAM } from './testing/recorded-anthropic.ts';
import { COMPLETION, COMPLETION_STREAM, MIXED_COMPLETION_STREAM } from './testing/recorded-openai.ts';
import { ANTHROPIC_TRANSLATION, OPENAI_REQUEST } from './testing/requests.ts';

const RUNS = 10_000;
const SEED = 20_261_014;

/** The numbers that cost money: a whole number of tokens each, or null for none. */
const COUNT_NAME = /_tokens$/;

function assertCounts(value: unknown, name = ''): void {
  if (COUNT_NAME.test(name))
    assert.ok(value === null || (Number.isSafeInteger(value) && Number(value) >= 0), name);
  else if (typeof value === 'number') assert.ok(Number.isFinite(value), name);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) assertCounts(member, key);
  }
}

/** Runs what may only succeed or refuse; `undefined` where it refused. */
function outcomeOf<T>(translate: () => T): T | undefined {
  try {
    return translate();
  } catch (error) {
    assert.ok(error instanceof Refusal, String(error));
    return undefined;
  }
}

function fuzzJson(
  example: unknown,
  usage: (value: unknown) => unknown,
  seed: number,
): { translated: number } {
  const dice = new Dice(seed);
  let successes = 0;
  for (let run = 0; run < RUNS; run++) {
    const input = mutatedJson(example, dice);
    const output = outcomeOf(() => usage(input));
    if (output !== undefined) successes++;
    assert.equal(typeof JSON.stringify(output ?? null), 'string', `seed ${seed}, run ${run}`);
  }
  return { translated: successes };
}

function fuzzStream(stream: Buffer, create: () => EventTranslator, end: string, seed: number): void {
  const dice = new Dice(seed);
  const text = stream.toString('utf8');
  for (let run = 0; run < RUNS; run++) {
    const bytes = Buffer.from(mutatedText(text, dice));
    const result = translated(
      create(),
      cut(bytes, [dice.below(bytes.length + 1), dice.below(bytes.length + 1)]),
    );
    assert.equal(result.text.includes(end), result.isComplete, `seed ${seed}, run ${run}`);
    for (const event of dataOf(result.text)) assertCounts(event);
  }
}

describe('translation of broken input', () => {
  it('translates a broken OpenAI request or names the field', () => {
    const { translated: count } = fuzzJson(
      OPENAI_REQUEST,
      (json) => openAiRequestToAnthropic(json as JsonObject, { maxOutputTokens: 8000 }),
      SEED,
    );
    assert.ok(count > 0 && count < RUNS);
  });

  it('translates a broken Anthropic request or names the field', () => {
    const { translated: count } = fuzzJson(
      ANTHROPIC_TRANSLATION,
      (json) =>
        anthropicRequestToOpenAi(json as JsonObject, { limitField: 'max_tokens', returnsReasoning: true }),
      SEED + 1,
    );
    assert.ok(count > 0 && count < RUNS);
  });

  it('tells the format of any request', () => {
    const dice = new Dice(SEED + 2);
    for (let run = 0; run < RUNS; run++) {
      const json = mutatedJson(dice.pick([OPENAI_REQUEST, ANTHROPIC_TRANSLATION]), dice) as JsonObject;
      assert.match(detectRequestFormat(json), /^(openai|anthropic)$/);
    }
  });

  it('translates a broken answer or says that it is none, with counts that can be charged', () => {
    const read = (translate: (json: unknown) => unknown) => (json: unknown) => {
      const answer = translate(json);
      assertCounts(answer);
      return answer;
    };
    fuzzJson(
      MESSAGE,
      read((json) => anthropicAnswerToOpenAi(json, 1)),
      SEED + 3,
    );
    fuzzJson(COMPLETION, read(openAiAnswerToAnthropic), SEED + 4);
  });

  it('translates a broken Anthropic stream to one that ends properly or not at all', () => {
    const create = () => new AnthropicStreamToOpenAi({ createdS: 1, includesUsage: true });
    fuzzStream(MESSAGE_STREAM, create, 'data: [DONE]\n\n', SEED + 5);
  });

  it('translates a broken OpenAI stream to one that ends properly or not at all', () => {
    const create = () => new OpenAiStreamToAnthropic();
    fuzzStream(COMPLETION_STREAM, create, 'event: message_stop\n', SEED + 6);
    fuzzStream(MIXED_COMPLETION_STREAM, create, 'event: message_stop\n', SEED + 7);
  });

  it('translates any body of an error', () => {
    const dice = new Dice(SEED + 8);
    const example = [{ type: 'error', error: { type: 'api_error', message: 'x', code: 1 } }];
    for (let run = 0; run < RUNS; run++) {
      const body = mutatedJson(example, dice);
      const status = dice.below(700);
      assert.equal(typeof anthropicErrorToOpenAi(status, body).error.message, 'string');
      assert.equal(typeof openAiErrorToAnthropic(status, body).error.message, 'string');
    }
  });
});
