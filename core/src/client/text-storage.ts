/** What is used of a browser's `localStorage`: WHATWG HTML, section "The Storage interface". */
export interface TextStorage {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** The keys that begin so, in alphabetical order. */
export function keysWith(storage: TextStorage, prefix: string): readonly string[] {
  return Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '')
    .filter((key) => key.startsWith(prefix))
    .toSorted();
}
