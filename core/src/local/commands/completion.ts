import { Argument, Command } from 'commander';
import type { Cli } from '../cli/cli.ts';

export function completionCommand(cli: Cli): Command {
  const command = new Command('completion');
  return command
    .description('print the script that lets a shell complete the commands')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      `
  bash   candela completion bash > ~/.local/share/bash-completion/completions/candela
  zsh    candela completion zsh > "\${fpath[1]}/_candela"
  fish   candela completion fish > ~/.config/fish/completions/candela.fish`,
    )
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const { completionScript } = await import('../cli/completion-script.ts');
      cli.stdout.write(completionScript(shell, command.parent ?? command));
    });
}
