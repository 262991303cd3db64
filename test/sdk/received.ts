import assert from 'node:assert/strict';
import type { RecordedRequest } from '../fakes/provider/journal.ts';

/** Candela's own, and what a client sends to Candela alone; a provider sees none of it. */
const NEVER_FORWARDED = /^(x-candela-.*|x-user-id|x-session-id|baggage|proxy-authorization)$/;

/** Sent along by the clients that go through Candela. */
export const FOR_CANDELA: Readonly<Record<string, string>> = {
  'X-Candela-Job-Id': 'job-1',
  'X-Candela-Labels': 'team=a',
  'X-User-Id': 'somebody',
  'X-Session-Id': 'session-1',
  'Proxy-Authorization': 'Bearer for-candela',
  baggage: 'candela.tenant_id=acme',
};

/** What a provider was asked, as it understands it: path, query and body, whatever their bytes. */
export function askedOf({ method, path, body }: RecordedRequest): unknown {
  return { method, path: decodeURIComponent(path), body: JSON.parse(body) as unknown };
}

/** The provider was asked the same by a client alone and by one that goes through Candela, and told nothing else. */
export function assertAskedTheSame(
  viaCandela: RecordedRequest | undefined,
  direct: RecordedRequest | undefined,
): void {
  assert.ok(viaCandela !== undefined && direct !== undefined);
  assert.deepEqual(askedOf(viaCandela), askedOf(direct));
  assert.deepEqual(
    Object.keys(viaCandela.headers).filter((name) => NEVER_FORWARDED.test(name)),
    [],
  );
}

/** The same, but for the version of the API, which Candela puts into the body of a call in Anthropic's own form. */
export function assertAskedTheSameIn(
  version: string,
  viaCandela: RecordedRequest | undefined,
  direct: RecordedRequest | undefined,
): void {
  assert.ok(viaCandela !== undefined && direct !== undefined);
  const { anthropic_version: theirs } = bodyOf(direct);
  const { anthropic_version: ours, ...rest } = bodyOf(viaCandela);
  assert.equal(ours, version);
  assertAskedTheSame({ ...viaCandela, body: JSON.stringify({ ...rest, anthropic_version: theirs }) }, direct);
}

function bodyOf({ body }: RecordedRequest): Record<string, unknown> {
  return JSON.parse(body) as Record<string, unknown>;
}
