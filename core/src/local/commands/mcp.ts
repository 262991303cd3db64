import { Command } from 'commander';
import type { Cli } from '../cli/cli.ts';

export function mcpCommand(cli: Cli): Command {
  return new Command('mcp')
    .description('serve an agent on standard input and output (MCP): spend, recent traces, annotations')
    .action(async () => {
      const { runMcp } = await import('../../bridge/index.ts');
      cli.exitWith(await runMcp({ ...cli, daemonScriptPath: cli.scriptPath }));
    });
}
