import { setTimeout as delay } from 'node:timers/promises';
import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';
import { printJson } from './print-json.ts';
import { printable } from './print-table.ts';
import type { PullJson, RuntimeApi } from './runtime-api.ts';
import { formatBytes } from '../format-bytes.ts';

const LOOK_EVERY_MS = 300;
const BAR_WIDTH = 24;

/**
 * Shows a download until it is over: a bar that moves on a terminal, one line at the end elsewhere. Whoever breaks
 * this off leaves the download to go on.
 *
 * @throws CliError if it fails
 */
export async function watchPull(
  cli: Cli,
  api: RuntimeApi,
  started: PullJson,
  options: { readonly json: boolean },
): Promise<void> {
  const isShown = cli.stdout.isTTY && !options.json;
  let pull = started;
  while (pull.state === 'pulling') {
    if (isShown) cli.stdout.write(`\r${barOf(pull)}\u001B[K`);
    await delay(LOOK_EVERY_MS);
    const { pulls } = await api.get<{ pulls: readonly PullJson[] }>('pulls');
    const found = pulls.find((one) => one.model === started.model && one.backend === started.backend);
    if (found === undefined)
      throw new CliError(`nothing is known any more of the download of ${started.model}`);
    pull = found;
  }
  if (isShown) cli.stdout.write('\r\u001B[K');
  if (pull.state === 'failed') throw new CliError(printable(pull.error ?? 'the download failed'));
  if (options.json) printJson(cli, pull);
  else cli.stdout.write(`${printable(pull.model)}: ${pull.state}, ${formatBytes(pull.completed_bytes)}\n`);
  if (pull.state !== 'done') cli.exitWith(1);
}

function barOf({ model, percent, completed_bytes: completed, total_bytes: total }: PullJson): string {
  const filled = Math.round((BAR_WIDTH * percent) / 100);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
  const amount = total === 0 ? '' : ` ${formatBytes(completed)} of ${formatBytes(total)}`;
  return `${printable(model)} ${bar} ${String(percent).padStart(3)} %${amount}`;
}
