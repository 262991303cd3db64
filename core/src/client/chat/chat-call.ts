import { type ChatEvent, chatEvents } from './chat-answer.ts';
import { ChatFailure, failureOf } from './chat-failure.ts';
import { type ChatRequest, openAiChatBody } from './chat-request.ts';
import { chatTexts } from './chat-texts.ts';

export interface ChatCallOptions {
  /** Of the daemon, without a slash at the end. */
  readonly baseUrl: string;
  /** E.g. `authorization` for the provider, and the labels of `chatHeaders`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Aborting ends the HTTP call, and with it the provider's: what was used until then is charged. */
  readonly signal: AbortSignal;
}

/**
 * One chat through the daemon: past the gates, priced, charged and traced like any other call.
 *
 * @throws ChatFailure if there is no answer or only half of one; the signal's reason if it was aborted.
 */
export async function* streamChat(
  request: ChatRequest,
  { baseUrl, headers, signal }: ChatCallOptions,
): AsyncGenerator<ChatEvent> {
  const response = await fetch(`${baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify(openAiChatBody(request)),
    signal,
    redirect: 'error',
  }).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw new ChatFailure('unreachable', chatTexts.nothingAnswers(addressOf(baseUrl)), { cause });
  });
  if (!response.ok) throw await failureOf(response, request.provider);
  if (response.body === null) throw new ChatFailure('failed', chatTexts.cutShort);
  try {
    yield* chatEvents(response.body);
  } catch (error) {
    signal.throwIfAborted();
    // `fetch` rejects with a TypeError for every network failure (WHATWG Fetch, section "fetch method").
    if (error instanceof TypeError) throw new ChatFailure('failed', chatTexts.cutShort, { cause: error });
    throw error;
  }
}

export function addressOf(baseUrl: string): string {
  return baseUrl.replace(/^https?:\/\//, '');
}
