import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { saidTexts } from './said-texts.ts';

/** Writes `l10n/bundle.l10n.json`, from which translators work. */

const root = path.dirname(import.meta.dirname);
const bundle = Object.fromEntries([...saidTexts()].toSorted().map((message) => [message, message]));
await writeFile(path.join(root, 'l10n/bundle.l10n.json'), `${JSON.stringify(bundle, null, 2)}\n`);
