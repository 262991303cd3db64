import {
  Code,
  ConnectError,
  createContextKey,
  type HandlerContext,
  type Interceptor,
} from '@connectrpc/connect';
import { IdentityRefusal } from '../gateway/errors.ts';
import type { Caller, Identify } from '../gateway/gates/identity.ts';

const callerKey = createContextKey<Caller | undefined>(undefined, { description: 'who calls' });

/** Finds out who calls before any service runs. */
export function identifyCaller(identify: Identify): Interceptor {
  return (next) => async (request) => {
    try {
      request.contextValues.set(callerKey, await identify((name) => request.header.get(name) ?? undefined));
    } catch (cause) {
      if (!(cause instanceof IdentityRefusal)) throw cause;
      const code = cause.status === 401 ? Code.Unauthenticated : Code.PermissionDenied;
      throw new ConnectError(cause.message, code, undefined, undefined, cause);
    }
    return next(request);
  };
}

/** Who makes this call. */
export function callerOf(context: HandlerContext): Caller {
  const caller = context.values.get(callerKey);
  if (caller === undefined) throw new ConnectError('missing authentication', Code.Unauthenticated);
  return caller;
}

/** @throws ConnectError `permission_denied` for anyone but an admin. */
export function requireAdmin(caller: Caller): void {
  if (caller.role !== 'admin') {
    throw new ConnectError('only an admin may do this: ask one of yours', Code.PermissionDenied);
  }
}

/** The user whose data a caller may see; `undefined` means everyone's. */
export function visibleUserId(caller: Caller): string | undefined {
  return caller.role === 'admin' ? undefined : caller.userId;
}
