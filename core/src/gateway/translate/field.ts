import { isObject, type JsonObject } from '../wire/json-shape.ts';
import { Untranslatable } from './untranslatable.ts';

/** Deeper than any real schema or tool input, and shallow enough for every recursive JSON writer. */
const MAX_DEPTH = 500;

/**
 * A value somewhere in a request, together with its path, so that whatever is wrong with it can be named:
 * `messages[2].content[0].type`. `null` counts as not set, as it does in both APIs.
 * Every reading method throws `Untranslatable` if the value is not what it should be.
 */
export class Field {
  readonly value: unknown;
  readonly path: string;

  constructor(value: unknown, path = '') {
    this.value = value;
    this.path = path;
  }

  get isSet(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  /** What is read of the value if it is set. */
  ifSet<T>(read: (field: Field) => T): T | undefined {
    return this.isSet ? read(this) : undefined;
  }

  at(key: string): Field {
    const object = this.object();
    return new Field(
      Object.hasOwn(object, key) ? object[key] : undefined,
      this.path === '' ? key : `${this.path}.${key}`,
    );
  }

  items(): readonly Field[] {
    if (!Array.isArray(this.value)) return this.refuse('must be an array');
    return this.value.map((item: unknown, index) => new Field(item, `${this.path}[${index}]`));
  }

  object(): JsonObject {
    return isObject(this.value) ? this.value : this.refuse('must be an object');
  }

  /** An object of the client's own making (a schema, a tool's input), which is passed on whole. */
  json(): JsonObject {
    const object = this.object();
    if (isDeeperThan(object, MAX_DEPTH)) this.refuse(`must not be nested more than ${MAX_DEPTH} levels deep`);
    return object;
  }

  string(): string {
    return typeof this.value === 'string' ? this.value : this.refuse('must be a string');
  }

  boolean(): boolean {
    return typeof this.value === 'boolean' ? this.value : this.refuse('must be true or false');
  }

  number(): number {
    return typeof this.value === 'number' && Number.isFinite(this.value)
      ? this.value
      : this.refuse('must be a number');
  }

  /** A whole number of 1 or more. */
  count(): number {
    return Number.isSafeInteger(this.value) && Number(this.value) > 0
      ? Number(this.value)
      : this.refuse('must be a whole number of 1 or more');
  }

  oneOf<const T extends string>(values: readonly T[]): T {
    const found = values.find((value) => value === this.value);
    return found ?? this.refuse(`must be one of ${values.map((value) => `"${value}"`).join(', ')}`);
  }

  /** @throws Untranslatable always. */
  refuse(why: string, cause?: unknown): never {
    throw new Untranslatable(this.path === '' ? 'body' : this.path, why, { cause });
  }
}

function isDeeperThan(root: object, depth: number): boolean {
  let level: object[] = [root];
  for (let at = 0; level.length > 0; at++) {
    if (at > depth) return true;
    level = level.flatMap((value) => Object.values(value).filter(isContainer));
  }
  return false;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
