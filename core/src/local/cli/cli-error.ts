/** Exit codes: 0 done, 1 could not be done, 2 the command line itself is wrong. */
export type FailureCode = 1 | 2;

/** Ends a command with one line on stderr that says what is wrong and what to do. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: FailureCode;

  constructor(message: string, options: { readonly exitCode?: FailureCode; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.exitCode = options.exitCode ?? 1;
  }
}
