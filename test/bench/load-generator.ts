/** The load generator as a process of its own: takes `LoadJob`s as messages, answers each with a `LoadResult`. */
import { Pool, type Dispatcher } from 'undici';
import type { LoadJob, LoadResult } from './load.ts';
import { HEADERS, PATH } from './scenarios.ts';
import { percentile } from './statistics.ts';

process.on('message', (job: LoadJob) => {
  void run(job).then(
    (result) => process.send?.({ result }),
    (cause: unknown) => process.send?.({ error: String(cause) }),
  );
});

async function run(job: LoadJob): Promise<LoadResult> {
  const { origin, pathname } = new URL(job.url);
  const pool = new Pool(origin, { connections: job.connections });
  const request: Dispatcher.DispatchOptions = {
    path: (pathname === '/' ? '' : pathname) + PATH,
    method: 'POST',
    headers: HEADERS,
    body: Buffer.from(job.body),
  };
  const latenciesMs: number[] = [];
  const startedAt = performance.now();
  const endsAt = startedAt + job.durationMs;
  const keepCalling = async (): Promise<void> => {
    do latenciesMs.push(await call(pool, request, job.latencyTo));
    while (performance.now() < endsAt);
  };
  try {
    await Promise.all(Array.from({ length: job.connections }, keepCalling));
  } finally {
    await pool.destroy();
  }
  return {
    calls: latenciesMs.length,
    elapsedMs: performance.now() - startedAt,
    p50Ms: percentile(latenciesMs, 50),
    p99Ms: percentile(latenciesMs, 99),
  };
}

/** One call; answers its latency in milliseconds. */
function call(
  pool: Pool,
  request: Dispatcher.DispatchOptions,
  latencyTo: LoadJob['latencyTo'],
): Promise<number> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    let status = 0;
    let firstByteAt: number | undefined;
    pool.dispatch(request, {
      onRequestStart() {
        // Nothing to prepare.
      },
      onResponseStart(_controller, statusCode) {
        status = statusCode;
      },
      onResponseData() {
        firstByteAt ??= performance.now();
      },
      onResponseEnd() {
        if (status === 200) {
          resolve(((latencyTo === 'first byte' ? firstByteAt : undefined) ?? performance.now()) - startedAt);
        } else reject(new Error(`${request.path} was answered with status ${status}`));
      },
      onResponseError(_controller, cause) {
        reject(cause);
      },
    });
  });
}
