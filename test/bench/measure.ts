import type { Child } from './child.ts';
import type { LoadJob, LoadResult } from './load.ts';
import type { Scenario } from './scenarios.ts';
import type { Variant, VariantName } from './variants.ts';

/** One variant under one scenario, once. */
export interface Measurement extends LoadResult {
  readonly scenario: string;
  readonly variant: VariantName;
  readonly round: number;
  /** CPU time of the process in between, user and system, all threads. */
  readonly cpuUsPerCall: number | undefined;
}

/** Puts a variant under a scenario's load for a time. */
export async function load(generator: Child, variant: Variant, scenario: Scenario, durationMs: number) {
  const { connections, body, latencyTo } = scenario;
  const job: LoadJob = { url: variant.url, connections, body, latencyTo, durationMs };
  return (await generator.ask(job)) as LoadResult;
}

export async function measure(
  generator: Child,
  variant: Variant,
  scenario: Scenario,
  turn: { readonly round: number; readonly durationMs: number },
): Promise<Measurement> {
  const before = await variant.cpuUs();
  const result = await load(generator, variant, scenario, turn.durationMs);
  const after = await variant.cpuUs();
  return {
    ...result,
    scenario: scenario.name,
    variant: variant.name,
    round: turn.round,
    cpuUsPerCall: before === undefined || after === undefined ? undefined : (after - before) / result.calls,
  };
}
