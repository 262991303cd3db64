import type { ModelPrice } from './model-price.ts';

/** The most answers to one request that are counted; OpenAI refuses an `n` above 128. */
const MAX_ANSWERS = 128;

/** The caps as the providers name them: OpenAI chat, completions and Anthropic, OpenAI responses, Gemini. */
const CAP_KEYS = ['max_completion_tokens', 'max_tokens', 'max_output_tokens', 'maxOutputTokens'];

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
 */
export function outputTokenCap(
  body: unknown,
  model: Pick<ModelPrice, 'modelId' | 'maxOutputTokens' | 'contextWindowTokens'>,
  ceilingTokens: number,
): number {
  if (isEmbedding(model.modelId)) return 0;
  const root = isObject(body) ? body : {};
  const places = placesIn(root);
  let asked = 0;
  for (const place of places) for (const key of CAP_KEYS) asked = Math.max(asked, capOf(place[key]));
  const most = model.maxOutputTokens ?? model.contextWindowTokens ?? Number.MAX_SAFE_INTEGER;
  const perAnswer =
    asked > 0 && asked < Infinity ? Math.min(asked, most) : (model.maxOutputTokens ?? ceilingTokens);
  return Math.min(perAnswer * answersOf(places) * promptsOf(root), Number.MAX_SAFE_INTEGER);
}

function isEmbedding(modelId: string): boolean {
  return modelId.includes('embed');
}

/** Where a body may have its caps. Google reads both spellings, so of two the greater cap is what is reserved. */
function placesIn(root: Json): readonly Json[] {
  const { generationConfig, generation_config: spelledSo } = root;
  if (generationConfig === undefined && spelledSo === undefined) return [root];
  return [root, generationConfig, spelledSo].filter(isObject);
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
