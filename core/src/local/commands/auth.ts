import { Command, Option } from 'commander';
import type { LoginOptions } from '../cli/auth-login.ts';
import type { StatusOptions } from '../cli/auth-account.ts';
import type { Cli } from '../cli/cli.ts';
import { wholeNumber } from '../cli/whole-number.ts';

export function authCommand(cli: Cli): Command {
  const auth = new Command('auth')
    .description('who you are to the team and to the clouds')
    .helpCommand(false);
  const provider = (): Option =>
    new Option('--provider <cloud>', 'whose sign-in').choices(['gcp', 'aws']).default('gcp');
  const profile = (): Option => new Option('--profile <name>', 'with --provider aws: the profile of AWS');
  auth
    .command('login')
    .description('sign in')
    .addOption(provider())
    .addOption(profile())
    .option('--no-browser', 'print the address instead of opening it')
    .option(
      '--client-id-file <path>',
      "the file of your organization's OAuth client, as Google has it for download",
    )
    .option(
      '--timeout <seconds>',
      'how long to wait for the browser',
      wholeNumber({ min: 1, max: 3600 }),
      300,
    )
    .action(async (options: LoginOptions) => {
      const { login } = await import('../cli/auth-login.ts');
      await login(cli, options);
    });
  auth
    .command('status')
    .description('say who is signed in, how, and until when')
    .addOption(provider())
    .addOption(profile())
    .option('--json', 'print JSON')
    .action(async (options: StatusOptions) => {
      const { showAuthStatus } = await import('../cli/auth-account.ts');
      await showAuthStatus(cli, options);
    });
  auth
    .command('token')
    .description('print a token, as the daemon sends it')
    .addOption(
      new Option(
        '--type <kind>',
        'which; without it the one that the team server reads in Authorization',
      ).choices(['access', 'id', 'iap']),
    )
    .action(async (options: { readonly type?: 'access' | 'id' | 'iap' }) => {
      const { printToken } = await import('../cli/auth-account.ts');
      await printToken(cli, options);
    });
  auth
    .command('logout')
    .description('forget the sign-in, here and at Google')
    .action(async () => {
      const { logout } = await import('../cli/auth-account.ts');
      await logout(cli);
    });
  return auth;
}
