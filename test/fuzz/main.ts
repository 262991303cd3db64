import { setFlagsFromString, getHeapStatistics } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { failureOfRun, inputOf, readInput } from './run.ts';

/** A thread that does nothing but runs, so that one which never ends can be ended. */
export interface FuzzOrder {
  readonly seed: number;
  readonly runs: number;
  /** One number, which is that of the run under way. */
  readonly progress: Int32Array;
}

export interface FuzzReport {
  /** Of the first run that failed. */
  readonly failure?: string;
  readonly inputBytes: number;
  /** What was held after a collection, when a quarter of the runs was done, and when all were. */
  readonly bytesAtQuarter: number;
  readonly bytesAtEnd: number;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heldBytes(): number {
  collectGarbage();
  collectGarbage();
  const { used_heap_size: heap, external_memory: outside } = getHeapStatistics();
  return heap + outside;
}

async function report({ seed, runs, progress }: FuzzOrder): Promise<FuzzReport> {
  let inputBytes = 0;
  let bytesAtQuarter = 0;
  for (let run = 0; run < runs; run++) {
    progress[0] = run;
    const input = inputOf(seed, run);
    inputBytes += input.bytes.length;
    try {
      await readInput(input);
    } catch {
      const failure = await failureOfRun(seed, run);
      return { failure: failure ?? `run ${run} failed once`, inputBytes, bytesAtQuarter, bytesAtEnd: 0 };
    }
    if (run === Math.floor(runs / 4)) bytesAtQuarter = heldBytes();
  }
  return { inputBytes, bytesAtQuarter, bytesAtEnd: heldBytes() };
}

const found = await report(workerData as FuzzOrder);
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
parentPort?.postMessage(found);
