import type { Cli } from './cli.ts';
import { CliError } from './cli-error.ts';
import { formatBytes } from '../format-bytes.ts';
import { printJson } from './print-json.ts';
import { printTable, printable } from './print-table.ts';
import { runtimeApi, type ModelJson, type PullJson, type RuntimeJson } from './runtime-api.ts';
import { watchPull } from './watch-pull.ts';

interface Output {
  readonly json: boolean;
}

/** Starts or stops the runtime, and says how it is then; exit code 1 if that is not what was wanted. */
export async function moveRuntime(
  cli: Cli,
  move:
    | { readonly to: 'start'; readonly backend?: string | undefined; readonly model?: string | undefined }
    | { readonly to: 'stop' },
  { json }: Output,
): Promise<void> {
  const { to, ...body } = move;
  const api = await runtimeApi(cli);
  const { runtime } = await api.post<{ runtime: RuntimeJson }>(to, body);
  show(cli, runtime, { json });
}

/** How the runtime is; exit code 1 if it does not run. */
export async function showRuntime(cli: Cli, { json }: Output): Promise<void> {
  const api = await runtimeApi(cli);
  const { runtime } = await api.get<{ runtime: RuntimeJson }>('models');
  show(cli, runtime, { json });
  if (runtime.state !== 'running') cli.exitWith(1);
}

export async function listRuntimeModels(cli: Cli, { json }: Output): Promise<void> {
  const api = await runtimeApi(cli);
  const { runtime, models } = await api.get<{ runtime: RuntimeJson; models: readonly ModelJson[] }>('models');
  if (runtime.state !== 'running') {
    throw new CliError(
      `${runtime.error ?? `${runtime.backend} does not run`}: start it with \`candela runtime start\``,
    );
  }
  if (json) return printJson(cli, models);
  if (models.length === 0) return void cli.stdout.write('no models yet: `candela runtime pull <model>`\n');
  printTable(
    cli,
    [
      { title: 'model' },
      { title: 'size', align: 'right' },
      { title: 'parameters', align: 'right' },
      { title: 'quantization' },
      { title: 'state' },
    ],
    models.map(({ id, size_bytes: size, parameters, quantization, loaded }) => [
      ...[id, size === 0 ? '' : formatBytes(size), parameters, quantization],
      loaded ? 'in memory' : 'on disk',
    ]),
  );
}

export async function pullModel(
  cli: Cli,
  model: string,
  options: Output & { readonly isDetached: boolean },
): Promise<void> {
  const api = await runtimeApi(cli);
  const { pull } = await api.post<{ pull: PullJson }>('pull', { model });
  if (!options.isDetached) return watchPull(cli, api, pull, options);
  if (options.json) printJson(cli, pull);
  else cli.stdout.write(`${printable(pull.model)} is being downloaded\n`);
}

/** What takes a model and has nothing to say but that it is done. */
export async function actOnModel(
  cli: Cli,
  action: 'pull/cancel' | 'load' | 'unload' | 'delete',
  model: string,
  { json }: Output,
): Promise<void> {
  const api = await runtimeApi(cli);
  const answer = await api.post<{ readonly state?: string }>(action, { model });
  if (json) return printJson(cli, { model, ...answer });
  cli.stdout.write(`${printable(model)}: ${answer.state ?? DONE[action]}\n`);
}

/** Whoever calls has made sure that it is meant. */
export async function resetRuntimeState(cli: Cli, { json }: Output): Promise<void> {
  const api = await runtimeApi(cli);
  await api.post('reset', { confirm: true });
  if (json) return printJson(cli, { reset: true });
  cli.stdout.write('forgotten: past downloads, pins, and which runtime was started last\n');
}

const DONE = { 'pull/cancel': 'cancelled', load: 'loaded', unload: 'unloaded', delete: 'deleted' } as const;

function show(cli: Cli, runtime: RuntimeJson, { json }: Output): void {
  if (runtime.state === 'error') cli.exitWith(1);
  if (json) return printJson(cli, runtime);
  const { backend, state, endpoint, error } = runtime;
  cli.stdout.write(
    `${backend}: ${state} at ${endpoint}${error === undefined ? '' : `\n${printable(error)}`}\n`,
  );
}
