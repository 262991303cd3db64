import { createHash, createHmac } from 'node:crypto';
import type { ReceivedRequest } from '../fake-server.ts';

export interface AwsKey {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;

/**
 * What is wrong with the signature of a request as it arrived, if anything. Written from AWS's description and not
 * with AWS's package, which the other side uses.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signatureFault(
  request: ReceivedRequest,
  keys: readonly AwsKey[],
  where: { region: string; service: string },
): string | undefined {
  const [, id, day = '', region, service, names = '', signature] =
    AUTHORIZATION.exec(request.headers.authorization ?? '') ?? [];
  if (id === undefined) return 'Missing Authentication Token';
  const key = keys.find(({ accessKeyId }) => accessKeyId === id);
  if (key === undefined) return 'The security token included in the request is invalid.';
  if (region !== where.region || service !== where.service)
    return `Credential should be scoped to ${where.region}`;
  const time = fieldOf(request, 'x-amz-date');
  if (!/^\d{8}T\d{6}Z$/.test(time) || !time.startsWith(day)) return 'Signature expired or has no date';
  if (Math.abs(Date.now() - timeOf(time)) > 15 * 60_000) return 'Signature expired';
  if (fieldOf(request, 'x-amz-security-token') !== (key.sessionToken ?? ''))
    return 'The session token is not the key’s';
  const signed = names.split(';');
  const unsigned = mustBeSigned(request).find((name) => !signed.includes(name));
  if (unsigned !== undefined) return `The header ${unsigned} is not signed`;
  const hash = sha256(request.body);
  const claimed = fieldOf(request, 'x-amz-content-sha256');
  if (claimed !== '' && claimed !== hash) return 'The body is not the one that was signed';
  const canonical = [
    request.method,
    canonicalPath(request.url),
    canonicalQuery(request.url),
    ...signed.map((name) => `${name}:${fieldOf(request, name).trim().replace(/ +/g, ' ')}`),
    '',
    names,
    hash,
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const secret = [day, region, service, 'aws4_request'].reduce<string | Buffer>(
    (derived, step) => createHmac('sha256', derived).update(step).digest(),
    `AWS4${key.secretAccessKey}`,
  );
  const right = createHmac('sha256', secret).update(toSign).digest('hex');
  return right === signature ? undefined : `The signature does not match. Canonical request:\n${canonical}`;
}

/** The host, what the body is, and everything of AWS's own. */
function mustBeSigned({ headers }: ReceivedRequest): string[] {
  return Object.keys(headers).filter((name) => /^(host|content-type|x-amz-.*)$/.test(name));
}

/** Each segment, escaped as it was sent, is escaped once more. */
function canonicalPath(url: string): string {
  return (url.split('?')[0] ?? '').split('/').map(escaped).join('/');
}

function canonicalQuery(url: string): string {
  const query = new URLSearchParams(url.split('?')[1] ?? '');
  const pairs = [...query].map(([name, value]) => `${escaped(name)}=${escaped(value)}`);
  return pairs.toSorted().join('&');
}

/** RFC 3986: everything but letters, digits and `-._~`. */
function escaped(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function fieldOf({ rawHeaders }: ReceivedRequest, name: string): string {
  const values = rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name,
  );
  return values.join(',');
}

function timeOf(basic: string): number {
  return Date.parse(basic.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
