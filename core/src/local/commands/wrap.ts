import { Command } from 'commander';
import type { Cli } from '../cli/cli.ts';

export function wrapCommand(cli: Cli): Command {
  return new Command('wrap')
    .description('run a terminal agent through the gateway, its calls labelled with repository and branch')
    .usage('[options] -- <command> [args...]')
    .argument('<command>', 'the program, such as claude, codex, gemini, opencode or aider')
    .argument('[args...]', 'what it is given')
    .passThroughOptions()
    .addHelpText(
      'after',
      `
The program gets OPENAI_BASE_URL, OPENAI_API_BASE, ANTHROPIC_BASE_URL and GOOGLE_GEMINI_BASE_URL; codex and opencode,
which read their own settings instead, get those. Starts the gateway if none runs. Ends with the program's exit code.
Without labels: \`labels: false\` in the configuration, or CANDELA_LABELS=off.`,
    )
    .action(async (command: string, args: readonly string[]) => {
      const { wrapAgent } = await import('../cli/wrap-agent.ts');
      cli.exitWith(await wrapAgent(cli, command, args));
    });
}
