/** `npm run bench`: what a call costs without a proxy, through a bare one, and through Candela, in one run. */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { daemonBundle } from './bundle.ts';
import { startChild } from './child.ts';
import { gatesBlocks, measureGates } from './gates.ts';
import { measureLoad } from './load-benchmark.ts';
import { memoryScenarios } from './memory.ts';
import { measureAllMemory, memoryBlocks } from './memory-benchmark.ts';
import { parseOptions, USAGE, type BenchOptions, type BenchPart } from './options.ts';
import { loadBlocks } from './load-table.ts';
import { reportOf } from './report.ts';

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
  const script = daemon ?? (await daemonBundle(folder));
  const generator = startChild(LOAD_GENERATOR);
  cleanUp.defer(() => generator.stop());

  const parts = { generator, script, folder, say };
  const wants = (part: BenchPart): boolean => options.parts.includes(part);
  const scenarios = wants('load') ? reportOf(await measureLoad({ ...parts, ...options })) : [];
  const memoryCases = wants('memory') ? memoryScenarios(options.scale) : [];
  const memory = await measureAllMemory(memoryCases, parts);
  say('the gates, each by itself');
  const gates = wants('gates') ? await measureGates(join(folder, 'gates'), options.scale) : [];
  say('');
  const machine = { node: process.version, cpus: cpus().length, cpu: cpus()[0]?.model ?? 'unknown' };
  const said = json
    ? `${JSON.stringify({ machine, ...options, scenarios, memory, gates }, undefined, 2)}\n`
    : [
        `Node ${machine.node}, ${machine.cpus} × ${machine.cpu}; ` +
          `median (least–greatest) of ${options.rounds} rounds\n`,
        ...loadBlocks(scenarios),
        ...memoryBlocks(memoryCases, memory),
        ...gatesBlocks(gates),
      ].join('\n');
  process.stdout.write(said);
}

/** Progress: one line that is overwritten on a terminal. */
function say(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
  else if (text !== '') process.stderr.write(`${text}\n`);
}
