import { Command } from 'commander';
import type { Cli } from '../cli/cli.ts';

interface McpOptions {
  readonly daemonUrl?: string;
  readonly start: boolean;
}

export function mcpCommand(cli: Cli): Command {
  return new Command('mcp')
    .description('serve an agent on standard input and output (MCP): spend, recent traces, annotations')
    .option('--daemon-url <url>', 'ask the gateway at this address, which is then never started')
    .option('--no-start', 'start no gateway where none answers')
    .action(async ({ daemonUrl, start }: McpOptions) => {
      const { runMcp } = await import('../../bridge/index.ts');
      const host = { ...cli, daemonScriptPath: cli.scriptPath };
      cli.exitWith(await runMcp(host, { autoStart: start, ...(daemonUrl !== undefined && { daemonUrl }) }));
    });
}
