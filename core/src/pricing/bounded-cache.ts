/**
 * A memory of at most `capacity` answers; the oldest leaves first. What callers ask for is theirs to choose, so
 * an endless supply of made-up keys must cost time only, never memory.
 */
export class BoundedCache<Value> {
  readonly #entries = new Map<string, { readonly value: Value }>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The remembered value, which may be `undefined` itself, else what `make` gives. */
  getOrMake(key: string, make: () => Value): Value {
    const known = this.#entries.get(key);
    if (known) return known.value;
    const value = make();
    const oldest = this.#entries.keys().next();
    if (this.#entries.size >= this.#capacity && !oldest.done) this.#entries.delete(oldest.value);
    this.#entries.set(key, { value });
    return value;
  }
}
