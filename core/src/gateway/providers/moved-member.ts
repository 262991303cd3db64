import { Refusal } from '../errors.ts';
import { findMember, withoutMember } from '../wire/json-members.ts';

/**
 * A body without the member that a provider has elsewhere; the rest stays the same to the byte.
 *
 * @throws Refusal for a member that is there twice: another reader than ours might take the other one.
 */
export function withoutMovedMember(json: string, name: string): string {
  const member = findMember(json, name);
  if (member === undefined) return json;
  const rest = withoutMember(json, member);
  if (findMember(rest, name) === undefined) return rest;
  throw new Refusal('invalid_request_error', `the request body has the member "${name}" more than once`);
}
