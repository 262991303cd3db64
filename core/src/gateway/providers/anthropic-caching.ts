import { bedrockCaching } from '../caching/bedrock-caching.ts';
import { withCacheBreakpoints } from '../caching/cache-breakpoints.ts';
import { DEFAULT_CACHING, type CachingSettings } from '../caching/caching-settings.ts';
import type { LlmRequest, OutgoingCall } from './provider.ts';

/** Puts the breakpoints that the call's settings ask for into a body in Anthropic's format. */
export function cachePrompt(
  { json, caching = DEFAULT_CACHING }: Pick<LlmRequest, 'json' | 'caching'>,
  outgoing: OutgoingCall,
): void {
  if (caching.mode === 'off') return;
  const text = outgoing.body.toString('utf8');
  const marked = withCacheBreakpoints(text, json, caching);
  if (marked !== text) outgoing.body = Buffer.from(marked);
}

/** The same, as far as the model can on Bedrock. */
export function cacheOnBedrock(request: LlmRequest, outgoing: OutgoingCall): void {
  const caching: CachingSettings = bedrockCaching(request.model, request.caching ?? DEFAULT_CACHING);
  cachePrompt({ json: request.json, caching }, outgoing);
}
