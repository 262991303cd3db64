/** A message of a prompt, for reading; both are text of unknown origin. */
export interface PromptMessage {
  /** `''` where the API has none. */
  readonly role: string;
  readonly text: string;
}

/**
 * Makes the prompt of a span readable. Chats are kept as the JSON of their messages: OpenAI's and Anthropic's
 * (`content`: a string or a list of parts), Gemini's (`parts`). Everything else is one message, as it is.
 */
export function promptMessages(prompt: string): readonly PromptMessage[] {
  if (prompt === '') return [];
  const messages = listOf(prompt)?.map(messageOf);
  if (messages === undefined || messages.includes(undefined)) return [{ role: '', text: prompt }];
  return messages.flatMap((message) => message ?? []);
}

function listOf(prompt: string): readonly unknown[] | undefined {
  if (!prompt.startsWith('[')) return undefined;
  try {
    return JSON.parse(prompt) as readonly unknown[];
  } catch {
    // Cut off at the limit of what is kept, or not JSON in the first place.
    return undefined;
  }
}

function messageOf(value: unknown): PromptMessage | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { role, content, parts, ...rest } = value as Readonly<Record<string, unknown>>;
  const said = content ?? parts;
  if (said === undefined || said === null) {
    // E.g. an assistant that only calls tools.
    return { role: textOf(role), text: Object.keys(rest).length === 0 ? '' : asJson(rest) };
  }
  const { tool_calls: toolCalls } = rest;
  const pieces = Array.isArray(said) ? (said as unknown[]).map(partText) : [partText(said)];
  if (Array.isArray(toolCalls)) pieces.push(asJson(toolCalls));
  return { role: textOf(role), text: pieces.join('\n') };
}

function partText(part: unknown): string {
  if (typeof part === 'string') return part;
  if (typeof part === 'object' && part !== null && 'text' in part && typeof part.text === 'string')
    return part.text;
  return asJson(part);
}

const LONGEST_BLOB_CHARS = 200;

/** Pictures and other blobs are named by their length. */
function asJson(value: unknown): string {
  const shorten = (_key: string, member: unknown) =>
    typeof member === 'string' && member.length > LONGEST_BLOB_CHARS && !/\s/.test(member)
      ? `${member.slice(0, 24)}… (${member.length} characters)`
      : member;
  return JSON.stringify(value, shorten, 2);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
