import { randomHex } from './random-hex.ts';

/** Where a call stands in its caller's trace. Ids are lower-case hex: 32 digits a trace, 16 a span. */
export interface TraceContext {
  readonly traceId: string;
  readonly spanId: string;
  /** `''` where the call starts a trace of its own. */
  readonly parentSpanId: string;
  /** Two hex digits; `01` means sampled. */
  readonly flags: string;
}

/** https://www.w3.org/TR/trace-context/#traceparent-header, versions above 00 read as the standard asks. */
const TRACEPARENT =
  /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** A new span: child of a valid `traceparent`, else the root of a new trace. A malformed one is ignored. */
export function traceContextFrom(traceparent: string | undefined): TraceContext {
  const [, version, traceId, parentSpanId, flags, rest] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  const hasParent = version !== undefined && !(version === '00' && rest !== undefined);
  return {
    traceId: (hasParent ? traceId : undefined) ?? newTraceId(),
    spanId: randomHex(8),
    parentSpanId: (hasParent ? parentSpanId : undefined) ?? '',
    flags: (hasParent ? flags : undefined) ?? '01',
  };
}

/**
 * Eight digits that tell the second, then random ones, as AWS X-Ray has them. Ids that grow with time keep what a
 * store writes together in one place.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-traceids
 */
function newTraceId(): string {
  const second = Math.floor(Date.now() / 1000)
    .toString(16)
    .padStart(8, '0');
  return second + randomHex(12);
}

/** The header that makes what the provider does a child of this span. */
export function traceparentOf(context: TraceContext): string {
  return `00-${context.traceId}-${context.spanId}-${context.flags}`;
}
