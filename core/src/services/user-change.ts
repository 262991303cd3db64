import type { UpdateUserRequest } from '@candela/proto/v1/user_service';
import { UserRole } from '@candela/proto/types/user';
import type { UserChange } from '../storage/user-store.ts';
import { invalidArgument } from './errors.ts';
import { roleOf } from './user-message.ts';

const MAX_TAGS = 100;
const MAX_NAME_LENGTH = 256;

/** Printable, and of the length that the contract gives ids. */
const TAG = /^[^\p{Cc}]{1,128}$/u;

const FIELDS: Readonly<Record<string, (request: UpdateUserRequest) => UserChange>> = {
  display_name: ({ displayName }) => ({ displayName: checkedDisplayName(displayName) }),
  role: ({ role }) => {
    const named = roleOf(role);
    if (named === undefined) throw invalidArgument('role: must be developer or admin');
    return { role: named };
  },
  access_tags: ({ accessTags }) => ({ accessTags: checkedTags(accessTags) }),
  // The request has no such field (contract section 12): naming it gives the user the server's default again.
  rate_limit: () => ({ rateLimit: 'default' }),
};

/**
 * What a request wants changed: the fields its mask names, or without a mask those that say something.
 *
 * @throws ConnectError `invalid_argument`, naming the field.
 */
export function userChangeOf(request: UpdateUserRequest): UserChange {
  const paths = request.updateMask?.paths ?? [];
  const named = paths.length > 0 ? paths : fieldsThatSaySomething(request);
  if (named.length === 0) throw invalidArgument('update_mask: names no field to change');
  const changes = named.map((path) => {
    if (!Object.hasOwn(FIELDS, path)) {
      throw invalidArgument(
        `update_mask: ${JSON.stringify(path.slice(0, 64))} cannot be changed, only ${Object.keys(FIELDS).join(', ')}`,
      );
    }
    return FIELDS[path]?.(request);
  });
  return Object.assign({}, ...changes) as UserChange;
}

export function checkedDisplayName(displayName: string): string {
  if (displayName.length > MAX_NAME_LENGTH) {
    throw invalidArgument(`display_name: must be at most ${MAX_NAME_LENGTH} characters`);
  }
  return displayName;
}

function fieldsThatSaySomething({ displayName, role, accessTags }: UpdateUserRequest): readonly string[] {
  return [
    ...(displayName === '' ? [] : ['display_name']),
    ...(role === UserRole.UNSPECIFIED ? [] : ['role']),
    ...(accessTags.length === 0 ? [] : ['access_tags']),
  ];
}

function checkedTags(tags: readonly string[]): readonly string[] {
  const wrong = tags.find((tag) => !TAG.test(tag));
  if (wrong !== undefined || tags.length > MAX_TAGS) {
    throw invalidArgument(
      `access_tags: must be at most ${MAX_TAGS} tags of 1 to 128 printable characters each`,
    );
  }
  return [...new Set(tags)];
}
