import { createScanner, type Node, type SyntaxKind } from 'jsonc-parser';

// The values of jsonc-parser's `SyntaxKind`, a const enum that type stripping cannot read.
const COMMA: SyntaxKind = 5;
const LINE_BREAK: SyntaxKind = 14;
const TRIVIA: SyntaxKind = 15;

/**
 * Adds a property after the last one of an object. Comments stay with what they stand beside, and a trailing comma is
 * followed by one again.
 */
export function insertProperty(text: string, object: Node, key: string, value: unknown): string {
  return insertLast(text, object, (indent, eol) => `${JSON.stringify(key)}: ${print(value, indent, eol)}`);
}

/** Adds an element after the last one of an array, likewise. */
export function insertElement(text: string, array: Node, value: unknown): string {
  return insertLast(text, array, (indent, eol) => print(value, indent, eol));
}

/** Puts a value where another one stands. */
export function replaceValue(text: string, present: Node, value: unknown): string {
  const printed = print(value, indentAt(text, present.offset), eolOf(text));
  return text.slice(0, present.offset) + printed + text.slice(present.offset + present.length);
}

export function eolOf(text: string): '\n' | '\r\n' {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

function insertLast(text: string, parent: Node, printWith: (indent: string, eol: string) => string): string {
  const last = parent.children?.at(-1);
  const close = parent.offset + parent.length - 1;
  const lastEnd = last === undefined ? parent.offset + 1 : last.offset + last.length;
  const { contentEnd, hasComma } = scanRest(text, lastEnd, close);
  const eol = eolOf(text);
  const outer = indentAt(text, parent.offset);
  const indent = siblingIndent(text, last) ?? `${outer}${outer.includes('\t') ? '\t' : '  '}`;
  const comma = last === undefined || hasComma ? '' : ',';
  const added = `${eol}${indent}${printWith(indent, eol)}${hasComma ? ',' : ''}`;
  const rest = text.slice(contentEnd, close);
  const before = `${text.slice(0, lastEnd)}${comma}${text.slice(lastEnd, contentEnd)}${added}`;
  return before + (rest.includes('\n') ? rest : `${eol}${outer}`) + text.slice(close);
}

/** Where comments and the comma after the last value end, and whether there is that comma. */
function scanRest(text: string, from: number, close: number): { contentEnd: number; hasComma: boolean } {
  const scanner = createScanner(text, false);
  scanner.setPosition(from);
  let contentEnd = from;
  let hasComma = false;
  while (scanner.getPosition() < close) {
    const token = scanner.scan();
    const end = scanner.getTokenOffset() + scanner.getTokenLength();
    if (token === COMMA) hasComma = true;
    if (token !== LINE_BREAK && token !== TRIVIA) contentEnd = end;
  }
  return { contentEnd, hasComma };
}

/** The white space before a value that stands on a line of its own. */
function siblingIndent(text: string, sibling: Node | undefined): string | undefined {
  if (sibling === undefined) return undefined;
  const lineStart = text.lastIndexOf('\n', sibling.offset) + 1;
  const before = text.slice(lineStart, sibling.offset);
  return lineStart > 0 && /^[ \t]*$/.test(before) ? before : undefined;
}

/** The white space that the line of this offset begins with. */
function indentAt(text: string, offset: number): string {
  const lineStart = text.lastIndexOf('\n', offset) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart, offset))?.[0] ?? '';
}

function print(value: unknown, indent: string, eol: string): string {
  const step = indent.includes('\t') ? '\t' : 2;
  return JSON.stringify(value, undefined, step).replaceAll('\n', `${eol}${indent}`);
}
