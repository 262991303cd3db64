import { request } from 'undici';
import { AwsSigner } from '../../gateway/credentials/aws-signer.ts';
import { Refusal } from '../../gateway/errors.ts';
import { unreachableReason } from '../../gateway/upstream.ts';

/** Whose AWS credentials this machine has. */
export type AwsAccount =
  | { readonly isSignedIn: true; readonly arn: string; readonly accountId: string }
  | { readonly isSignedIn: false; readonly problem: string };

export interface AwsAccountOptions {
  readonly region: string | undefined;
  readonly profile: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const BODY = Buffer.from('Action=GetCallerIdentity&Version=2011-06-15');
const TIMEOUT_MS = 10_000;

/**
 * Asks AWS itself, with the credentials that a call would be signed with:
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export async function awsAccount({ region: given, profile, env }: AwsAccountOptions): Promise<AwsAccount> {
  const region = given ?? (env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || 'us-east-1');
  const endpoint = new URL(env['AWS_ENDPOINT_URL_STS'] || `https://sts.${region}.amazonaws.com`);
  const headers = ['content-type', 'application/x-www-form-urlencoded'];
  try {
    const signer = new AwsSigner('sts', { region, ...(profile !== undefined && { profile }) });
    await signer.sign(endpoint, { path: '/', headers, body: BODY });
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    return { isSignedIn: false, problem: 'there are no AWS credentials that work' };
  }
  let answer;
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const { statusCode, body } = await request(endpoint, { method: 'POST', headers, body: BODY, signal });
    answer = { statusCode, text: await body.text() };
  } catch (cause) {
    return { isSignedIn: false, problem: `AWS could not be asked: ${unreachableReason(cause as Error)}` };
  }
  const { statusCode, text } = answer;
  const [arn, accountId] = [element(text, 'Arn'), element(text, 'Account')];
  if (statusCode === 200 && arn !== undefined && accountId !== undefined) {
    return { isSignedIn: true, arn, accountId };
  }
  return {
    isSignedIn: false,
    problem: `AWS refuses the credentials: ${element(text, 'Code') ?? `HTTP ${statusCode}`}`,
  };
}

/** The text of an element that has no elements in it. */
function element(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]{1,2048})</${name}>`).exec(xml)?.[1];
}
