import path from 'node:path';
import type { CandelaProgram, PlannedFile } from '../planned-file.ts';

/** The server runs where one of these is open; LSP4IJ knows no "every file". */
const LANGUAGES: readonly (readonly [name: string, languageId: string, ...patterns: string[]])[] = [
  ['TypeScript', 'typescript', '*.ts', '*.tsx', '*.mts'],
  ['JavaScript', 'javascript', '*.js', '*.jsx', '*.mjs'],
  ['Python', 'python', '*.py'],
  ['Java', 'java', '*.java'],
  ['Kotlin', 'kotlin', '*.kt', '*.kts'],
  ['Go', 'go', '*.go'],
  ['Rust', 'rust', '*.rs'],
  ['C and C++', 'cpp', '*.c', '*.h', '*.cc', '*.cpp', '*.hpp'],
  ['C#', 'csharp', '*.cs'],
  ['Ruby', 'ruby', '*.rb'],
  ['PHP', 'php', '*.php'],
  ['Shell', 'shellscript', '*.sh'],
  ['Markdown', 'markdown', '*.md'],
  ['JSON and YAML', 'json', '*.json', '*.yaml', '*.yml'],
  ['Web', 'html', '*.html', '*.css', '*.vue'],
];

const README = `# Candela

The language server "candela" brings today's spend, a notice at each threshold of the budget, and annotations into this
IDE. Its actions are under Alt+Enter in any file: "Candela: mark the last call good", and so on.
`;

/** The name of the folder, which is also how its files are known again. */
export const TEMPLATE_FOLDER = 'lsp4ij-template';

/** A folder for LSP4IJ's "Import from custom template" (its docs, "User-defined language server template"). */
export function lsp4ijTemplate(folder: string, candela: CandelaProgram): readonly PlannedFile[] {
  const template = {
    id: 'candela',
    name: 'candela',
    programArgs: { default: commandLine(candela) },
    fileTypeMappings: LANGUAGES.map(([name, languageId, ...patterns]) => ({
      fileType: { name, patterns },
      languageId,
    })),
  };
  // LSP4IJ has no place for a lasting text, so the status would be sent for nothing.
  const initializationOptions = { candela: { status: false } };
  return [
    ownFile(path.join(folder, 'template.json'), json(template)),
    ownFile(path.join(folder, 'initializationOptions.json'), json(initializationOptions)),
    ownFile(path.join(folder, 'README.md'), README),
  ];
}

/** A file that is all ours: what else stands in it is an older edition. */
function ownFile(filePath: string, text: string): PlannedFile {
  return {
    path: filePath,
    what: 'template of the language server, for LSP4IJ',
    add: () => text,
    remove: () => undefined,
  };
}

function commandLine({ command, args }: CandelaProgram): string {
  return [command, ...args, 'bridge', '--client', 'jetbrains']
    .map((part) => (/\s/.test(part) ? `"${part}"` : part))
    .join(' ');
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
