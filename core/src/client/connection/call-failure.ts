import { Code, ConnectError } from '@connectrpc/connect';
import { texts } from '../texts.ts';

/** Why a call to the daemon gave no answer we can use. */
export interface CallFailure {
  /**
   * `unreachable`: nobody has looked at the call (no answer, no sign-in, another program that answers),
   * worth trying again for ever; `temporary`: it went wrong, and may go well later; `final`: the same call will be
   * refused again.
   */
  readonly kind: 'unreachable' | 'temporary' | 'final';
  /** One sentence for people; may quote the server. */
  readonly reason: string;
}

/** How Connect reports an answer that is not its own: by status alone, `HTTP 404`, or by its type. */
const NOT_CONNECT = /^HTTP \d{3}$|^unsupported content type/;

const FINAL_CODES: ReadonlySet<Code> = new Set([
  Code.InvalidArgument,
  Code.NotFound,
  Code.AlreadyExists,
  Code.PermissionDenied,
  Code.FailedPrecondition,
  Code.OutOfRange,
  Code.Unimplemented,
]);

/** Reads what a client made by `createCandelaApi` threw. `timeoutMs` is the limit the call ran under. */
export function describeCallFailure(error: unknown, baseUrl: string, timeoutMs: number): CallFailure {
  const address = addressOf(baseUrl);
  const { failure } = texts;
  const failed = ConnectError.from(error);
  // `fetch` rejects with a TypeError for every network failure (WHATWG Fetch, section "fetch method").
  if (failed.code === Code.Unknown && failed.cause instanceof TypeError) {
    return { kind: 'unreachable', reason: failure.nothingAnswers(address) };
  }
  if (failed.code === Code.DeadlineExceeded || failed.code === Code.Canceled) {
    return { kind: 'unreachable', reason: failure.timedOut(address, timeoutMs / 1000) };
  }
  if (failed.code === Code.Unauthenticated) {
    return { kind: 'unreachable', reason: failure.signInNeeded(address) };
  }
  if (NOT_CONNECT.test(failed.rawMessage)) {
    // That it is too long is something somebody says of this very call.
    const kind = failed.rawMessage === 'HTTP 413' ? 'temporary' : 'unreachable';
    return { kind, reason: failure.notCandela(address) };
  }
  const reason = failure.refused(address, failed.rawMessage || Code[failed.code]);
  if (failed.code === Code.Unavailable) return { kind: 'unreachable', reason };
  return { kind: FINAL_CODES.has(failed.code) ? 'final' : 'temporary', reason };
}

function addressOf(baseUrl: string): string {
  return baseUrl.replace(/^https?:\/\//, '');
}
