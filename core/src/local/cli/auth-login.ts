import { ConfigError } from '../../config/parse-config.ts';
import { loadLocalConfig, type LocalConfig } from '../local-config.ts';
import { awsAccount } from '../sign-in/aws-account.ts';
import { credentialsPath, writeCredentials } from '../sign-in/credentials-file.ts';
import { googleAccount } from '../sign-in/google-account.ts';
import { googleClientIn, type GoogleClient } from '../sign-in/google-client.ts';
import { SignInError, signInWithGoogle } from '../sign-in/google-sign-in.ts';
import { openBrowser } from '../sign-in/open-browser.ts';
import { CliError } from './cli-error.ts';
import type { Cli } from './cli.ts';

export interface LoginOptions {
  readonly provider: 'gcp' | 'aws';
  readonly browser: boolean;
  readonly clientIdFile?: string;
  readonly profile?: string;
  readonly timeout: number;
}

/** `candela auth login` */
export async function login(cli: Cli, options: LoginOptions): Promise<void> {
  const { config, client } = configured(() => {
    const loaded = loadLocalConfig(cli.env);
    const { clientIdFile } = options;
    return {
      config: loaded,
      client: clientIdFile === undefined ? loaded.googleClient : googleClientIn(clientIdFile),
    };
  });
  if (options.provider === 'aws') return loginToAws(cli, config, options);
  if (client === undefined) return useWhatIsThere(cli, config);
  return signIn(cli, { config, client, options });
}

/** What the reader of a configuration says is wrong with it, for the command line. @throws CliError */
export function configured<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof ConfigError) throw new CliError(cause.message, { cause });
    throw cause;
  }
}

async function signIn(
  cli: Cli,
  parts: { readonly config: LocalConfig; readonly client: GoogleClient; readonly options: LoginOptions },
): Promise<void> {
  const { home } = parts.config;
  const { browser, timeout } = parts.options;
  const show = async (url: string): Promise<void> => {
    const isOpen = browser && (await openBrowser(url));
    cli.stderr.write(
      isOpen
        ? `Sign in with Google in the browser that opens now. If none does, go to:\n\n${url}\n\n`
        : `Go to this address, in a browser on this machine, and sign in with Google:\n\n${url}\n\n`,
    );
  };
  try {
    const credentials = await signInWithGoogle({
      ...{ client: parts.client, show, timeoutMs: timeout * 1000 },
      onStray: () => void cli.stderr.write('An answer to another sign-in came in, and was passed over.\n'),
    });
    await writeCredentials(home, credentials);
    const who = credentials.account === undefined ? '' : ` as ${credentials.account}`;
    cli.stdout.write(`signed in${who}; kept in ${credentialsPath(home)}\n`);
  } catch (cause) {
    if (cause instanceof SignInError) throw new CliError(cause.message);
    throw cause;
  }
}

/** No client of Google's comes with Candela: a sign-in is between a person and their own organization. */
async function useWhatIsThere(cli: Cli, { home }: LocalConfig): Promise<void> {
  const account = await googleAccount(home);
  if (account.isSignedIn) {
    const who = account.account === undefined ? '' : `, of ${account.account}`;
    const whose =
      account.source === 'candela'
        ? 'An earlier sign-in works'
        : 'Application Default Credentials of this machine work';
    cli.stdout.write(
      `No OAuth client is configured, so there is no sign-in in the browser. ${whose}${who}, and Candela uses them.\n`,
    );
    return;
  }
  throw new CliError(
    'no OAuth client is configured to sign in with, and no credentials work on this machine:' +
      ' run `gcloud auth application-default login`, which Candela then uses;' +
      ' or set auth.google_client_id and auth.google_client_secret in the configuration;' +
      ' or pass --client-id-file with the file of a client of the type "Desktop app"',
  );
}

/** AWS has a sign-in of its own, whose credentials Candela finds. */
async function loginToAws(cli: Cli, { aws }: LocalConfig, options: LoginOptions): Promise<void> {
  const profile = options.profile ?? aws?.profile;
  const account = await awsAccount({ region: aws?.region, profile, env: cli.env });
  if (account.isSignedIn) {
    cli.stdout.write(`signed in to AWS as ${account.arn}; Candela uses these credentials\n`);
    return;
  }
  const flag = profile === undefined ? '' : ` --profile ${profile}`;
  throw new CliError(
    `${account.problem}: run \`aws sso login${flag}\` (after \`aws configure sso${flag}\`, the first time), then this again`,
  );
}
