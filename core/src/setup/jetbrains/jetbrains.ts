import path from 'node:path';
import { candelaHome } from '../../client/node/candela-home.ts';
import type { Editor } from '../editor.ts';
import { findModels } from '../find-models.ts';
import type { SetupMachine } from '../planned-file.ts';
import { SetupError } from '../setup-error.ts';
import { externalTools } from './external-tools.ts';
import { jetbrainsFolders } from './jetbrains-folders.ts';
import { lsp4ijTemplate, TEMPLATE_FOLDER } from './lsp4ij-template.ts';

export const jetbrains: Editor = {
  async plan(machine) {
    const folders = jetbrainsFolders(machine);
    if (folders.length === 0) {
      throw new SetupError(
        'no configuration of a JetBrains IDE was found: start the IDE once, then run this again',
      );
    }
    const { baseUrl } = await findModels(machine.env);
    const tools = folders.map((folder) =>
      externalTools(path.join(folder, 'tools', 'Candela.xml'), machine.candela),
    );
    return {
      files: [...tools, ...lsp4ijTemplate(templateFolder(machine), machine.candela)],
      steps: steps(machine, baseUrl),
    };
  },
  fileAt(filePath, machine) {
    if (path.basename(filePath) === 'Candela.xml') return externalTools(filePath, machine.candela);
    const template = lsp4ijTemplate(path.dirname(filePath), machine.candela);
    return template.find((file) => file.path === filePath);
  },
};

function templateFolder({ env }: SetupMachine): string {
  return path.join(candelaHome(env), 'jetbrains', TEMPLATE_FOLDER);
}

function steps(machine: SetupMachine, baseUrl: string): readonly string[] {
  const { command, args } = machine.candela;
  const mcp = JSON.stringify({ mcpServers: { candela: { command, args: [...args, 'mcp'] } } });
  return [
    'Restart the IDE; then Tools > Candela, or Shift twice and "Mark Last Call Good", annotates. Keys: Settings > Keymap > External Tools.',
    `Status and notices: install the plugin LSP4IJ, then Settings > Languages & Frameworks > Language Servers > + > Template > "Import from custom template…" and choose ${templateFolder(machine)}`,
    `Chat through Candela: Settings > Tools > AI Assistant > Providers & API keys > OpenAI-compatible, with the address ${baseUrl}/v1 and any key; or LM Studio, at http://localhost:1234`,
    `Spend and annotations for the assistant: Settings > Tools > AI Assistant > Model Context Protocol (MCP) > + > As JSON: ${mcp}`,
  ];
}
