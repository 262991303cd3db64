import { Code, ConnectError } from '@connectrpc/connect';
import { texts } from './texts.ts';

/** Why a call to the daemon gave no answer we can use. */
export interface CallFailure {
  /**
   * `unreachable`: no answer at all, worth trying again; `temporary`: an answer that may be another one
   * later; `final`: the same call will be refused again.
   */
  readonly kind: 'unreachable' | 'temporary' | 'final';
  /** One sentence for people; may quote the server. */
  readonly reason: string;
}

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
    return { kind: 'temporary', reason: failure.signInNeeded(address) };
  }
  const kind = FINAL_CODES.has(failed.code) ? 'final' : 'temporary';
  // Connect reports an HTTP answer that is not its own by status alone: `HTTP 404`.
  if (/^HTTP \d{3}$/.test(failed.rawMessage)) return { kind, reason: failure.notCandela(address) };
  return { kind, reason: failure.refused(address, failed.rawMessage || Code[failed.code]) };
}

function addressOf(baseUrl: string): string {
  return baseUrl.replace(/^https?:\/\//, '');
}
