import type { ServedTier } from '../../pricing/index.ts';
import { Refusal } from '../errors.ts';
import { objectsAt, type JsonObject } from '../wire/json-shape.ts';
import { headerValues } from '../wire/headers.ts';

/**
 * Tiers that cost what the list says, or a share of it that the answer tells (`pricing/served-tier.ts`), in the spellings of
 * OpenAI, Anthropic and Google. Others, which are faster, cost up to several times as much.
 */
const LISTED_TIERS: ReadonlySet<string> = new Set([
  ...['auto', 'default', 'standard', 'standard_only', 'unspecified'],
  ...['flex', 'scale', 'deferred'],
]);

/** Where Claude may run: https://platform.claude.com/docs/en/build-with-claude/data-residency */
const LISTED_PLACES: ReadonlySet<unknown> = new Set(['global', 'us']);

/** Where Vertex AI has its tier: https://cloud.google.com/vertex-ai/generative-ai/docs/priority-paygo */
const VERTEX_TIER = 'x-vertex-ai-llm-shared-request-type';

/**
 * Gate 8, second half: nothing in the request makes it cost more than its model's price.
 *
 * - `service_tier` of OpenAI and Gemini: https://developers.openai.com/api/docs/guides/fast-mode and
 *   https://ai.google.dev/gemini-api/docs/priority-inference
 * - `speed` of Claude: https://platform.claude.com/docs/en/build-with-claude/fast-mode
 * - `inference_geo` of Claude, but for the place whose price is known
 *
 * @param headers names and values in turn.
 * @throws Refusal `invalid_request_error` naming the field.
 */
export function chargedByList(json: JsonObject, headers: readonly string[]): void {
  for (const field of ['service_tier', 'serviceTier']) if (!isListedTier(json[field])) throw dearer(field);
  if (!headerValues(headers, VERTEX_TIER).every(isListedTier)) throw dearer(VERTEX_TIER);
  const attempts = [json, ...objectsAt(json, 'fallbacks')];
  if (attempts.some(({ speed }) => typeof speed === 'string' && speed !== 'standard')) throw dearer('speed');
  if (attempts.some(({ inference_geo: place }) => isSaid(place) && !LISTED_PLACES.has(place)))
    throw dearer('inference_geo');
}

/** The tier a request asks for, as far as it costs more than the list says; the cheaper ones are not promised. */
export function askedTier(json: JsonObject): ServedTier | undefined {
  return json['inference_geo'] === 'us' ? 'us' : undefined;
}

/** Google takes an enumeration's number for its name, so that only names can be judged: https://protobuf.dev/programming-guides/json/ */
function isListedTier(value: unknown): boolean {
  if (!isSaid(value)) return true;
  return typeof value === 'string' && LISTED_TIERS.has(value.toLowerCase().replace(/^service_tier_/, ''));
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function dearer(field: string): Refusal {
  return new Refusal(
    'invalid_request_error',
    `this ${field} makes the call dearer than its list price, by how much is not known to Candela: leave it out, or` +
      ' send the standard one',
  );
}
