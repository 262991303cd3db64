import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { l10n } from '../src/l10n.ts';
import { messages } from '../src/messages.ts';

/** Writes `l10n/bundle.l10n.json`, from which translators work: every text of `messages.ts`, as it is there. */

const root = path.dirname(import.meta.dirname);
const said = new Set<string>();
l10n.use((message) => {
  said.add(message);
  return message;
});
sayAll(messages);
const bundle = Object.fromEntries([...said].toSorted().map((message) => [message, message]));
await writeFile(path.join(root, 'l10n/bundle.l10n.json'), `${JSON.stringify(bundle, null, 2)}\n`);

function sayAll(texts: object): void {
  for (const text of Object.values(texts) as ((...args: string[]) => string)[] | object[]) {
    if (typeof text === 'function') text('', '');
    else sayAll(text);
  }
}
