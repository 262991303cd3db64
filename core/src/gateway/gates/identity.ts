import type { UserRole } from '../../storage/user-store.ts';

/** Who makes a call, as far as the gateway and the services care. */
export interface Caller {
  readonly userId: string;
  /** Lower case. */
  readonly email: string;
  readonly role: UserRole;
}

/** One header of a request, by its lower-case name; `undefined` if it is not there. */
export type ReadHeader = (name: string) => string | undefined;

/**
 * Gate 1: who is this? On a developer's machine there is one answer; a server asks its token strategies.
 *
 * @throws IdentityRefusal for someone who cannot be told, or may not call.
 */
export type Identify = (header: ReadHeader) => Caller | Promise<Caller>;
