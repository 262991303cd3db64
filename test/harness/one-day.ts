import { setTimeout as delay } from 'node:timers/promises';

/** Spend is counted by the day, whose midnight is UTC unless a configuration says otherwise. */
const DAY_MS = 86_400_000;

/** Longer than a test takes, on a loaded machine too. */
const TEST_MS = 60_000;
const SUITE_MS = 5 * 60_000;

/** For a suite whose tests go on with what the ones before have spent: all of it happens on one day. */
export function staysOnOneDay(): void {
  before(async function () {
    this.timeout(0);
    await dayThatLasts(SUITE_MS);
  });
}

/** Mocha's root hooks, for `--require`: every test happens on one day. */
export const mochaHooks = {
  async beforeEach(this: Mocha.Context): Promise<void> {
    this.timeout(0);
    await dayThatLasts(TEST_MS);
  },
};

/** Waits for the next day if less than this is left of this one. */
async function dayThatLasts(ms: number): Promise<void> {
  for (let leftMs = msLeft(); leftMs < ms; leftMs = msLeft()) {
    process.stderr.write(`waiting ${Math.ceil(leftMs / 1000)} s for midnight UTC to pass\n`);
    await delay(leftMs + 1);
  }
}

function msLeft(): number {
  return DAY_MS - (Date.now() % DAY_MS);
}
