import { isDeepStrictEqual } from 'node:util';
import {
  getNodeValue,
  type JSONPath,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { SetupError } from '../setup-error.ts';
import { insertElement, insertProperty, replaceValue } from './insert.ts';
import { removeChild } from './remove.ts';

/**
 * JSON with comments and trailing commas, changed in place: what is not touched keeps every byte.
 *
 * Immutable; each change makes a new one.
 */
export class JsoncDocument {
  readonly text: string;
  readonly #path: string;
  readonly #root: Node;

  /**
   * @param text the file; where there is none, or nothing but comments in it, `empty` is added
   * @param empty the kind of file it is
   * @throws SetupError naming file, line and column
   */
  constructor(path: string, text: string | undefined, empty: '{}' | '[]') {
    const errors: ParseError[] = [];
    const options = { allowTrailingComma: true, allowEmptyContent: true };
    const root = parseTree(text ?? '', errors, options);
    const [first] = errors;
    if (first !== undefined) {
      const what = printParseErrorCode(first.error);
      throw new SetupError(`${path}:${lineAndColumn(text ?? '', first.offset)} is not valid JSON (${what})`);
    }
    this.#path = path;
    if (root !== undefined) {
      const wanted = empty === '{}' ? 'object' : 'array';
      if (root.type !== wanted) throw new SetupError(`${path} holds no JSON ${wanted}`);
      this.text = text ?? '';
      this.#root = root;
      return;
    }
    const before = text === undefined || text === '' || text.endsWith('\n') ? (text ?? '') : `${text}\n`;
    this.text = `${before}${empty}\n`;
    this.#root = parseTree(this.text, [], options) as Node;
  }

  get(path: JSONPath): unknown {
    const node = this.#find(path);
    // Its objects have no prototype, which no comparison would take for equal to an object of ours.
    return node === undefined ? undefined : (JSON.parse(JSON.stringify(getNodeValue(node))) as unknown);
  }

  /** Sets a value; a property that was not there becomes the last one of its object, with its parents if need be. */
  set(path: JSONPath, value: unknown): JsoncDocument {
    if (isDeepStrictEqual(this.get(path), value)) return this;
    for (let depth = path.length; depth > 0; depth -= 1) {
      const parentPath = path.slice(0, depth - 1);
      const parent = this.#find(parentPath);
      if (parent === undefined) continue;
      const present = this.#find(path.slice(0, depth));
      if (present !== undefined) return this.#with(replaceValue(this.text, present, value));
      if (parent.type !== 'object') {
        throw new SetupError(`${this.#path}: ${parentPath.join('.')} is no object`);
      }
      const nested = path.slice(depth).reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
      return this.#with(insertProperty(this.text, parent, String(path[depth - 1]), nested));
    }
    return this;
  }

  /** Adds an element at the end of an array. */
  append(path: JSONPath, value: unknown): JsoncDocument {
    const array = this.#find(path);
    if (array?.type !== 'array') return this;
    return this.#with(insertElement(this.text, array, value));
  }

  /** Removes a value, and its parents as far as that leaves nothing in them, not even a comment. */
  remove(path: JSONPath): JsoncDocument {
    const parentPath = path.slice(0, -1);
    const [value, parent] = [this.#find(path), this.#find(parentPath)];
    if (value === undefined || parent === undefined) return this;
    const child = parent.type === 'object' ? (value.parent ?? value) : value;
    const next = this.#with(removeChild(this.text, parent, child));
    const rest = next.#find(parentPath);
    const isEmpty = rest !== undefined && /^[{[]\s*[}\]]$/.test(next.#textOf(rest));
    return isEmpty && parentPath.length > 0 ? next.remove(parentPath) : next;
  }

  /** @throws SetupError where a key on the way is there twice: readers differ in which of them they take. */
  #find(path: JSONPath): Node | undefined {
    return path.reduce<Node | undefined>((node, step) => {
      if (typeof step === 'number') return node?.type === 'array' ? node.children?.[step] : undefined;
      if (node?.type !== 'object') return undefined;
      const [first, second] = (node.children ?? []).filter(({ children }) => children?.[0]?.value === step);
      if (second !== undefined) {
        const place = lineAndColumn(this.text, second.offset);
        throw new SetupError(
          `${this.#path}:${place} has ${JSON.stringify(step)} a second time: keep one of them`,
        );
      }
      return first?.children?.[1];
    }, this.#root);
  }

  #textOf({ offset, length }: Node): string {
    return this.text.slice(offset, offset + length);
  }

  #with(text: string): JsoncDocument {
    return new JsoncDocument(this.#path, text, this.#root.type === 'array' ? '[]' : '{}');
  }
}

/** `12:5`, both from 1. */
function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `${before.length}:${(before.at(-1) ?? '').length + 1}`;
}
