import type { BatchJobs } from './batch-jobs.ts';
import type { Hold } from './hold.ts';
import type { Journal } from './journal.ts';
import type { Script } from './script.ts';

/** What a running fake remembers, and the control API can see and change. */
export interface FakeState {
  journal: Journal;
  script: Script;
  hold: Hold;
  batches: BatchJobs;
}
