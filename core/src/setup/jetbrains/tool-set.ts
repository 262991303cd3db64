import { SaxesParser } from 'saxes';
import { SetupError } from '../setup-error.ts';

/** One `<tool>` of an External Tools file, and where it stands in the text. */
export interface ToolElement {
  readonly name: string;
  /** The options of its `<exec>`: `COMMAND`, `PARAMETERS`, `WORKING_DIRECTORY`. */
  readonly options: Readonly<Record<string, string>>;
  readonly start: number;
  readonly end: number;
}

export interface ToolSet {
  readonly tools: readonly ToolElement[];
  /** Where a further tool goes: before the closing tag. Undefined for `<toolSet/>`. */
  readonly insertAt: number | undefined;
}

/** Reads External Tools as the IDE does. @throws SetupError naming line and column */
export function readToolSet(path: string, text: string): ToolSet {
  const parser = new SaxesParser();
  const open: string[] = [];
  const tools: ToolElement[] = [];
  let current: { name: string; start: number; options: Record<string, string> } | undefined;
  let insertAt: number | undefined;
  parser.on('error', (error) => {
    const what = error.message.replace(/^\d+:\d+: /, '');
    throw new SetupError(`${path}:${parser.line}:${parser.column + 1} is not well-formed XML (${what})`);
  });
  parser.on('opentag', ({ name, attributes }) => {
    open.push(name);
    if (open.length === 1 && name !== 'toolSet') {
      throw new SetupError(`${path} holds <${name}> and no <toolSet>`);
    }
    if (open.join('/') === 'toolSet/tool') {
      // The position is behind the tag, in which no other "<" can stand.
      const start = text.lastIndexOf('<', parser.position - 1);
      current = { name: attributes['name'] ?? '', start, options: {} };
    } else if (open.join('/') === 'toolSet/tool/exec/option' && current !== undefined) {
      current.options[attributes['name'] ?? ''] = attributes['value'] ?? '';
    }
  });
  parser.on('closetag', ({ isSelfClosing }) => {
    const element = open.join('/');
    open.pop();
    if (element === 'toolSet/tool' && current !== undefined) {
      tools.push({ ...current, end: parser.position });
      current = undefined;
    }
    if (element === 'toolSet' && !isSelfClosing) insertAt = text.lastIndexOf('</', parser.position);
  });
  parser.write(text).close();
  return { tools, insertAt };
}
