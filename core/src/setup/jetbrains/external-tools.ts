import { eolOf } from '../jsonc/insert.ts';
import type { CandelaProgram, PlannedFile } from '../planned-file.ts';
import { readToolSet, type ToolElement } from './tool-set.ts';

interface Tool {
  readonly name: string;
  readonly description: string;
  readonly args: string;
  readonly showsOutput: boolean;
}

/** `$Prompt$` is the IDE's own macro: it asks for a text. */
const TOOLS: readonly Tool[] = [
  {
    name: 'Mark Last Call Good',
    description: 'Marks the newest call that went through Candela as good',
    args: 'annotate --last --outcome good',
    showsOutput: false,
  },
  {
    name: 'Mark Last Call Bad',
    description: 'Marks the newest call that went through Candela as bad',
    args: 'annotate --last --outcome bad',
    showsOutput: false,
  },
  {
    name: 'Label Last Call…',
    description: 'Adds a label to the newest call that went through Candela',
    args: 'annotate --last --label "$Prompt$"',
    showsOutput: false,
  },
  {
    name: 'Show Budget',
    description: 'What was spent today, against the budget',
    args: 'budget',
    showsOutput: true,
  },
];

/**
 * `tools/Candela.xml`: the group "Candela" in the menu Tools (the IDEs' help, "External tools"). The IDE reads it when
 * it starts, and writes it in its own way when tools are edited there, so that what counts is what a tool runs.
 */
export function externalTools(path: string, candela: CandelaProgram): PlannedFile {
  return {
    path,
    what: `External Tools: ${TOOLS.map(({ name }) => name).join(', ')}`,
    add(current) {
      if (current === undefined || current.trim() === '') return toolSetText(candela);
      const { tools, insertAt } = readToolSet(path, current);
      if (insertAt === undefined) return toolSetText(candela);
      const eol = eolOf(current);
      const missing = TOOLS.filter(({ name }) => !tools.some((tool) => tool.name === name));
      const added = missing.map((tool) => toolText(tool, candela)).join('\n');
      let text = missing.length === 0 ? current : insertLines(current, insertAt, added, eol);
      for (const element of tools.toReversed()) {
        const tool = TOOLS.find(({ name }) => name === element.name);
        if (tool === undefined || runsTheSame(element, tool, candela)) continue;
        const replaced = toolText(tool, candela).trim().replaceAll('\n', eol);
        text = text.slice(0, element.start) + replaced + text.slice(element.end);
      }
      return text;
    },
    remove(current) {
      const { tools } = readToolSet(path, current);
      const ours = tools.filter((tool) => TOOLS.some(({ name }) => name === tool.name));
      if (ours.length === tools.length) return undefined;
      let text = current;
      for (const { start, end } of ours.toReversed()) {
        text = text.slice(0, start).replace(/\r?\n[ \t]*$/, '') + text.slice(end);
      }
      return text;
    },
  };
}

function runsTheSame({ options }: ToolElement, tool: Tool, candela: CandelaProgram): boolean {
  return options['COMMAND'] === candela.command && options['PARAMETERS'] === parametersOf(tool, candela);
}

function insertLines(text: string, at: number, lines: string, eol: string): string {
  const before = text.slice(0, at).trimEnd();
  return `${before}${eol}${lines.replaceAll('\n', eol)}${eol}${text.slice(at)}`;
}

function toolSetText(candela: CandelaProgram): string {
  const tools = TOOLS.map((tool) => toolText(tool, candela)).join('\n');
  return `<toolSet name="Candela">\n${tools}\n</toolSet>\n`;
}

function toolText(tool: Tool, candela: CandelaProgram): string {
  const { name, description, showsOutput } = tool;
  const shown = String(showsOutput);
  return `  <tool name="${xml(name)}" description="${xml(description)}" showInMainMenu="true" showInEditor="true" showInProject="false" showInSearchPopup="true" disabled="false" useConsole="${shown}" showConsoleOnStdOut="${shown}" showConsoleOnStdErr="true" synchronizeAfterRun="false">
    <exec>
      <option name="COMMAND" value="${xml(candela.command)}" />
      <option name="PARAMETERS" value="${xml(parametersOf(tool, candela))}" />
      <option name="WORKING_DIRECTORY" value="$ProjectFileDir$" />
    </exec>
  </tool>`;
}

/** One line, cut at spaces by the IDE unless quoted. */
function parametersOf({ args }: Tool, candela: CandelaProgram): string {
  return [...candela.args.map((arg) => (/\s/.test(arg) ? `"${arg}"` : arg)), args].join(' ');
}

function xml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
