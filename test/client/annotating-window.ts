/**
 * An editor window that annotates, as a process of its own: keeps labels `from`…`to` of one trace, says `kept <n>` on
 * stdout after each, and stays open, sending whatever waits, until its stdin ends.
 *
 * Each label has an id made of its number, because a window that was killed between keeping and saying so is told to
 * keep it again.
 */
import { DEFAULT_STATUS_SETTINGS, EditorSession } from '@candela/core/client';
import { daemonLocator, sharedOutboxStore } from '@candela/core/client/node';

export interface AnnotatingWindowOptions {
  readonly home: string;
  /** `''`: this machine's daemon, as its discovery file says. */
  readonly configuredUrl: string;
  readonly traceId: string;
  readonly from: number;
  readonly to: number;
}

const options = JSON.parse(process.argv[2] ?? '') as AnnotatingWindowOptions;
const session = new EditorSession({
  resolveBaseUrl: daemonLocator(options),
  outboxStore: sharedOutboxStore(options),
  settings: DEFAULT_STATUS_SETTINGS,
  pollIntervalMs: 30,
  onCaughtUp: () => {},
  onOutboxError(error) {
    throw error;
  },
});
process.stdin.resume().once('end', () => void session.stop());
await session.start();
for (let number = options.from; number <= options.to; number += 1) {
  const label = `n-${number}`;
  await session.annotate({ kind: 'label', traceId: options.traceId, label }, label);
  process.stdout.write(`kept ${number}\n`);
}
