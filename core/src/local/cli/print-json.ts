import type { Cli } from './cli.ts';

/** For `--json`: one document, indented, with a line end. */
export function printJson(cli: Pick<Cli, 'stdout'>, value: object): void {
  cli.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}
