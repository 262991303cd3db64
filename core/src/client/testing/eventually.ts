import { setTimeout as delay } from 'node:timers/promises';

/** Waits until the condition holds. @throws Error after `withinMs`, saying what was waited for. */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 60_000,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`did not happen within ${withinMs} ms: ${what}`);
    await delay(5);
  }
}
