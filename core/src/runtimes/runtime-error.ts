/**
 * Why a runtime was not moved to do something: it cannot do it at all, not as things stand, it does not know the
 * model, the request is wrong, or it does not answer.
 */
export type RuntimeErrorKind =
  'unimplemented' | 'failed_precondition' | 'not_found' | 'invalid_argument' | 'unavailable';

/** The message is for the developer, and says what to do instead. */
export class RuntimeError extends Error {
  override readonly name = 'RuntimeError';
  readonly kind: RuntimeErrorKind;

  constructor(kind: RuntimeErrorKind, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.kind = kind;
  }
}
