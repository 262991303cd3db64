import * as vscode from 'vscode';
import type { ChatMessage, ChatPart, ChatTool } from '@candela/core/client';

/** A picture, as VS Code 1.106 and later pass one; 1.105 has no class for it. */
interface DataPart {
  readonly mimeType: string;
  readonly data: Uint8Array;
}

/** The third role, which stable typings do not name: VS Code's own chat sends its instructions by it. */
const SYSTEM_ROLE = 3 as vscode.LanguageModelChatMessageRole;

/** VS Code's messages as `core/client` knows them. What a model cannot take is left out. */
export function neutralMessage(message: vscode.LanguageModelChatRequestMessage): ChatMessage {
  return { role: roleOf(message.role), parts: message.content.flatMap(neutralPart) };
}

export function neutralTool({ name, description, inputSchema }: vscode.LanguageModelChatTool): ChatTool {
  return { name, description, inputSchema };
}

function roleOf(role: vscode.LanguageModelChatMessageRole): ChatMessage['role'] {
  if (role === SYSTEM_ROLE) return 'system';
  return role === vscode.LanguageModelChatMessageRole.Assistant ? 'assistant' : 'user';
}

function neutralPart(part: unknown): ChatPart | readonly [] {
  if (part instanceof vscode.LanguageModelTextPart) return { kind: 'text', text: part.value };
  if (part instanceof vscode.LanguageModelToolCallPart) {
    return { kind: 'toolCall', callId: part.callId, name: part.name, input: part.input };
  }
  if (part instanceof vscode.LanguageModelToolResultPart) {
    return { kind: 'toolResult', callId: part.callId, text: part.content.map(resultText).join('') };
  }
  if (!isDataPart(part)) return [];
  if (part.mimeType.startsWith('image/')) {
    return { kind: 'image', mediaType: part.mimeType, base64: Buffer.from(part.data).toString('base64') };
  }
  return isText(part.mimeType) ? { kind: 'text', text: new TextDecoder().decode(part.data) } : [];
}

/** What a tool gave, as text: models of OpenAI's format take nothing else. */
function resultText(part: unknown): string {
  if (part instanceof vscode.LanguageModelTextPart) return part.value;
  if (part instanceof vscode.LanguageModelPromptTsxPart) return JSON.stringify(part.value);
  if (isDataPart(part)) {
    return isText(part.mimeType) ? new TextDecoder().decode(part.data) : `[${part.mimeType}]`;
  }
  return typeof part === 'string' ? part : JSON.stringify(part);
}

function isText(mimeType: string): boolean {
  return mimeType.startsWith('text/') || mimeType === 'application/json';
}

function isDataPart(part: unknown): part is DataPart {
  return (
    typeof part === 'object' &&
    part !== null &&
    'mimeType' in part &&
    typeof part.mimeType === 'string' &&
    'data' in part &&
    part.data instanceof Uint8Array
  );
}
