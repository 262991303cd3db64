import type { Cancel, Scheduler } from './scheduler.ts';

/** A signal that aborts with `parent` or after `limitMs` of the scheduler's time, whichever is first. */
export function timeLimit(
  scheduler: Scheduler,
  limitMs: number,
  parent: AbortSignal,
): { readonly signal: AbortSignal; readonly cancel: Cancel } {
  const tooLong = new AbortController();
  const cancel = scheduler.after(limitMs, () => tooLong.abort());
  return { signal: AbortSignal.any([parent, tooLong.signal]), cancel };
}
