import { chatTexts } from './chat-texts.ts';

/**
 * What an editor may do about it: `unreachable`, start the daemon; `keyNeeded`, ask for a key; `forbidden`, ask an
 * admin; `blocked`, wait or ask for money; `notFound`, choose another model; `failed`, none of these.
 */
export type ChatFailureKind = 'unreachable' | 'keyNeeded' | 'forbidden' | 'blocked' | 'notFound' | 'failed';

/** Why a chat got no answer, or not all of it; the message is a sentence for people. */
export class ChatFailure extends Error {
  readonly kind: ChatFailureKind;

  constructor(kind: ChatFailureKind, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'ChatFailure';
    this.kind = kind;
  }
}

/** Reads an answer that is not 2xx: Candela's own refusal (contract section 3) or the provider's error. */
export async function failureOf(response: Response, provider: string): Promise<ChatFailure> {
  const { status } = response;
  const detail = messageOf(await response.text().catch(() => ''));
  if (status === 401) return new ChatFailure('keyNeeded', chatTexts.keyNeeded(provider, detail));
  if (status === 402) return new ChatFailure('blocked', chatTexts.overBudget(detail));
  if (status === 403) return new ChatFailure('forbidden', chatTexts.refused(status, detail));
  if (status === 429 || status === 503) {
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    const wait = Number.isFinite(seconds) ? seconds : undefined;
    return new ChatFailure('blocked', chatTexts.tooFast(chatTexts.refused(status, detail), wait));
  }
  const isUnknownModel = status === 404 || (status === 400 && detail.startsWith('unknown model'));
  return new ChatFailure(isUnknownModel ? 'notFound' : 'failed', chatTexts.refused(status, detail));
}

const MAX_SHOWN_CHARS = 500;

/** `{"error":{"message"}}` as OpenAI and Candela have it, `{"error":"…"}`, or whatever text there is. */
function messageOf(body: string): string {
  try {
    const { error } = JSON.parse(body) as { error?: unknown };
    if (typeof error === 'string') return error;
    if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
  } catch {
    // Not JSON: shown as it is.
  }
  return body.trim() === '' ? chatTexts.noDetail : body.trim().slice(0, MAX_SHOWN_CHARS);
}
