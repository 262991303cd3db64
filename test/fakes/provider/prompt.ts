import { isJsonObject, objectsIn } from './json.ts';

/** The words of a request: all of them (what input tokens are counted from) and the last thing the user said. */
export interface Prompt {
  all: string;
  lastUser: string;
}

/** The text of a content member: a string, or an array of parts of which those with `text` count. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (Array.isArray(content)) return content.map(textOf).join('\n');
  if (!isJsonObject(content)) return '';
  if (typeof content['text'] === 'string') return content['text'];
  return textOf(content['content'] ?? content['output']);
}

/** Reads a list of messages with `role` and `content`, plus what stands beside it (system text, tools). */
export function promptOfMessages(messages: unknown, beside: unknown[]): Prompt {
  const list = objectsIn(messages);
  const lastUser = list.findLast((message) => message['role'] === 'user');
  const texts = list.map((message) =>
    textOf(message['content'] ?? message['output'] ?? message['arguments']),
  );
  const others = beside
    .filter((part) => part !== undefined)
    .map((part) => textOf(part) || JSON.stringify(part));
  return { all: [...others, ...texts].join('\n'), lastUser: textOf(lastUser?.['content']) };
}
