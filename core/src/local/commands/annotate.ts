import { Command, InvalidArgumentError, Option } from 'commander';
import type { AnnotateOptions } from '../cli/annotate-trace.ts';
import type { Cli } from '../cli/cli.ts';

export function annotateCommand(cli: Cli): Command {
  return new Command('annotate')
    .description('say of a trace how it went')
    .argument('[trace]', 'the id of a trace, as `candela traces` lists it')
    .option('--last', 'the newest trace')
    .addOption(new Option('--outcome <outcome>', 'how it went').choices(['good', 'bad']))
    .option('--score <0…1>', 'with --outcome: how well; default 1 for good, 0 for bad', score)
    .option('--label <text>', 'a label')
    .option('--metric <name=value>', 'a figure', metric)
    .option('--comment <text>', 'in your own words, with any of these')
    .option('-i, --interactive', 'ask for everything')
    .option('--json', 'print JSON')
    .action(async (trace: string | undefined, options: AnnotateOptions) => {
      const { annotate } = await import('../cli/annotate-trace.ts');
      await annotate(cli, trace, options);
    });
}

function score(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1)) {
    throw new InvalidArgumentError('It must be a number from 0 to 1.');
  }
  return value;
}

function metric(text: string): { readonly name: string; readonly value: number } {
  const equals = text.indexOf('=');
  const [name, value] = [text.slice(0, Math.max(0, equals)).trim(), text.slice(equals + 1).trim()];
  if (name === '' || value === '' || !Number.isFinite(Number(value))) {
    throw new InvalidArgumentError('It must be a name and a number, such as tests_passed=12.');
  }
  return { name, value: Number(value) };
}
