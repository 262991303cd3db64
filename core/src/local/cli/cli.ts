import type { Command } from 'commander';

/** What a command may touch of the process it runs in. */
export interface Cli {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** This program, for the daemon that is started from it. */
  readonly scriptPath: string;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Ends with this code once the command is through, although nothing failed. */
  exitWith(code: number): void;
}

/**
 * Makes one command, with its options and its `--help`. A command's own file imports nothing heavy: what its action
 * needs it loads with `import()` there, so that no command waits for the modules of another.
 */
export type CommandFactory = (cli: Cli) => Command;
