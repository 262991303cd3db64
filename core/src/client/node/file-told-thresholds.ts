import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { ThresholdMark, ToldThresholds } from '../status/thresholds.ts';

/** Two budgets may call the same moment by two days' names, and a clock may be set back. */
const KEPT_DAYS = 7;

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Remembers below `<home>/told/<day>` who was told of what, for all windows and editors of this developer: an empty
 * file a notice, and whoever makes it is the one to speak.
 */
export class FileToldThresholds implements ToldThresholds {
  readonly #folder: string;

  constructor(home: string) {
    this.#folder = path.join(home, 'told');
  }

  /** @throws Error if the mark cannot be written */
  async claim({ userId, periodKey, percent }: ThresholdMark): Promise<boolean> {
    if (!DAY.test(periodKey)) throw new RangeError(`${JSON.stringify(periodKey)} is not a day, YYYY-MM-DD`);
    const day = path.join(this.#folder, periodKey);
    const user = createHash('sha256').update(userId).digest('hex').slice(0, 16);
    if ((await mkdir(day, { recursive: true, mode: 0o700 })) !== undefined) await this.#forgetOldDays();
    try {
      await (await open(path.join(day, `${user}-${percent}`), 'wx', 0o600)).close();
      return true;
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return false;
      throw new Error(`could not remember in ${day} what was told`, { cause });
    }
  }

  async #forgetOldDays(): Promise<void> {
    const days = (await readdir(this.#folder)).filter((name) => DAY.test(name)).toSorted();
    for (const day of days.slice(0, -KEPT_DAYS)) {
      await rm(path.join(this.#folder, day), { recursive: true, force: true });
    }
  }
}
