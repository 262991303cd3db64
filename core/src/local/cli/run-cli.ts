import { Command, CommanderError } from 'commander';
import { VERSION } from '../../version.ts';
import type { Cli, CommandFactory } from './cli.ts';
import { CliError } from './cli-error.ts';

const ENVIRONMENT = `
Environment: CANDELA_CONFIG, CANDELA_HOME, CANDELA_PORT, CANDELA_LM_STUDIO_PORT, CANDELA_LOG_LEVEL,
CANDELA_LABELS=off (no repository and branch in labels), NO_COLOR`;

/** The whole command line as one tree. */
export function createProgram(cli: Cli, commands: readonly CommandFactory[]): Command {
  const program = new Command('candela')
    .description('Prices, budgets and traces for the language-model calls of this machine.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpCommand('help [command]', 'say how a command is used')
    .showSuggestionAfterError()
    .addHelpText('after', ENVIRONMENT)
    .enablePositionalOptions();
  for (const command of commands) program.addCommand(command(cli));
  for (const command of everyCommand(program)) {
    command
      .helpOption('-h, --help', 'say how it is used')
      .exitOverride()
      .configureOutput({
        writeOut: (text) => cli.stdout.write(text),
        writeErr: (text) => cli.stderr.write(text),
        outputError: (text, write) =>
          write(`${text.replace(/^error: /, 'candela: ')}Try: ${pathOf(command)} --help\n`),
        // Without a terminal a line is as long as it is, so that a script sees the same everywhere.
        getOutHelpWidth: () => cli.stdout.columns ?? 100,
      });
  }
  return program;
}

/** Runs one command line. Resolves with its exit code: 0 done, 1 could not be done, 2 not a command. */
export async function runCli(
  args: readonly string[],
  host: Omit<Cli, 'exitWith'>,
  commands: readonly CommandFactory[],
): Promise<number> {
  let exitCode = 0;
  host.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    // A reader such as `head` that has seen enough is no failure; what else it would have read is dropped.
    if (code === 'EPIPE') return;
    host.stderr.write(`candela: standard output cannot be written to (${code})\n`);
    exitCode = 1;
    // The word may come after the command is through.
    process.exitCode = 1;
  });
  const cli: Cli = { ...host, exitWith: (code) => void (exitCode = code) };
  const program = createProgram(cli, commands);
  if (args.length === 0) {
    program.outputHelp();
    return 0;
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (cause) {
    // Commander has written its message already; help that was asked for is no failure.
    if (cause instanceof CommanderError) return cause.exitCode === 0 ? 0 : 2;
    if (!(cause instanceof CliError)) throw cause;
    cli.stderr.write(`candela: ${cause.message}\n`);
    return cause.exitCode;
  }
}

function everyCommand(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
