import type { ChatCompletionChunk } from 'openai/resources/chat/completions';
import type { Refusal } from '../errors.ts';
import { isObject, objectAt, stringAt, type JsonObject } from '../wire/json-shape.ts';
import type { SseEvent } from '../wire/sse.ts';
import { AnthropicBlockStream } from './anthropic-block-stream.ts';
import { refusalOf } from './anthropic-answer-to-openai.ts';
import { anthropicErrorToOpenAi, refusalToOpenAi, type OpenAiErrorBody } from './errors.ts';
import { jsonText } from './json-text.ts';
import { finishReasonOf } from './stop-reasons.ts';
import { eventObject, type EventTranslator } from './stream-translator.ts';
import { unreadableAnswer } from './untranslatable.ts';
import { laterUsage, usageToOpenAi } from './usage.ts';
import type { DeltaWithThinking } from './wire-types.ts';

export interface ToOpenAiStreamOptions {
  /** Unix time in seconds; Anthropic does not tell it. */
  readonly createdS: number;
  /** The client set `stream_options.include_usage`. */
  readonly includesUsage: boolean;
}

/**
 * A message stream as chat completion chunks.
 * https://platform.claude.com/docs/en/build-with-claude/streaming ·
 * https://platform.openai.com/docs/api-reference/chat-streaming
 */
export class AnthropicStreamToOpenAi implements EventTranslator {
  readonly #options: ToOpenAiStreamOptions;
  readonly #blocks = new AnthropicBlockStream();
  #message: JsonObject | undefined;
  #usage: JsonObject = {};
  #stopReason: unknown;
  #refusal: string | undefined;
  isComplete = false;
  hasFailed = false;

  constructor(options: ToOpenAiStreamOptions) {
    this.#options = options;
  }

  translate(sse: SseEvent): string {
    // A comment or a bare name, which keeps the connection alive.
    if (sse.data === '') return '';
    const event = eventObject(sse);
    switch (event['type']) {
      case 'message_start':
        return this.#start(objectAt(event, 'message'));
      case 'content_block_start':
      case 'content_block_delta':
      case 'content_block_stop':
        this.#assertStarted();
        return this.#blocks
          .read(event)
          .map((delta) => this.#deltaChunk(delta))
          .join('');
      case 'message_delta':
        this.#readMessageDelta(event);
        return '';
      case 'message_stop':
        return this.#end();
      case 'error':
        this.hasFailed = true;
        return data(anthropicErrorToOpenAi(500, event));
      default:
        // `ping`, and what Anthropic may add: it asks its clients to let unknown events pass.
        return '';
    }
  }

  errorText(refusal: Refusal): string {
    return data(refusalToOpenAi(refusal));
  }

  #start(message: JsonObject): string {
    if (this.#message !== undefined) throw unreadableAnswer('its stream begins twice');
    this.#message = message;
    this.#usage = laterUsage({}, message['usage']);
    return this.#deltaChunk({ role: 'assistant', content: '', refusal: null });
  }

  #readMessageDelta(event: JsonObject): void {
    this.#assertStarted();
    this.#usage = laterUsage(this.#usage, event['usage']);
    const delta = objectAt(event, 'delta');
    this.#stopReason = delta['stop_reason'] ?? this.#stopReason;
    this.#refusal = refusalOf(delta) ?? this.#refusal;
  }

  /** The thinking blocks come whole and once, because accumulating clients cannot join pieces of them. */
  #end(): string {
    this.#assertStarted();
    const thinking = this.#blocks.thinkingBlocks;
    const delta: DeltaWithThinking = {
      ...(this.#refusal !== undefined && { refusal: this.#refusal }),
      ...(thinking.length > 0 && { thinking_blocks: [...thinking] }),
    };
    this.isComplete = true;
    const last = this.#chunk([{ index: 0, delta, finish_reason: finishReasonOf(this.#stopReason) }]);
    return data(last) + (this.#options.includesUsage ? this.#usageChunk() : '') + 'data: [DONE]\n\n';
  }

  #deltaChunk(delta: DeltaWithThinking): string {
    return data(this.#chunk([{ index: 0, delta, finish_reason: null }]));
  }

  #usageChunk(): string {
    return data({ ...this.#chunk([]), usage: usageToOpenAi(this.#usage) });
  }

  #chunk(choices: ChatCompletionChunk.Choice[]): ChatCompletionChunk {
    return {
      id: stringAt(this.#message ?? {}, 'id') ?? '',
      object: 'chat.completion.chunk',
      created: this.#options.createdS,
      model: stringAt(this.#message ?? {}, 'model') ?? '',
      choices,
      ...(this.#options.includesUsage && { usage: null }),
    };
  }

  #assertStarted(): void {
    if (!isObject(this.#message)) throw unreadableAnswer('its stream lacks its beginning');
  }
}

function data(value: ChatCompletionChunk | OpenAiErrorBody): string {
  return `data: ${jsonText(value)}\n\n`;
}
