import type { Clock } from '../../clock.ts';
import type { UserRecord, UserStore } from '../../storage/user-store.ts';

/** How long what is known of a user may be old: within this time an admin's word takes effect. */
const MAX_AGE_MS = 5_000;
const MAX_USERS = 10_000;

/** The users as the gates ask for them, at every call: looked up once, then remembered for a few seconds. */
export class Accounts {
  readonly #users: Pick<UserStore, 'find' | 'activate'>;
  readonly #clock: Clock;
  readonly #known = new Map<string, { readonly user: UserRecord; readonly untilMs: number }>();
  #changes = 0;

  constructor(users: Pick<UserStore, 'find' | 'activate'>, clock: Clock) {
    this.#users = users;
    this.#clock = clock;
  }

  /** The user with this id; one who was only provisioned is active from now on. `undefined`: there is none. */
  async find(userId: string): Promise<UserRecord | undefined> {
    const nowMs = this.#clock.monotonicMs();
    const known = this.#known.get(userId);
    if (known !== undefined && nowMs < known.untilMs) return known.user;
    const changes = this.#changes;
    const user = await this.#users.find(userId);
    if (user === undefined) return undefined;
    const seen = user.status === 'provisioned' ? await this.#users.activate(user.id) : user;
    // What was read before a change must not be remembered after it.
    if (seen !== undefined && changes === this.#changes) this.#remember(userId, seen, nowMs + MAX_AGE_MS);
    return seen;
  }

  /** What is known of a user is out of date. */
  forget(userId: string): void {
    this.#changes += 1;
    this.#known.delete(userId);
  }

  #remember(userId: string, user: UserRecord, untilMs: number): void {
    this.#known.delete(userId);
    const oldest = this.#known.keys().next();
    if (this.#known.size >= MAX_USERS && !oldest.done) this.#known.delete(oldest.value);
    this.#known.set(userId, { user, untilMs });
  }
}
