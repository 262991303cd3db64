/** One message of a chat, whichever editor it comes from. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly parts: readonly ChatPart[];
}

export type ChatPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image'; readonly mediaType: string; readonly base64: string }
  | { readonly kind: 'toolCall'; readonly callId: string; readonly name: string; readonly input: object }
  | { readonly kind: 'toolResult'; readonly callId: string; readonly text: string };

/** A tool the model may ask for; the editor runs it. */
export interface ChatTool {
  readonly name: string;
  readonly description: string;
  /** JSON schema. */
  readonly inputSchema?: object | undefined;
}

export interface ChatRequest {
  readonly model: string;
  /** Name of the provider as the daemon lists it. */
  readonly provider: string;
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly ChatTool[];
  readonly toolChoice: 'auto' | 'required';
  /** Most tokens of the answer, reasoning included. The gateway reserves money for that many. */
  readonly maxOutputTokens: number;
  /** Further fields of the request, e.g. `temperature`; they cannot replace the ones above. */
  readonly modelOptions?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * The body of `POST /v1/chat/completions`, streamed.
 *
 * Source: OpenAI API reference, "Create chat completion". Its reasoning models refuse `max_tokens`, and runtimes
 * that copy the API often know only that one.
 */
export function openAiChatBody(request: ChatRequest): Readonly<Record<string, unknown>> {
  const { model, provider, messages, tools, toolChoice, maxOutputTokens, modelOptions } = request;
  const limitField = provider === 'openai' ? 'max_completion_tokens' : 'max_tokens';
  return {
    ...modelOptions,
    model,
    messages: messages.flatMap(openAiMessages),
    ...(tools.length > 0 && { tools: tools.map(openAiTool), tool_choice: toolChoice }),
    [limitField]: maxOutputTokens,
    stream: true,
  };
}

/** A message of several kinds of parts is several messages there: what tools answered comes first. */
function openAiMessages({ role, parts }: ChatMessage): readonly object[] {
  const results = parts.flatMap((part) =>
    part.kind === 'toolResult' ? [{ role: 'tool', tool_call_id: part.callId, content: part.text }] : [],
  );
  const calls = parts.flatMap((part) =>
    part.kind === 'toolCall'
      ? [{ id: part.callId, type: 'function', function: calledFunction(part.name, part.input) }]
      : [],
  );
  const content = openAiContent(parts);
  if (content === undefined && calls.length === 0) return results;
  return [...results, { role, content: content ?? null, ...(calls.length > 0 && { tool_calls: calls }) }];
}

/** A string where there is only text, because not every runtime takes a list. */
function openAiContent(parts: readonly ChatPart[]): string | readonly object[] | undefined {
  const shown = parts.filter((part) => part.kind === 'text' || part.kind === 'image');
  if (shown.length === 0) return undefined;
  if (shown.every((part) => part.kind === 'text')) return shown.map(({ text }) => text).join('');
  return shown.map((part) =>
    part.kind === 'text'
      ? { type: 'text', text: part.text }
      : { type: 'image_url', image_url: { url: `data:${part.mediaType};base64,${part.base64}` } },
  );
}

function calledFunction(name: string, input: object): object {
  return { name, arguments: JSON.stringify(input) };
}

function openAiTool({ name, description, inputSchema }: ChatTool): object {
  return {
    type: 'function',
    function: { name, description, parameters: inputSchema ?? { type: 'object', properties: {} } },
  };
}
