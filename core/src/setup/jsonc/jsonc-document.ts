import { isDeepStrictEqual } from 'node:util';
import {
  applyEdits,
  findNodeAtLocation,
  getNodeValue,
  type JSONPath,
  modify,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { SetupError } from '../setup-error.ts';
import { insertElement, insertProperty, replaceValue } from './insert.ts';

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
    const node = findNodeAtLocation(this.#root, path);
    // Its objects have no prototype, which no comparison would take for equal to an object of ours.
    return node === undefined ? undefined : (JSON.parse(JSON.stringify(getNodeValue(node))) as unknown);
  }

  /** Sets a value; a property that was not there becomes the last one of its object, with its parents if need be. */
  set(path: JSONPath, value: unknown): JsoncDocument {
    if (isDeepStrictEqual(this.get(path), value)) return this;
    for (let depth = path.length; depth > 0; depth -= 1) {
      const parentPath = path.slice(0, depth - 1);
      const parent = findNodeAtLocation(this.#root, parentPath);
      if (parent === undefined) continue;
      const present = findNodeAtLocation(this.#root, path.slice(0, depth));
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
    const array = findNodeAtLocation(this.#root, path);
    if (array?.type !== 'array') return this;
    return this.#with(insertElement(this.text, array, value));
  }

  /** Removes a value, and its parents as far as that leaves them empty. */
  remove(path: JSONPath): JsoncDocument {
    if (findNodeAtLocation(this.#root, path) === undefined) return this;
    const next = this.#with(applyEdits(this.text, modify(this.text, path, undefined, {})));
    const parentPath = path.slice(0, -1);
    const parent = next.get(parentPath);
    const isEmpty = typeof parent === 'object' && parent !== null && Object.keys(parent).length === 0;
    return isEmpty && parentPath.length > 0 ? next.remove(parentPath) : next;
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
