import type { ServerResponse } from 'node:http';

/**
 * Every way the gateway refuses a call, with its HTTP status (contract section 3). A test holds this table
 * against the contract's.
 */
export const REFUSALS = {
  account_inactive: 402,
  rate_limit_exceeded: 429,
  request_too_large: 413,
  invalid_request_error: 400,
  not_found_error: 404,
  tenant_access_denied: 403,
  access_denied: 403,
  pricing_not_configured: 402,
  request_cost_exceeded: 402,
  model_daily_limit_exceeded: 402,
  insufficient_budget: 402,
  circuit_open: 503,
  governance_unavailable: 503,
  upstream_error: 502,
} as const;

export type RefusalType = keyof typeof REFUSALS;

/** A call that goes no further; the message is for the caller and says what to do. It costs the user nothing. */
export class Refusal extends Error {
  readonly type: RefusalType;
  readonly status: number;
  /** Whole seconds, at least one, after which a retry makes sense. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    type: RefusalType,
    message: string,
    options?: { readonly cause?: unknown; readonly retryAfterSeconds?: number },
  ) {
    super(message, options);
    this.name = 'Refusal';
    this.type = type;
    this.status = REFUSALS[type];
    this.retryAfterSeconds = options?.retryAfterSeconds;
  }
}

/** Refused before the gateway proper, in the plain form the contract gives middleware: `{"error":"…"}`. */
export class IdentityRefusal extends Error {
  readonly status: 401 | 403;

  constructor(status: 401 | 403, message: string) {
    super(message);
    this.name = 'IdentityRefusal';
    this.status = status;
  }
}

/** Answers a refusal as JSON, unless an answer has begun: then only the socket can say so. */
export function sendRefusal(
  res: ServerResponse,
  refusal: Refusal | IdentityRefusal,
  headers: readonly string[] = [],
): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const body = Buffer.from(
    JSON.stringify(
      refusal instanceof Refusal
        ? { error: { message: refusal.message, type: refusal.type, code: refusal.type } }
        : { error: refusal.message },
    ),
  );
  const seconds = refusal instanceof Refusal ? refusal.retryAfterSeconds : undefined;
  res.writeHead(refusal.status, [
    ...['content-type', 'application/json', 'content-length', String(body.length)],
    ...(seconds === undefined ? [] : ['Retry-After', String(seconds)]),
    ...headers,
  ]);
  res.end(body);
}
