import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * `$CANDELA_HOME/credentials.json`: what `candela auth login` has got, in the form in which gcloud keeps Application
 * Default Credentials of a person, with the address of the token endpoint as Google's Python library writes it.
 */
const schema = z.object({
  type: z.literal('authorized_user'),
  client_id: z.string().min(1),
  client_secret: z.string().min(1),
  refresh_token: z.string().min(1),
  token_uri: z.url(),
  account: z.string().optional(),
});

export type StoredCredentials = z.infer<typeof schema>;

/** The file is there, and is not what it should be. */
export class CredentialsFileError extends Error {
  override readonly name = 'CredentialsFileError';
}

export function credentialsPath(home: string): string {
  return join(home, 'credentials.json');
}

/** `undefined` if nobody has signed in. @throws CredentialsFileError */
export async function readCredentials(home: string): Promise<StoredCredentials | undefined> {
  const path = credentialsPath(home);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new CredentialsFileError(`cannot read ${path}: ${(cause as NodeJS.ErrnoException).code}`, {
      cause,
    });
  }
  const read = schema.safeParse(parsed(text));
  if (read.success) return read.data;
  // Neither the text nor the validator's words: both may hold the secret.
  throw new CredentialsFileError(`${path} is damaged: run \`candela auth login\` again`);
}

/** Replaces the file in one step, so that a reader has the old one or the new one. Only its owner may read it. */
export async function writeCredentials(home: string, credentials: StoredCredentials): Promise<void> {
  await mkdir(home, { recursive: true, mode: 0o700 });
  const path = credentialsPath(home);
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(credentials, undefined, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true });
    throw cause;
  }
}

export async function removeCredentials(home: string): Promise<void> {
  await rm(credentialsPath(home), { force: true });
}

/** Another text whenever the file is another one; `''` if there is none. */
export async function credentialsVersion(home: string): Promise<string> {
  try {
    const { ino, mtimeMs, size } = await stat(credentialsPath(home));
    return `${ino}:${mtimeMs}:${size}`;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw cause;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
