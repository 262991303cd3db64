/** `npm run bench`: what a call costs without a proxy, through a bare one, and through Candela, in one run. */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startFakeProvider } from '../fakes/provider/start.ts';
import { daemonBundle } from './bundle.ts';
import { startChild } from './child.ts';
import { load, measure, type Measurement } from './measure.ts';
import { parseOptions, USAGE, type BenchOptions } from './options.ts';
import { reportOf } from './report.ts';
import { EVENT_INTERVAL_MS, SCENARIOS } from './scenarios.ts';
import { tableOf } from './table.ts';
import { bareProxy, candela, noProxy, type Variant } from './variants.ts';

const LOAD_GENERATOR = fileURLToPath(new URL('load-generator.ts', import.meta.url));

process.exitCode = await main(process.argv.slice(2));

/** Exit codes: 0 done, 2 not an option. What goes wrong while it runs is thrown. */
async function main(args: readonly string[]): Promise<number> {
  let options: BenchOptions;
  try {
    options = parseOptions(args);
  } catch (cause) {
    process.stderr.write(`${(cause as Error).message}\n\n${USAGE}\n`);
    return 2;
  }
  await runBenchmark(options);
  return 0;
}

async function runBenchmark({ daemon, json, ...options }: BenchOptions): Promise<void> {
  await using cleanUp = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'candela-bench-'));
  cleanUp.defer(() => rm(folder, { recursive: true, force: true }));

  const provider = await startFakeProvider({ fixed: { eventIntervalMs: EVENT_INTERVAL_MS } });
  cleanUp.defer(() => provider.stop());
  const generator = startChild(LOAD_GENERATOR);
  cleanUp.defer(() => generator.stop());
  const variants: Variant[] = [];
  for (const start of [
    () => noProxy(provider.url),
    () => bareProxy(provider.url),
    async () => candela(provider.url, daemon ?? (await daemonBundle(folder)), join(folder, 'home')),
  ]) {
    const variant = await start();
    variants.push(variant);
    cleanUp.defer(() => variant.stop());
  }

  const measurements: Measurement[] = [];
  for (const variant of variants) {
    say(`warming up: ${variant.name}`);
    for (const scenario of SCENARIOS) {
      await load(generator, variant, scenario, options.warmUpMs * scenario.timeShare);
    }
  }
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
  say('');
  const machine = { node: process.version, cpus: cpus().length, cpu: cpus()[0]?.model ?? 'unknown' };
  const scenarios = reportOf(measurements);
  const said = json
    ? `${JSON.stringify({ machine, ...options, scenarios }, undefined, 2)}\n`
    : `Node ${machine.node}, ${machine.cpus} × ${machine.cpu}; ` +
      `median (least–greatest) of ${options.rounds} rounds\n\n${tableOf(scenarios)}`;
  process.stdout.write(said);
}

/** Progress: one line that is overwritten on a terminal. */
function say(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
  else if (text !== '') process.stderr.write(`${text}\n`);
}
