import { createScanner, type Node, type SyntaxKind } from 'jsonc-parser';

// The value of jsonc-parser's `SyntaxKind`, a const enum that type stripping cannot read.
const COMMA: SyntaxKind = 5;

/**
 * Takes a property out of an object, or an element out of an array, with the comma that it needed and, where it has
 * lines of its own, with these. Comments stay.
 */
export function removeChild(text: string, parent: Node, child: Node): string {
  const siblings = parent.children ?? [];
  const at = siblings.indexOf(child);
  const [previous, next] = [siblings[at - 1], siblings[at + 1]];
  const end = child.offset + child.length;
  const after = commaIn(text, end, next?.offset ?? parent.offset + parent.length - 1);
  const before =
    after === undefined && previous !== undefined
      ? commaIn(text, previous.offset + previous.length, child.offset)
      : undefined;
  const cuts = [
    ...(before === undefined ? [] : [[before, before + 1] as const]),
    ...(after === undefined || /\S/.test(text.slice(end, after))
      ? [withLine(text, child.offset, end), ...(after === undefined ? [] : [[after, after + 1] as const])]
      : [withLine(text, child.offset, after + 1)]),
  ];
  return cuts.toReversed().reduce((rest, [from, to]) => rest.slice(0, from) + rest.slice(to), text);
}

/** The offset of the comma between two values, which may be among comments. */
function commaIn(text: string, from: number, to: number): number | undefined {
  const scanner = createScanner(text, false);
  scanner.setPosition(from);
  while (scanner.getPosition() < to) {
    if (scanner.scan() === COMMA) return scanner.getTokenOffset();
  }
  return undefined;
}

/** A stretch with the white space before it, and the line break too if nothing else stands on its lines. */
function withLine(text: string, from: number, to: number): readonly [from: number, to: number] {
  const indent = /[ \t]*$/.exec(text.slice(0, from))?.[0].length ?? 0;
  const lineBreak = /\r?\n$/.exec(text.slice(0, from - indent))?.[0].length ?? 0;
  if (lineBreak > 0 && /^[ \t]*(?:\r?\n|$)/.test(text.slice(to))) return [from - indent - lineBreak, to];
  // What follows on the line must not get behind a comment that ends the line before.
  const behind = /^[ \t]*/.exec(text.slice(to))?.[0].length ?? 0;
  return lineBreak > 0 ? [from, to + behind] : [from - indent, to];
}
