import { addressOf } from './chat-call.ts';
import { ChatFailure, failureOf } from './chat-failure.ts';
import { chatTexts } from './chat-texts.ts';

/** A model that can be chatted with through the daemon. */
export interface ChatModel {
  readonly id: string;
  /** Name of the provider as the daemon lists it, e.g. `openai`. */
  readonly provider: string;
  /** Both together fill the model's window. */
  readonly maxInputTokens: number;
  readonly maxOutputTokens: number;
  /** LM Studio's type `vlm`: the model takes images. */
  readonly takesImages: boolean;
}

/** These answer their own protocol only, not `/v1/chat/completions` (contract section 1). */
const NATIVE_ONLY: ReadonlySet<string> = new Set([
  'google',
  'anthropic-direct',
  'anthropic-vertex',
  'anthropic-bedrock',
]);

/** Models that speak, listen, draw, embed or moderate: the list calls them `llm` too. */
const NOT_FOR_CHAT =
  /(^|[-/])(embed|tts|whisper|transcribe|realtime|audio|image|imagen|dall|moderation|instruct|davinci|curie|babbage|ada|sora|veo|rerank|computer-use|deep-research|live)/;

/** The answer gets at most this much of the window: more would reserve more of the budget than a chat needs. */
const MOST_OUTPUT_TOKENS = 16_384;

/**
 * What `GET /api/v0/models` offers for a chat, in its order.
 *
 * @throws ChatFailure if the daemon does not answer, or something else does.
 */
export async function listChatModels(options: {
  readonly baseUrl: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}): Promise<readonly ChatModel[]> {
  const { baseUrl, headers = {}, signal } = options;
  const init = { headers, signal, redirect: 'error' } as const;
  const response = await fetch(`${baseUrl}/api/v0/models`, init).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw new ChatFailure('unreachable', chatTexts.nothingAnswers(addressOf(baseUrl)), { cause });
  });
  if (!response.ok) throw await failureOf(response, 'Candela');
  const list = (await response.json().catch(() => undefined)) as { readonly data?: unknown } | undefined;
  if (!Array.isArray(list?.data)) throw new ChatFailure('failed', chatTexts.notCandela(addressOf(baseUrl)));
  return list.data.flatMap((entry) => chatModel(entry) ?? []);
}

/** A list entry as a chat sees it; undefined if it is not for chats. */
export function chatModel(entry: unknown): ChatModel | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const {
    id,
    owned_by: provider,
    type,
    max_context_length: window,
  } = entry as Readonly<Record<string, unknown>>;
  if (typeof id !== 'string' || typeof provider !== 'string' || typeof window !== 'number') return undefined;
  if (type !== 'llm' && type !== 'vlm') return undefined;
  if (NATIVE_ONLY.has(provider) || NOT_FOR_CHAT.test(id)) return undefined;
  const maxOutputTokens = Math.min(MOST_OUTPUT_TOKENS, Math.floor(window / 4));
  return {
    id,
    provider,
    maxInputTokens: window - maxOutputTokens,
    maxOutputTokens,
    takesImages: type === 'vlm',
  };
}

/** A dated or preview edition: `-0613`, `-20250514`, `-2024-11-20`, `-0125-preview`. */
const EDITION = /-(\d{4}-\d{2}-\d{2}|\d{8}|\d{4})(-preview)?$/;

/**
 * What a picker should offer: what the user wants, by patterns; without any, all but the dated editions of models
 * that are there without a date, which would make the list several times as long.
 */
export function offeredModels(
  models: readonly ChatModel[],
  patterns: readonly string[],
): readonly ChatModel[] {
  if (patterns.length > 0) return models.filter((model) => isWanted(model, patterns));
  const names = new Set(models.map(({ provider, id }) => `${provider}/${id}`));
  return models.filter(({ provider, id }) => {
    const undated = id.replace(EDITION, '');
    return undated === id || !names.has(`${provider}/${undated}`);
  });
}

/** In a pattern, which is an id with or without its provider before it, `*` stands for anything. */
function isWanted(model: Pick<ChatModel, 'id' | 'provider'>, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const [head = '', ...rest] = pattern.split('*').map((piece) => piece.replace(/[^\w-]/g, String.raw`\$&`));
    const whole = new RegExp(`^${[head, ...rest].join('.*')}$`, 'i');
    return whole.test(model.id) || whole.test(`${model.provider}/${model.id}`);
  });
}
