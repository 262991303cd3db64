import { serverSentData } from './server-sent-events.ts';
import { ChatFailure } from './chat-failure.ts';
import { chatTexts } from './chat-texts.ts';

/** What a model says, piece by piece. A tool call comes when its input is complete. */
export type ChatEvent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'toolCall'; readonly callId: string; readonly name: string; readonly input: object };

interface OpenToolCall {
  readonly callId: string;
  readonly name: string;
  argumentsJson: string;
}

/**
 * Reads a streamed chat completion of OpenAI's format.
 *
 * Source: OpenAI API reference, "The chat completion chunk object": tool calls come in pieces, told apart by
 * `index`, id and name in the first. Fields that are not known are passed over.
 *
 * @throws ChatFailure for an error event, and for an answer that ends without saying why.
 */
export async function* chatEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ChatEvent> {
  const calls = new Map<number, OpenToolCall>();
  let isFinished = false;
  for await (const data of serverSentData(body)) {
    if (data === '[DONE]') {
      isFinished = true;
      continue;
    }
    const chunk = parsed(data);
    if (isObject(chunk['error'])) {
      throw new ChatFailure('failed', chatTexts.providerSaid(textAt(chunk['error'], 'message') ?? data));
    }
    const [choice] = Array.isArray(chunk['choices']) ? (chunk['choices'] as unknown[]) : [];
    if (!isObject(choice)) continue;
    if (typeof choice['finish_reason'] === 'string') isFinished = true;
    const delta = isObject(choice['delta']) ? choice['delta'] : {};
    const text = textAt(delta, 'content') ?? textAt(delta, 'refusal');
    if (text !== undefined && text !== '') yield { kind: 'text', text };
    collectToolCalls(delta['tool_calls'], calls);
  }
  if (!isFinished) throw new ChatFailure('failed', chatTexts.cutShort);
  for (const { callId, name, argumentsJson } of calls.values()) {
    yield { kind: 'toolCall', callId, name, input: inputOf(name, argumentsJson) };
  }
}

function collectToolCalls(pieces: unknown, calls: Map<number, OpenToolCall>): void {
  if (!Array.isArray(pieces)) return;
  for (const [position, piece] of (pieces as unknown[]).entries()) {
    if (!isObject(piece)) continue;
    const index = typeof piece['index'] === 'number' ? piece['index'] : position;
    const called = isObject(piece['function']) ? piece['function'] : {};
    let call = calls.get(index);
    if (call === undefined) {
      const callId = textAt(piece, 'id') ?? `call_${index}`;
      call = { callId, name: textAt(called, 'name') ?? '', argumentsJson: '' };
      calls.set(index, call);
    }
    call.argumentsJson += textAt(called, 'arguments') ?? '';
  }
}

/** A tool without parameters is often called with nothing at all. */
function inputOf(name: string, argumentsJson: string): object {
  if (argumentsJson.trim() === '') return {};
  try {
    const input: unknown = JSON.parse(argumentsJson);
    if (isObject(input)) return input;
  } catch (cause) {
    throw new ChatFailure('failed', chatTexts.brokenToolCall(name), { cause });
  }
  throw new ChatFailure('failed', chatTexts.brokenToolCall(name));
}

function parsed(data: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(data);
    return isObject(value) ? value : {};
  } catch (cause) {
    throw new ChatFailure('failed', chatTexts.cutShort, { cause });
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textAt(value: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const text = value[key];
  return typeof text === 'string' ? text : undefined;
}
