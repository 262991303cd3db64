import { isObject, objectAt, stringAt, type JsonObject } from '../wire/json-shape.ts';
import { jsonText } from './json-text.ts';
import { unreadableAnswer } from './untranslatable.ts';
import type { AnyThinkingBlock, DeltaWithThinking } from './wire-types.ts';

/** More than any model thinks in one answer; it bounds what is kept of a stream. */
const MAX_THINKING_CHARACTERS = 8 * 1024 * 1024;

/** A block that has begun and not ended. */
type OpenBlock =
  | { readonly kind: 'text' }
  | { readonly kind: 'thinking'; thinking: string; signature: string }
  | { readonly kind: 'redacted_thinking'; readonly data: string }
  | { readonly kind: 'tool_use'; readonly toolIndex: number; readonly input: unknown; hasArguments: boolean }
  /** Of Anthropic's own server tools, or a kind that is new. */
  | { readonly kind: 'unknown' };

/** The content blocks of one message stream as the deltas of an OpenAI choice. */
export class AnthropicBlockStream {
  readonly #open = new Map<unknown, OpenBlock>();
  readonly #thinking: AnyThinkingBlock[] = [];
  #thinkingCharacters = 0;
  #toolCount = 0;

  /** The thinking blocks that have ended, in their order. */
  get thinkingBlocks(): readonly AnyThinkingBlock[] {
    return this.#thinking;
  }

  /** The deltas for a `content_block_*` event. @throws Refusal (502) if it does not fit what came before. */
  read(event: JsonObject): DeltaWithThinking[] {
    const index = event['index'];
    if (event['type'] === 'content_block_start') {
      if (typeof index !== 'number' || this.#open.has(index)) throw unreadableAnswer('a block begins twice');
      return this.#start(index, objectAt(event, 'content_block'));
    }
    const block = this.#open.get(index);
    if (block === undefined) throw unreadableAnswer('a block of its stream lacks its beginning');
    if (event['type'] === 'content_block_delta') return this.#readDelta(block, objectAt(event, 'delta'));
    this.#open.delete(index);
    return this.#stop(block);
  }

  #start(index: number, block: JsonObject): DeltaWithThinking[] {
    switch (block['type']) {
      case 'text':
        this.#open.set(index, { kind: 'text' });
        return textDelta(stringAt(block, 'text'));
      case 'thinking': {
        const open = {
          kind: 'thinking' as const,
          thinking: '',
          signature: stringAt(block, 'signature') ?? '',
        };
        this.#open.set(index, open);
        return this.#think(open, stringAt(block, 'thinking'));
      }
      case 'redacted_thinking':
        this.#open.set(index, { kind: 'redacted_thinking', data: stringAt(block, 'data') ?? '' });
        return [];
      case 'tool_use': {
        const toolIndex = this.#toolCount++;
        this.#open.set(index, { kind: 'tool_use', toolIndex, input: block['input'], hasArguments: false });
        const name = stringAt(block, 'name') ?? '';
        const call = { id: stringAt(block, 'id') ?? '', type: 'function' as const };
        return [{ tool_calls: [{ index: toolIndex, ...call, function: { name, arguments: '' } }] }];
      }
      default:
        this.#open.set(index, { kind: 'unknown' });
        return [];
    }
  }

  #readDelta(block: OpenBlock, delta: JsonObject): DeltaWithThinking[] {
    switch (block.kind) {
      case 'text':
        return textDelta(stringAt(delta, 'text'));
      case 'thinking':
        block.signature = stringAt(delta, 'signature') ?? block.signature;
        return this.#think(block, stringAt(delta, 'thinking'));
      case 'tool_use': {
        const json = stringAt(delta, 'partial_json');
        if (json === undefined || json === '') return [];
        block.hasArguments = true;
        return [toolDelta(block.toolIndex, json)];
      }
      case 'redacted_thinking':
      case 'unknown':
        return [];
    }
  }

  #stop(block: OpenBlock): DeltaWithThinking[] {
    switch (block.kind) {
      case 'thinking':
        this.#thinking.push({ type: 'thinking', thinking: block.thinking, signature: block.signature });
        return [];
      case 'redacted_thinking':
        this.#keep(block.data);
        this.#thinking.push({ type: 'redacted_thinking', data: block.data });
        return [];
      case 'tool_use':
        // A tool without parameters is called without a delta; OpenAI's clients still parse its arguments.
        if (block.hasArguments) return [];
        return [toolDelta(block.toolIndex, isObject(block.input) ? jsonText(block.input) : '{}')];
      case 'text':
      case 'unknown':
        return [];
    }
  }

  #think(block: { thinking: string }, text: string | undefined): DeltaWithThinking[] {
    if (text === undefined || text === '') return [];
    this.#keep(text);
    block.thinking += text;
    return [{ reasoning_content: text }];
  }

  #keep(text: string): void {
    this.#thinkingCharacters += text.length;
    if (this.#thinkingCharacters > MAX_THINKING_CHARACTERS) throw unreadableAnswer('it thinks without end');
  }
}

function textDelta(text: string | undefined): DeltaWithThinking[] {
  return text === undefined || text === '' ? [] : [{ content: text }];
}

function toolDelta(index: number, json: string): DeltaWithThinking {
  return { tool_calls: [{ index, function: { arguments: json } }] };
}
