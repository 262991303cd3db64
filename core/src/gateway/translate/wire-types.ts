import type {
  MessageCreateParamsNonStreaming,
  RedactedThinkingBlock,
  ThinkingBlock,
} from '@anthropic-ai/sdk/resources/messages';
import type {
  ChatCompletion,
  ChatCompletionAssistantMessageParam,
  ChatCompletionChunk,
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionMessage,
  ChatCompletionMessageFunctionToolCall,
} from 'openai/resources/chat/completions';

/**
 * A request to `/v1/messages` as it is sent. The SDK no longer types the sampling parameters, because the
 * newest models take none; the earlier ones do, and the API still knows them.
 */
export type AnthropicRequest = Omit<MessageCreateParamsNonStreaming, 'stream'> & {
  stream?: boolean;
  temperature?: number;
  top_p?: number;
};

/** A request to `/v1/chat/completions` as it is sent. */
export type OpenAiRequest = Omit<ChatCompletionCreateParamsNonStreaming, 'stream'> & { stream?: boolean };

export type AnyThinkingBlock = ThinkingBlock | RedactedThinkingBlock;

/**
 * Thinking in OpenAI's shape, which itself has no place for it. `reasoning_content` is the text, under the
 * name DeepSeek gave it and vLLM, LiteLLM and most clients read; `thinking_blocks` are Anthropic's blocks with
 * their signatures, under LiteLLM's name, for the client to send back: Claude takes its thinking only signed.
 */
export interface Thinking {
  reasoning_content?: string;
  thinking_blocks?: AnyThinkingBlock[];
}

/** As Gemini's endpoint has it: https://ai.google.dev/gemini-api/docs/thought-signatures */
export type SignedToolCall = ChatCompletionMessageFunctionToolCall & {
  extra_content?: { google: { thought_signature: string } };
};

export type AssistantMessageWithThinking = ChatCompletionAssistantMessageParam & Thinking;

export type CompletionWithThinking = Omit<ChatCompletion, 'choices'> & {
  choices: (Omit<ChatCompletion.Choice, 'message'> & { message: ChatCompletionMessage & Thinking })[];
};

export type DeltaWithThinking = ChatCompletionChunk.Choice.Delta & Thinking;
