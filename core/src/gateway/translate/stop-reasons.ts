import type { StopReason } from '@anthropic-ai/sdk/resources/messages';
import type { ChatCompletion } from 'openai/resources/chat/completions';

export type FinishReason = ChatCompletion.Choice['finish_reason'];

/** https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons */
const FINISH_REASONS: Readonly<Record<StopReason, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  tool_use: 'tool_calls',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  // The turn is not over: like an answer that met its limit, it goes on when it is sent back.
  pause_turn: 'length',
  refusal: 'content_filter',
};

/** https://platform.openai.com/docs/api-reference/chat/object */
const STOP_REASONS: Readonly<Record<FinishReason, StopReason>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  function_call: 'tool_use',
  content_filter: 'refusal',
};

/** A reason that is new or missing counts as the plain end. */
export function finishReasonOf(stopReason: unknown): FinishReason {
  return lookUp(FINISH_REASONS, stopReason) ?? 'stop';
}

/**
 * @param hasToolCalls Some servers say `stop` after a tool call, and an Anthropic client runs its tools only
 * when told `tool_use`.
 */
export function stopReasonOf(finishReason: unknown, hasToolCalls: boolean): StopReason {
  const reason = lookUp(STOP_REASONS, finishReason) ?? 'end_turn';
  return hasToolCalls && reason === 'end_turn' ? 'tool_use' : reason;
}

function lookUp<T>(table: Readonly<Record<string, T>>, key: unknown): T | undefined {
  return typeof key === 'string' && Object.hasOwn(table, key) ? table[key] : undefined;
}
