import { hiddenInputOf } from './hidden-input.ts';
import { billsImagesBeyondWindow, mediaTokenBound } from './media-token-bounds.ts';
import type { ModelPrice } from './model-price.ts';
import { mediaIn } from './request-media.ts';

/** Assumed for role markers, the start of an answer, and what a provider adds once a request has tools. */
const FRAMING_TOKENS = 1024;

/** Assumed for the instructions a provider adds for a tool of its own. */
const PROVIDER_TOOL_TOKENS = 1024;

/** For stored context where the model's window is not known: about the widest window in common use. */
const STORED_CONTEXT_TOKENS = 1_000_000;

/**
 * How many input tokens a call of this body reads at most: proven for text, assumed for the rest.
 *
 * Text: the tokenizers of these providers work on UTF-8 bytes and a token stands for at least one byte, so a text has
 * at most as many tokens as bytes; and the text inside JSON never has more bytes than its JSON form, as escapes
 * only add. A model reads no more than its context window, so that caps the sum.
 *
 * What the body does not show is assumed: a constant for framing, one for each provider-defined tool, and the
 * whole window for stored context (`previous_response_id`, `cachedContent`). Media is not text: its base64 counts
 * as what its kind is taken to be at most (`media-token-bounds.ts`) where that is less, and a URL or file id counts
 * as that in full.
 *
 * So a call can pass the bound with very large pictures, long documents, sound or film, with tools that run at the
 * provider and feed their results back (`web_search`), or where the public list knows too small a window. The
 * window is ignored for a model whose price tiers reach past it, and for pictures that are billed beyond it.
 * Settling charges the truth in every case.
 *
 * @param bodyBytes the body's length in UTF-8 bytes, as it came.
 * @param body the same, parsed.
 */
export function inputTokenBound(
  bodyBytes: number,
  body: unknown,
  model?: Pick<ModelPrice, 'modelId' | 'contextWindowTokens' | 'tiers'>,
): number {
  const window = contextWindowOf(model);
  const { readsStoredContext, providerDefinedTools } = hiddenInputOf(body);
  let tokens =
    Math.max(0, Math.ceil(bodyBytes)) + FRAMING_TOKENS + providerDefinedTools * PROVIDER_TOOL_TOKENS;
  const media = mediaIn(body);
  for (const { kind, inlineBytes } of media) {
    const bound = mediaTokenBound(kind, model?.modelId);
    tokens += inlineBytes === 0 ? bound : Math.min(bound, inlineBytes) - inlineBytes;
  }
  if (readsStoredContext) tokens += window ?? STORED_CONTEXT_TOKENS;
  const isCapped = media.length === 0 || !billsImagesBeyondWindow(model?.modelId);
  return Math.min(tokens, (isCapped ? window : undefined) ?? Number.MAX_SAFE_INTEGER);
}

/** A tier above the window says that the window of some calls is wider than the list knows. */
function contextWindowOf(
  model: Pick<ModelPrice, 'contextWindowTokens' | 'tiers'> | undefined,
): number | undefined {
  const window = model?.contextWindowTokens;
  if (window === undefined) return undefined;
  return model?.tiers.some(({ aboveInputTokens }) => aboveInputTokens >= window) ? undefined : window;
}
