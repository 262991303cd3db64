import type { RedactedThinkingBlock, ThinkingBlock } from '@anthropic-ai/sdk/resources/messages';
import type { Field } from './field.ts';
import { checkFields, TRANSLATED, type FieldRule } from './field-rules.ts';
import type { AnyThinkingBlock } from './wire-types.ts';

const THINKING_FIELDS = {
  type: TRANSLATED,
  thinking: TRANSLATED,
  signature: TRANSLATED,
} satisfies Record<keyof ThinkingBlock, FieldRule>;

const REDACTED_FIELDS = {
  type: TRANSLATED,
  data: TRANSLATED,
} satisfies Record<keyof RedactedThinkingBlock, FieldRule>;

/**
 * The thinking of an assistant's earlier turn, as the client got it. `reasoning_content` repeats the text of
 * the signed blocks; alone it cannot be sent, for Claude refuses thinking without its signature.
 */
export function thinkingBlocks(message: Field): AnyThinkingBlock[] {
  const blocks = message.at('thinking_blocks').ifSet((list) => list.items().map(thinkingBlock)) ?? [];
  const text = message.at('reasoning_content').ifSet((field) => field.string()) ?? '';
  if (text !== '' && blocks.length === 0) {
    message
      .at('reasoning_content')
      .refuse(
        'Claude takes its thinking back only signed: send the answer\'s "thinking_blocks" too, or leave it out',
      );
  }
  return blocks;
}

function thinkingBlock(block: Field): AnyThinkingBlock {
  if (block.at('type').oneOf(['thinking', 'redacted_thinking']) === 'redacted_thinking') {
    checkFields(block, REDACTED_FIELDS);
    return { type: 'redacted_thinking', data: block.at('data').string() };
  }
  checkFields(block, THINKING_FIELDS);
  return {
    type: 'thinking',
    thinking: block.at('thinking').string(),
    signature: block.at('signature').string(),
  };
}
