import type { RawContentBlockStartEvent, RawMessageStreamEvent } from '@anthropic-ai/sdk/resources/messages';
import { objectAt, stringAt, type JsonObject } from '../wire/json-shape.ts';
import { DIRECT_CALLER } from './openai-answer-to-anthropic.ts';
import { unreadableAnswer } from './untranslatable.ts';

type Events = RawMessageStreamEvent[];
type Block = RawContentBlockStartEvent['content_block'];

/** More than any model writes in one answer; it bounds what is kept of a stream. */
const MAX_ARGUMENT_CHARACTERS = 8 * 1024 * 1024;
const MAX_TOOL_CALLS = 1000;

interface ToolCall {
  readonly id: string;
  readonly name: string;
  arguments: string;
}

/**
 * Writes the blocks of a message stream, of which one is open at a time, as Anthropic's clients expect.
 * OpenAI may mix the pieces of parallel calls: a call waits while another's arguments are not yet whole.
 */
export class AnthropicBlockWriter {
  /** The index of the open block, or of the next one. */
  #index = 0;
  #open: 'thinking' | 'text' | ToolCall | undefined;
  #waiting: ToolCall[] = [];
  /** By OpenAI's index; where one index names several calls, the latest. */
  readonly #callByIndex = new Map<unknown, ToolCall>();
  #callCount = 0;
  #argumentCharacters = 0;

  get hasToolCalls(): boolean {
    return this.#callCount > 0;
  }

  thinking(text: string): Events {
    if (text === '') return [];
    const opened = this.#openKind('thinking', { type: 'thinking', thinking: '', signature: '' });
    return [...opened, this.#delta({ type: 'thinking_delta', thinking: text })];
  }

  text(text: string): Events {
    if (text === '') return [];
    const opened = this.#openKind('text', { type: 'text', text: '', citations: null });
    return [...opened, this.#delta({ type: 'text_delta', text })];
  }

  closeText(): Events {
    return this.#open === 'text' ? this.#close() : [];
  }

  /**
   * One entry of a delta's `tool_calls`; `position` counts where a server leaves the index out.
   * @throws Refusal (502) for a call that goes on after its end, or calls without end.
   */
  toolCall(delta: JsonObject, position: number): Events {
    const index = delta['index'] ?? position;
    const id = stringAt(delta, 'id') ?? '';
    const described = objectAt(delta, 'function');
    let call = this.#callByIndex.get(index);
    let opened: Events = [];
    // Gemini's endpoint gives parallel calls one index and tells them apart by their ids.
    if (call === undefined || (id !== '' && id !== call.id)) {
      call = this.#register(index, id, stringAt(described, 'name') ?? '');
      if (this.#mustWait()) this.#waiting.push(call);
      else opened = this.#openTool(call);
    }
    return [...opened, ...this.#append(call, stringAt(described, 'arguments') ?? '')];
  }

  /** Closes what is open and writes the calls that had to wait. */
  end(): Events {
    const events = this.#close();
    for (const call of this.#waiting.splice(0)) {
      events.push(...this.#openTool(call));
      if (call.arguments !== '') events.push(this.#argumentsDelta(call.arguments));
      events.push(...this.#close());
    }
    return events;
  }

  #register(index: unknown, id: string, name: string): ToolCall {
    if (++this.#callCount > MAX_TOOL_CALLS) throw unreadableAnswer('it calls tools without end');
    const call = { id: id === '' ? `call_${this.#callCount}` : id, name, arguments: '' };
    this.#callByIndex.set(index, call);
    return call;
  }

  #mustWait(): boolean {
    if (this.#waiting.length > 0) return true;
    return typeof this.#open === 'object' && !isWholeJson(this.#open.arguments);
  }

  #append(call: ToolCall, args: string): Events {
    if (args === '') return [];
    this.#argumentCharacters += args.length;
    if (this.#argumentCharacters > MAX_ARGUMENT_CHARACTERS)
      throw unreadableAnswer('it calls tools without end');
    call.arguments += args;
    if (this.#open === call) return [this.#argumentsDelta(args)];
    if (!this.#waiting.includes(call)) throw unreadableAnswer('a tool call goes on after its end');
    return [];
  }

  #openTool(call: ToolCall): Events {
    const events = this.#close();
    this.#open = call;
    const { id, name } = call;
    return [...events, this.#start({ type: 'tool_use', id, name, input: {}, caller: DIRECT_CALLER })];
  }

  #openKind(kind: 'thinking' | 'text', block: Block): Events {
    if (this.#open === kind) return [];
    const events = this.#close();
    this.#open = kind;
    return [...events, this.#start(block)];
  }

  #start(block: Block): RawMessageStreamEvent {
    return { type: 'content_block_start', index: this.#index, content_block: block };
  }

  #argumentsDelta(json: string): RawMessageStreamEvent {
    return this.#delta({ type: 'input_json_delta', partial_json: json });
  }

  #delta(
    delta: Extract<RawMessageStreamEvent, { type: 'content_block_delta' }>['delta'],
  ): RawMessageStreamEvent {
    return { type: 'content_block_delta', index: this.#index, delta };
  }

  #close(): Events {
    if (this.#open === undefined) return [];
    this.#open = undefined;
    return [{ type: 'content_block_stop', index: this.#index++ }];
  }
}

function isWholeJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
