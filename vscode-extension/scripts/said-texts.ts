import { chatTexts, l10n, texts, traceTexts } from '@candela/core/client';
import { messages } from '../src/messages.ts';

type Value = string | number | boolean | undefined;
type Text = (...args: Value[]) => string;
interface Texts {
  readonly [name: string]: string | Text | Texts;
}

/** What is said may depend on what about: one and several, yes and no, something and nothing. */
const ARGUMENTS: readonly (readonly Value[])[] = ['x', 0, 1, 2, true, false, '', undefined].map((value) =>
  Array.from({ length: 4 }, () => value),
);

/** Everything the extension may say, its own texts and those of `core/client`, each with its arguments left open. */
export function saidTexts(): ReadonlySet<string> {
  const said = new Set<string>();
  l10n.use((message, ...args) => {
    args.forEach((_, index) => {
      if (!message.includes(`{${index}}`))
        throw new Error(`${JSON.stringify(message)} leaves an argument out`);
    });
    said.add(message);
    return message;
  });
  for (const all of [messages, texts, traceTexts, chatTexts]) sayAll(all as unknown as Texts);
  l10n.use();
  return said;
}

/** A text without arguments is said when it is read. */
function sayAll(all: Texts): void {
  for (const text of Object.values(all)) {
    if (typeof text === 'function') for (const args of ARGUMENTS) text(...args);
    else if (typeof text === 'object') sayAll(text);
  }
}
