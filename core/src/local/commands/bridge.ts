import { Command } from 'commander';
import type { Cli } from '../cli/cli.ts';

export function bridgeCommand(cli: Cli): Command {
  return new Command('bridge')
    .description(
      'serve an editor on standard input and output (LSP), for those that have no extension of ours',
    )
    .option('--client <name>', 'the editor, e.g. zed or jetbrains', 'unknown')
    .option('--ndjson', 'one JSON message a line instead of LSP headers')
    .option('--stdio', 'what editors add by habit; there is no other way')
    .action(async (options: { readonly client: string; readonly ndjson?: boolean }) => {
      const { runBridge } = await import('../../bridge/index.ts');
      const framing = options.ndjson ? 'ndjson' : 'lsp';
      cli.exitWith(
        await runBridge({ ...cli, daemonScriptPath: cli.scriptPath }, { client: options.client, framing }),
      );
    });
}
