import { isProcessAlive } from '../../client/node/process-liveness.ts';

const LOOK_EVERY_MS = 1_000;

/**
 * Calls `onGone` once the process is no more. One that cannot be seen from the start is not watched: the editor may
 * run in a container, with ids of its own.
 */
export function watchParent(processId: number | null, onGone: () => void): { stop(): void } {
  if (processId === null || processId <= 0 || !isProcessAlive(processId)) return { stop() {} };
  const timer = setInterval(() => {
    if (isProcessAlive(processId)) return;
    clearInterval(timer);
    onGone();
  }, LOOK_EVERY_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
