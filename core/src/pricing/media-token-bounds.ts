/**
 * How many tokens one piece of media is taken to be at most: bytes say little about a picture's price. These are
 * generous assumptions, not limits a provider guarantees; what exceeds them is charged in full when it settles.
 *
 * - Image: Gemini 2 charges 258 tokens for each tile of 768 × 768, so 10 000 is 38 tiles; a larger picture passes it.
 * - Audio: Gemini reads 32 tokens a second; 100 000 is 52 minutes.
 * - Video: Gemini reads 263 tokens a second; 300 000 is 19 minutes.
 * - Document: 200 000 is a guess of 40 pages at 5 000 tokens, text and picture of the page together.
 *
 * Rates: https://ai.google.dev/gemini-api/docs/tokens
 */
const TOKENS_BY_KIND = { image: 10_000, audio: 100_000, video: 300_000, document: 200_000 } as const;

/** GPT-4o mini costs the same a picture as GPT-4o at a far lower price a token, so it counts many more tokens. */
const GPT_4O_MINI_IMAGE_TOKENS = 50_000;

export type MediaKind = keyof typeof TOKENS_BY_KIND;

/** The most tokens one item of this kind is taken to be. */
export function mediaTokenBound(kind: MediaKind, modelId: string | undefined): number {
  if (kind === 'image' && billsImagesBeyondWindow(modelId)) return GPT_4O_MINI_IMAGE_TOKENS;
  return TOKENS_BY_KIND[kind];
}

/** GPT-4o mini's extra tokens for pictures are only billed; its context window does not limit them. */
export function billsImagesBeyondWindow(modelId: string | undefined): boolean {
  return modelId?.includes('gpt-4o-mini') ?? false;
}

/** What kind of media a MIME type is; `undefined` for anything whose bytes a model may read as text. */
export function mediaKindOf(mimeType: string): MediaKind | undefined {
  if (mimeType === 'application/pdf') return 'document';
  const [type = ''] = mimeType.split('/', 1);
  return type === 'image' || type === 'audio' || type === 'video' ? type : undefined;
}
