import { HideUsage, type UsageBesideChoices } from './hide-usage.ts';
import { isObject } from '../wire/json-shape.ts';
import { replaceHeader } from '../wire/headers.ts';
import { withMember } from '../wire/json-members.ts';
import type { LlmRequest, OutgoingCall } from './provider.ts';

/** The endpoints whose streams tell their usage only when asked. */
export const HIDEABLE_USAGE = /^\/v1\/(chat\/)?completions$/;

/**
 * Asks for the usage of a stream whose client did not, by `stream_options.include_usage`; the rest of the body
 * stays the same to the byte. What comes of it must be taken out of the answer again, which needs the answer
 * uncompressed.
 */
export function withUsageAsked(
  request: LlmRequest,
  outgoing: OutgoingCall,
  besideChoices: UsageBesideChoices = 'kept',
): void {
  const options = request.json['stream_options'];
  if (isObject(options) && options['include_usage'] === true) return;
  const asked = { ...(isObject(options) ? options : {}), include_usage: true };
  outgoing.body = Buffer.from(withMember(outgoing.body.toString('utf8'), 'stream_options', asked));
  outgoing.rewriter = new HideUsage(besideChoices);
  replaceHeader(outgoing.headers, 'accept-encoding', 'identity');
}
