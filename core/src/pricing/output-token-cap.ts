import type { ModelPrice } from './model-price.ts';

/** The most answers to one request that are counted; OpenAI refuses an `n` above 128. */
const MAX_ANSWERS = 128;

/**
 * What each endpoint calls its cap, by how its path ends. No other name counts there: servers that speak OpenAI's API
 * pass over what they do not know, and would write as much as they can.
 */
const CAP_KEYS: readonly (readonly [path: RegExp, keys: readonly string[]])[] = [
  [/\/chat\/completions$/, ['max_completion_tokens', 'max_tokens']],
  [/\/completions$/, ['max_tokens']],
  [/\/responses$/, ['max_output_tokens']],
  // Anthropic's own, Vertex AI's and Bedrock's.
  [/\/messages$|:(rawPredict|streamRawPredict)$|\/(invoke|invoke-with-response-stream)$/, ['max_tokens']],
];

/** Ends in a model and a method of Gemini's; the colon may come escaped. */
const GEMINI_PATH = /\/models\/[^/]+$/;

/** Gemini's, which stand in `generationConfig` and nowhere else. */
const GENERATION_CAP_KEYS = ['maxOutputTokens', 'max_output_tokens'];

/** How many answers are asked for: OpenAI chat, completions, Gemini in both spellings. */
const ANSWER_KEYS = ['n', 'best_of', 'candidateCount', 'candidate_count'];

type Json = Readonly<Record<string, unknown>>;

/**
 * How many output tokens the answers to this body have at most.
 *
 * A request's own cap counts (the greatest, if it has several), as a provider stops there, reasoning included.
 * It is taken at most as the model's maximum, which a provider enforces. Without a cap, or with one that is no
 * whole number ≥ 1, it is the model's maximum, else `ceilingTokens`. That times the answers asked for: `n`,
 * `best_of` or `candidateCount`, and one for each prompt of a batch. Embeddings have no output.
 *
 * It rests on the provider keeping to the cap and on the public list's maximum. A model whose maximum the list does
 * not know may pass `ceilingTokens` when the request names no cap.
 *
 * @param ceilingTokens the configured stand-in for an unknown maximum.
 * @param path of the request, behind the provider's address; it says by which names the cap goes.
 */
export function outputTokenCap(
  body: unknown,
  model: Pick<ModelPrice, 'modelId' | 'maxOutputTokens' | 'contextWindowTokens'>,
  ceilingTokens: number,
  path: string,
): number {
  if (isEmbedding(model.modelId)) return 0;
  const root = isObject(body) ? body : {};
  const configs = generationConfigsIn(root);
  const keys = CAP_KEYS.find(([ending]) => ending.test(path))?.[1];
  const isGemini = keys === undefined && GEMINI_PATH.test(path);
  const asked = isGemini ? greatestCap(configs, GENERATION_CAP_KEYS) : greatestCap([root], keys ?? []);
  const most = model.maxOutputTokens ?? model.contextWindowTokens ?? Number.MAX_SAFE_INTEGER;
  const perAnswer =
    asked > 0 && asked < Infinity ? Math.min(asked, most) : (model.maxOutputTokens ?? ceilingTokens);
  return Math.min(perAnswer * answersOf([root, ...configs]) * promptsOf(root), Number.MAX_SAFE_INTEGER);
}

function isEmbedding(modelId: string): boolean {
  return modelId.includes('embed');
}

function greatestCap(places: readonly Json[], keys: readonly string[]): number {
  let greatest = 0;
  for (const place of places) for (const key of keys) greatest = Math.max(greatest, capOf(place[key]));
  return greatest;
}

/** Google reads both spellings, so of two the greater cap is what is reserved. */
function generationConfigsIn(root: Json): readonly Json[] {
  const { generationConfig, generation_config: spelledSo } = root;
  if (generationConfig === undefined && spelledSo === undefined) return [];
  return [generationConfig, spelledSo].filter(isObject);
}

/** 0 for what is no cap; a text, which Google reads as a number, may be any. */
function capOf(value: unknown): number {
  if (typeof value === 'string') return Infinity;
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 ? value : 0;
}

/** What is no number of answers is refused by the provider, or read as a number: so is `"3"` here. */
function answersOf(places: readonly Json[]): number {
  let most = 1;
  for (const place of places) {
    for (const key of ANSWER_KEYS) {
      const value = place[key];
      if (typeof value !== 'number' && typeof value !== 'string') continue;
      const count = Math.ceil(Number(value));
      if (count > most) most = count;
    }
  }
  return Math.min(most, MAX_ANSWERS);
}

/** OpenAI's completions answer every prompt of a list; a list of numbers is one prompt in tokens. */
function promptsOf(root: Json): number {
  const { prompt } = root as { readonly prompt?: unknown };
  if (!Array.isArray(prompt) || prompt.length === 0 || typeof prompt[0] === 'number') return 1;
  return prompt.length;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
