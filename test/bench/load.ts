import type { Scenario } from './scenarios.ts';

/** What the load generator is told to do. */
export interface LoadJob extends Pick<Scenario, 'connections' | 'body' | 'latencyTo'> {
  /** Base address without a slash at its end. */
  readonly url: string;
  /** No call begins later, but for each connection's first. */
  readonly durationMs: number;
}

/** What it answers. */
export interface LoadResult {
  /** Calls that ended with status 200. */
  readonly calls: number;
  readonly elapsedMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}
