import { authorizeByGoogle } from '../credentials/google-access-token.ts';
import type { AccessTokens } from '../credentials/access-tokens.ts';
import { headerValue, replaceHeader } from '../wire/headers.ts';
import { joinQuery, splitQuery, withoutParameter } from '../wire/query.ts';
import type { OutgoingCall } from './provider.ts';

/** Puts the configured key where the client's own credentials were. https://ai.google.dev/api#authentication */
export function useGeminiKey(outgoing: OutgoingCall, apiKey: string): void {
  const { path, query } = splitQuery(outgoing.path);
  outgoing.path = joinQuery(path, withoutParameter(query, 'key'));
  replaceHeader(outgoing.headers, 'authorization');
  replaceHeader(outgoing.headers, 'x-goog-api-key', apiKey);
}

/** Lets the client's own credentials through; where it sent none, Candela's Google account is named. */
export async function useClientKey(outgoing: OutgoingCall, tokens: AccessTokens | undefined): Promise<void> {
  if (tokens === undefined || hasOwnCredentials(outgoing)) return;
  await authorizeByGoogle(outgoing.headers, tokens);
}

function hasOwnCredentials({ path, headers }: OutgoingCall): boolean {
  if (headerValue(headers, 'x-goog-api-key') !== undefined) return true;
  if (headerValue(headers, 'authorization') !== undefined) return true;
  const parameters = new URLSearchParams(splitQuery(path).query);
  return parameters.has('key') || parameters.has('access_token');
}
