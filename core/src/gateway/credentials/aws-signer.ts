import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import { Refusal } from '../errors.ts';
import type { AwsSettings, OutgoingCall } from '../providers/provider.ts';
import { headerValue, replaceHeader } from '../wire/headers.ts';

/** What a client has signed with its own credentials, which end here. */
const CLIENT_CREDENTIALS = /^(authorization|x-api-key|x-amz-.*)$/i;

/**
 * Signs calls to AWS with the credentials that AWS's own tools find: environment, shared files and profiles, SSO,
 * web identity, container and machine roles. They are kept, and renewed from five minutes before their end on.
 * https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export class AwsSigner {
  readonly #settings: AwsSettings;
  readonly #service: string;
  #signature: Promise<SignatureV4> | undefined;

  /** @param service as AWS names it in a signature: `bedrock`. */
  constructor(service: string, settings: AwsSettings) {
    this.#service = service;
    this.#settings = settings;
  }

  /**
   * Puts the signature of a POST in, over its path, its body and what of its headers AWS looks at. The path must
   * have no query.
   *
   * @throws Refusal `upstream_error` if there are no credentials.
   */
  async sign(upstream: URL, outgoing: OutgoingCall): Promise<void> {
    const { headers, body } = outgoing;
    removeClientCredentials(headers);
    replaceHeader(headers, 'content-type', headerValue(headers, 'content-type') ?? 'application/json');
    this.#signature ??= this.#createSignature();
    const signature = await this.#signature;
    let signed: Pick<HttpRequest, 'headers'>;
    try {
      signed = await signature.sign(requestOf(upstream, outgoing.path, headers, body));
    } catch (cause) {
      throw new Refusal(
        'upstream_error',
        'Candela has no AWS credentials that work: where it runs, log in with `aws sso login`, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
        { cause },
      );
    }
    for (const [name, value] of Object.entries(signed.headers)) {
      if (name === 'authorization' || name.startsWith('x-amz-')) replaceHeader(headers, name, value);
    }
  }

  async #createSignature(): Promise<SignatureV4> {
    const { region, profile } = this.#settings;
    return new SignatureV4({
      service: this.#service,
      region,
      credentials: await defaultCredentials(region, profile),
      sha256: Sha256,
    });
  }
}

/** Loaded at the first use: most who run Candela have no AWS account. */
async function defaultCredentials(region: string, profile: string | undefined) {
  const { defaultProvider } = await import('./aws-credential-provider.ts');
  return defaultProvider({ clientConfig: { region }, ...(profile !== undefined && { profile }) });
}

function removeClientCredentials(headers: string[]): void {
  for (let i = headers.length - 2; i >= 0; i -= 2) {
    if (CLIENT_CREDENTIALS.test(headers[i] as string)) headers.splice(i, 2);
  }
}

/** Of the headers only what names the call is signed: others may be changed on the way by any hop. */
function requestOf(upstream: URL, path: string, headers: readonly string[], body: Buffer): HttpRequest {
  const base = upstream.pathname === '/' ? '' : upstream.pathname.replace(/\/$/, '');
  return new HttpRequest({
    ...{ protocol: upstream.protocol, hostname: upstream.hostname, method: 'POST', path: base + path, body },
    headers: { host: upstream.host, 'content-type': headerValue(headers, 'content-type') ?? '' },
  });
}
