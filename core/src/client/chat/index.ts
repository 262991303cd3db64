/** A chat through the daemon, for editors that let an extension offer models. Needs only `fetch`. */
export { streamChat } from './chat-call.ts';
export type { ChatEvent } from './chat-answer.ts';
export { ChatFailure, type ChatFailureKind } from './chat-failure.ts';
export { chatHeaders } from './chat-headers.ts';
export { chatTexts } from './chat-texts.ts';
export { listChatModels, offeredModels, type ChatModel } from './chat-models.ts';
export type { ChatMessage, ChatPart, ChatTool } from './chat-request.ts';
export { estimateMessageTokens, estimateTokens } from './token-estimate.ts';
