import { Command } from 'commander';
import type { Cli } from '../cli/cli.ts';

interface Output {
  readonly json?: boolean;
}

type ModelAction = readonly [name: string, action: 'pull/cancel' | 'load' | 'unload', description: string];

const MODEL_ACTIONS: readonly ModelAction[] = [
  ['cancel', 'pull/cancel', 'stop a download; what has come is kept'],
  ['load', 'load', 'bring a model into memory'],
  ['unload', 'unload', 'take a model out of memory'],
];

/** `candela runtime …`: the model runtime of this machine, by way of the daemon. */
export function runtimeCommand(cli: Cli): Command {
  const move = () => import('../cli/move-runtime.ts');
  const asked = ({ json = false }: Output): { readonly json: boolean } => ({ json });
  const runtime = new Command('runtime').description(
    'start Ollama, vLLM or LM Studio, and handle their models',
  );

  runtime
    .command('start')
    .description('start the runtime, or take one that runs into use')
    .argument('[backend]', 'ollama, vllm or lmstudio; default: the one in use')
    .option('-m, --model <model>', 'what vLLM shall serve')
    .option('--json', 'print JSON')
    .action(
      async (backend: string | undefined, { model, ...options }: Output & { readonly model?: string }) => {
        const { moveRuntime } = await move();
        await moveRuntime(cli, { to: 'start', backend, model }, asked(options));
      },
    );
  runtime
    .command('stop')
    .description('stop the runtime, if Candela has started it')
    .option('--json', 'print JSON')
    .action(async (options: Output) => (await move()).moveRuntime(cli, { to: 'stop' }, asked(options)));
  runtime
    .command('status')
    .description('say how the runtime is')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExit code: 0 if it runs, 1 if it does not.')
    .action(async (options: Output) => (await move()).showRuntime(cli, asked(options)));
  runtime
    .command('models')
    .description('list the models that the runtime has')
    .option('--json', 'print JSON')
    .action(async (options: Output) => (await move()).listRuntimeModels(cli, asked(options)));
  runtime
    .command('pull')
    .description('download a model, or the rest of it')
    .argument('<model>')
    .option('-d, --detach', 'do not wait for it')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nCtrl-C leaves the download to go on; `candela runtime cancel` stops it.')
    .action(async (model: string, { detach = false, ...options }: Output & { readonly detach?: boolean }) => {
      const { pullModel } = await move();
      await pullModel(cli, model, { ...asked(options), isDetached: detach });
    });
  for (const [name, action, description] of MODEL_ACTIONS) {
    runtime
      .command(name)
      .description(description)
      .argument('<model>')
      .option('--json', 'print JSON')
      .action(async (model: string, options: Output) =>
        (await move()).actOnModel(cli, action, model, asked(options)),
      );
  }
  runtime
    .command('rm')
    .description('delete a model from the disk')
    .argument('<model>')
    .requiredOption('-y, --yes', 'really delete it')
    .option('--json', 'print JSON')
    .action(async (model: string, options: Output) =>
      (await move()).actOnModel(cli, 'delete', model, asked(options)),
    );
  runtime
    .command('reset')
    .description('forget past downloads, pins, and which runtime was started last')
    .requiredOption('-y, --yes', 'really forget them')
    .option('--json', 'print JSON')
    .action(async (options: Output) => (await move()).resetRuntimeState(cli, asked(options)));
  return runtime;
}
