import { join } from 'node:path';
import { startFakeProvider } from '../fakes/provider/start.ts';
import type { BenchParts } from './load-benchmark.ts';
import { measureMemory, type MemoryMeasurement, type MemoryScenario } from './memory.ts';
import { textTable } from './table.ts';
import { bareProxy, candela } from './variants.ts';

const MIB = 1024 * 1024;

/** Each scenario once through each proxy, both started for it: what was held before would hide what is held now. */
export async function measureAllMemory(
  scenarios: readonly MemoryScenario[],
  { generator, script, folder, say }: BenchParts,
): Promise<readonly MemoryMeasurement[]> {
  const measurements: MemoryMeasurement[] = [];
  for (const scenario of scenarios) {
    await using cleanUp = new AsyncDisposableStack();
    const provider = await startFakeProvider({ fixed: scenario.answers });
    cleanUp.defer(() => provider.stop());
    for (const start of [
      () => bareProxy(provider.url),
      () => candela(provider.url, script, join(folder, scenario.name)),
    ]) {
      const variant = await start();
      cleanUp.defer(() => variant.stop());
      say(`memory: ${scenario.name}, ${variant.name}`);
      measurements.push(await measureMemory(generator, variant, scenario));
    }
  }
  return measurements;
}

/** One block a scenario. */
export function memoryBlocks(
  scenarios: readonly MemoryScenario[],
  measurements: readonly MemoryMeasurement[],
): readonly string[] {
  return scenarios.map(({ name, what }) => {
    const rows = measurements
      .filter(({ scenario }) => scenario === name)
      .map(({ variant, atRest, atMost }) => [
        variant,
        ...[atRest, atMost, atMost - atRest].map((bytes) => (bytes / MIB).toFixed(0)),
      ]);
    return `${name}: ${what}\n${textTable([['', 'MiB before', 'MiB at most', 'grew by'], ...rows])}`;
  });
}
