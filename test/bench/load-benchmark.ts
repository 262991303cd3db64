import { join } from 'node:path';
import { startFakeProvider } from '../fakes/provider/start.ts';
import type { Child } from './child.ts';
import { load, measure, type Measurement } from './measure.ts';
import type { BenchOptions } from './options.ts';
import { EVENT_INTERVAL_MS, SCENARIOS } from './scenarios.ts';
import { bareProxy, candela, noProxy, type Variant } from './variants.ts';

/** What every part of the benchmark needs. */
export interface BenchParts {
  readonly generator: Child;
  /** The daemon's. */
  readonly script: string;
  /** For what is kept while it runs. */
  readonly folder: string;
  /** Shows how far it is. */
  readonly say: (text: string) => void;
}

/** CPU time and latency of each variant under each kind of load, so many rounds. */
export async function measureLoad(
  options: BenchParts & Pick<BenchOptions, 'rounds' | 'measureMs' | 'warmUpMs'>,
): Promise<readonly Measurement[]> {
  const { generator, script, folder, say } = options;
  await using cleanUp = new AsyncDisposableStack();
  const provider = await startFakeProvider({ fixed: { eventIntervalMs: EVENT_INTERVAL_MS } });
  cleanUp.defer(() => provider.stop());
  const variants: Variant[] = [];
  for (const start of [
    () => noProxy(provider.url),
    () => bareProxy(provider.url),
    () => candela(provider.url, script, join(folder, 'load')),
  ]) {
    const variant = await start();
    variants.push(variant);
    cleanUp.defer(() => variant.stop());
  }
  for (const variant of variants) {
    say(`warming up: ${variant.name}`);
    for (const scenario of SCENARIOS) {
      await load(generator, variant, scenario, options.warmUpMs * scenario.timeShare);
    }
  }
  const measurements: Measurement[] = [];
  for (let round = 1; round <= options.rounds; round++) {
    for (const scenario of SCENARIOS) {
      // Taking turns spreads whatever else the machine does over all of them.
      for (const variant of variants) {
        say(`round ${round} of ${options.rounds}: ${scenario.name}, ${variant.name}`);
        const turn = { round, durationMs: options.measureMs * scenario.timeShare };
        measurements.push(await measure(generator, variant, scenario, turn));
      }
    }
  }
  return measurements;
}
