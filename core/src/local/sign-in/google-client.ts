import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigError } from '../../config/parse-config.ts';
import type { Env } from '../../config/environment.ts';

/**
 * The OAuth client that a person signs in with: an organization's own, of the type "Desktop app". Its secret is no
 * secret from who has the program: https://developers.google.com/identity/protocols/oauth2/native-app
 */
export interface GoogleClient {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where the browser is sent; Google's if it is absent. */
  readonly authUri?: string;
  readonly tokenUri?: string;
}

export const GOOGLE_TOKEN_URI = 'https://oauth2.googleapis.com/token';

/** The environment goes before the file. @throws ConfigError */
export function googleClientFrom(
  env: Env,
  file: { readonly google_client_id: string; readonly google_client_secret: string } | undefined,
): GoogleClient | undefined {
  const clientId = env['CANDELA_GOOGLE_CLIENT_ID'] || file?.google_client_id;
  if (!clientId) return undefined;
  const clientSecret = env['CANDELA_GOOGLE_CLIENT_SECRET'] || file?.google_client_secret;
  if (!clientSecret) {
    throw new ConfigError('CANDELA_GOOGLE_CLIENT_ID: set CANDELA_GOOGLE_CLIENT_SECRET, too');
  }
  return { clientId, clientSecret };
}

/** Tokens go there, so it is encrypted, or does not leave this machine. */
const endpoint = z
  .url()
  .refine(
    (text) => /^https:\/\/|^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?\//.test(text),
    'must be an https:// address',
  );

const fileSchema = z.object({
  installed: z.object({
    client_id: z.string().min(1),
    client_secret: z.string().min(1),
    auth_uri: endpoint.optional(),
    token_uri: endpoint.optional(),
  }),
});

/** Reads the file that Google's console has for download beside a client. @throws ConfigError */
export function googleClientIn(path: string): GoogleClient {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'it is no JSON';
    throw new ConfigError(`cannot read the OAuth client ${path}: ${reason}`, { cause });
  }
  const read = fileSchema.safeParse(json);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new ConfigError(
      `${path}: ${issue?.path.join('.')}: not the file of an OAuth client of the type "Desktop app"`,
    );
  }
  const { client_id: clientId, client_secret: clientSecret, auth_uri, token_uri } = read.data.installed;
  return {
    ...{ clientId, clientSecret },
    ...(auth_uri !== undefined && { authUri: auth_uri }),
    ...(token_uri !== undefined && { tokenUri: token_uri }),
  };
}
