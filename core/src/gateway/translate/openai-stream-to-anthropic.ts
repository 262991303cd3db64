import type { RawMessageStreamEvent } from '@anthropic-ai/sdk/resources/messages';
import type { Refusal } from '../errors.ts';
import { isObject, objectAt, objectsAt, stringAt, type JsonObject } from '../wire/json-shape.ts';
import type { SseEvent } from '../wire/sse.ts';
import { AnthropicBlockWriter } from './anthropic-block-writer.ts';
import { refusalToAnthropic, streamedOpenAiErrorToAnthropic, type AnthropicErrorBody } from './errors.ts';
import { reasoningOf, stopDetails } from './openai-answer-to-anthropic.ts';
import { stopReasonOf } from './stop-reasons.ts';
import { eventObject, type EventTranslator } from './stream-translator.ts';
import { unreadableAnswer } from './untranslatable.ts';
import { deltaUsageToAnthropic, usageToAnthropic } from './usage.ts';

const DONE = '[DONE]';

/** The refusal is streamed as text anyway; this bounds what is kept of it to be told once more. */
const MAX_EXPLANATION_CHARACTERS = 10_000;

/**
 * Chat completion chunks as a message stream. The usage comes last, in `message_delta`, because OpenAI does not
 * tell it before; `message_start` therefore says 0.
 * https://platform.openai.com/docs/api-reference/chat-streaming ·
 * https://platform.claude.com/docs/en/build-with-claude/streaming
 */
export class OpenAiStreamToAnthropic implements EventTranslator {
  readonly #blocks = new AnthropicBlockWriter();
  #hasStarted = false;
  #finishReason: unknown;
  #refusal = '';
  #usage: JsonObject = {};
  isComplete = false;
  hasFailed = false;

  translate(sse: SseEvent): string {
    if (sse.data === '') return '';
    if (sse.data === DONE) return this.#end();
    const chunk = eventObject(sse);
    if (isObject(chunk['error']) || sse.event === 'error') {
      this.hasFailed = true;
      return event(streamedOpenAiErrorToAnthropic(chunk));
    }
    const usage = chunk['usage'];
    if (isObject(usage)) this.#usage = usage;
    const events = this.#hasStarted ? [] : [this.#start(chunk)];
    const choice = objectsAt(chunk, 'choices').find((one) => (one['index'] ?? 0) === 0);
    if (choice !== undefined) events.push(...this.#readChoice(choice));
    return events.map(event).join('');
  }

  errorText(refusal: Refusal): string {
    return event(refusalToAnthropic(refusal));
  }

  #start(chunk: JsonObject): RawMessageStreamEvent {
    this.#hasStarted = true;
    return {
      type: 'message_start',
      message: {
        id: stringAt(chunk, 'id') ?? '',
        type: 'message',
        role: 'assistant',
        model: stringAt(chunk, 'model') ?? '',
        content: [],
        stop_reason: null,
        stop_sequence: null,
        stop_details: null,
        usage: usageToAnthropic({}),
        container: null,
        diagnostics: null,
      },
    };
  }

  #readChoice(choice: JsonObject): RawMessageStreamEvent[] {
    const delta = objectAt(choice, 'delta');
    this.#finishReason = choice['finish_reason'] ?? this.#finishReason;
    const refusal = stringAt(delta, 'refusal') ?? '';
    const events = [
      ...this.#blocks.thinking(reasoningOf(delta)),
      ...this.#blocks.text(stringAt(delta, 'content') ?? ''),
      // A block of its own, as in the whole answer.
      ...(refusal !== '' && this.#refusal === '' ? this.#blocks.closeText() : []),
      ...this.#blocks.text(refusal),
      ...objectsAt(delta, 'tool_calls').flatMap((call, index) => this.#blocks.toolCall(call, index)),
    ];
    if (this.#refusal.length < MAX_EXPLANATION_CHARACTERS) this.#refusal += refusal;
    return events;
  }

  #end(): string {
    if (!this.#hasStarted) throw unreadableAnswer('its stream ends before it begins');
    const reason =
      this.#refusal === '' ? stopReasonOf(this.#finishReason, this.#blocks.hasToolCalls) : 'refusal';
    const delta = {
      stop_reason: reason,
      stop_sequence: null,
      stop_details: stopDetails(reason, this.#refusal),
      container: null,
    };
    this.isComplete = true;
    return [
      ...this.#blocks.end(),
      { type: 'message_delta' as const, delta, usage: deltaUsageToAnthropic(this.#usage) },
      { type: 'message_stop' as const },
    ]
      .map(event)
      .join('');
  }
}

function event(value: RawMessageStreamEvent | AnthropicErrorBody): string {
  return `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`;
}
