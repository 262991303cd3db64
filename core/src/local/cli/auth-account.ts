import { awsAccount } from '../sign-in/aws-account.ts';
import {
  googleAccount,
  googleToken,
  signOut,
  TokenError,
  type TokenKind,
} from '../sign-in/google-account.ts';
import { loadLocalConfig, type LocalConfig } from '../local-config.ts';
import { configured } from './auth-login.ts';
import { CliError } from './cli-error.ts';
import type { Cli } from './cli.ts';
import { printJson } from './print-json.ts';
import { printFields } from './print-table.ts';

export interface StatusOptions {
  readonly provider: 'gcp' | 'aws';
  readonly profile?: string;
  readonly json?: boolean;
}

/** `candela auth status`: exit code 1 if nobody is signed in. */
export async function showAuthStatus(cli: Cli, options: StatusOptions): Promise<void> {
  const config = configured(() => loadLocalConfig(cli.env));
  const status =
    options.provider === 'aws' ? await awsStatus(cli, config, options) : await googleStatus(config);
  if (!status.signed_in) cli.exitWith(1);
  if (options.json) {
    printJson(cli, status);
    return;
  }
  if (!status.signed_in) {
    cli.stdout.write(`not signed in: ${status.problem}\n`);
    return;
  }
  const fields: readonly (readonly [label: string, value: string | undefined])[] = [
    ['signed in', status.account ?? 'yes, as whom the credentials do not say'],
    ['by', SOURCES[status.source]],
    ['kept in', status.file],
    ['token until', status.expires_at],
    ['sent to', status.remote],
    ['as', status.sends && SENDS[status.sends]],
  ];
  printFields(
    cli,
    fields.flatMap(([label, value]) => (value === undefined ? [] : [[label, value] as const])),
  );
}

const SOURCES = {
  candela: '`candela auth login`',
  adc: 'Application Default Credentials',
  'aws-credential-chain': "AWS's own credentials",
} as const;

const SENDS = {
  none: 'nobody: a server on this machine is not told',
  'id-token': 'an ID token in Authorization',
  iap: "a service account's ID token for IAP, and your access token in X-Candela-Auth",
} as const;

/** Of `--json`; never a token. */
type AuthStatus =
  | {
      readonly provider: 'gcp' | 'aws';
      readonly signed_in: true;
      readonly account?: string;
      readonly source: keyof typeof SOURCES;
      readonly file?: string;
      /** Of the present token, which is renewed by itself. */
      readonly expires_at?: string;
      readonly remote?: string;
      readonly sends?: keyof typeof SENDS;
    }
  | { readonly provider: 'gcp' | 'aws'; readonly signed_in: false; readonly problem: string };

async function googleStatus({ home, remote, identity }: LocalConfig): Promise<AuthStatus> {
  const account = await googleAccount(home);
  if (!account.isSignedIn) return { provider: 'gcp', signed_in: false, problem: account.failure.message };
  return {
    ...{ provider: 'gcp', signed_in: true },
    ...(account.account !== undefined && { account: account.account }),
    source: account.source,
    ...(account.path !== undefined && { file: account.path }),
    expires_at: new Date(account.expiresAtUnixMs).toISOString(),
    ...(remote !== undefined && { remote, sends: identity.kind }),
  };
}

async function awsStatus(cli: Cli, { aws }: LocalConfig, options: StatusOptions): Promise<AuthStatus> {
  const profile = options.profile ?? aws?.profile;
  const account = await awsAccount({ region: aws?.region, profile, env: cli.env });
  return account.isSignedIn
    ? { provider: 'aws', signed_in: true, account: account.arn, source: 'aws-credential-chain' }
    : {
        provider: 'aws',
        signed_in: false,
        problem: `${account.problem}: run \`candela auth login --provider aws\``,
      };
}

/** `candela auth token`: prints what the daemon sends, for a script to send. */
export async function printToken(cli: Cli, options: { readonly type?: TokenKind }): Promise<void> {
  const { home, identity } = configured(() => loadLocalConfig(cli.env));
  const kind = options.type ?? (identity.kind === 'id-token' ? 'id' : 'access');
  try {
    const token = await googleToken(home, kind, identity);
    if (cli.stdout.isTTY) {
      cli.stderr.write(
        'candela: whoever has this token is you until it ends: do not paste it anywhere public\n',
      );
    }
    cli.stdout.write(`${token}\n`);
  } catch (cause) {
    if (cause instanceof TokenError) throw new CliError(cause.message);
    throw cause;
  }
}

/** `candela auth logout` */
export async function logout(cli: Cli): Promise<void> {
  const { home } = configured(() => loadLocalConfig(cli.env));
  const outcome = await signOut(home);
  cli.stdout.write(`${LOGOUTS[outcome]}\n`);
}

const LOGOUTS = {
  none: 'nobody had signed in with `candela auth login`',
  revoked: 'signed out; Application Default Credentials, if this machine has any, are used from now on',
  kept: 'signed out here, but Google could not be told: remove the access at https://myaccount.google.com/connections',
} as const;
