import { keysWith, type TextStorage } from '../text-storage.ts';
import { keyOf, type ThresholdMark, type ToldThresholds } from './thresholds.ts';

const PREFIX = 'candela.told.';
const KEPT_DAYS = 7;

/** Remembers in a browser's storage who was told of what, for all tabs of one origin. */
export class StorageToldThresholds implements ToldThresholds {
  readonly #storage: TextStorage;

  constructor(storage: TextStorage) {
    this.#storage = storage;
  }

  claim(mark: ThresholdMark): Promise<boolean> {
    const key = PREFIX + keyOf(mark);
    if (this.#storage.getItem(key) !== null) return Promise.resolve(false);
    this.#storage.setItem(key, '');
    this.#forgetOldDays();
    return Promise.resolve(true);
  }

  #forgetOldDays(): void {
    const keys = keysWith(this.#storage, PREFIX);
    const dayOf = (key: string) => key.slice(PREFIX.length).split(' ', 1)[0] ?? '';
    const kept = new Set([...new Set(keys.map(dayOf))].slice(-KEPT_DAYS));
    for (const key of keys) if (!kept.has(dayOf(key))) this.#storage.removeItem(key);
  }
}
