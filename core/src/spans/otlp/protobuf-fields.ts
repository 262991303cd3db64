/**
 * Field numbers of OTLP's messages, as far as Candela reads or writes them.
 *
 * https://github.com/open-telemetry/opentelemetry-proto, `collector/trace/v1/trace_service.proto`,
 * `trace/v1/trace.proto`, `common/v1/common.proto`, `resource/v1/resource.proto`; and `google/rpc/status.proto`.
 */
export const REQUEST = { resourceSpans: 1 } as const;
export const RESOURCE_SPANS = { resource: 1, scopeSpans: 2 } as const;
export const RESOURCE = { attributes: 1 } as const;
export const SCOPE_SPANS = { scope: 1, spans: 2 } as const;
export const SCOPE = { name: 1, version: 2 } as const;
export const SPAN = {
  traceId: 1,
  spanId: 2,
  parentSpanId: 4,
  name: 5,
  kind: 6,
  startTimeUnixNano: 7,
  endTimeUnixNano: 8,
  attributes: 9,
  status: 15,
} as const;
export const STATUS = { message: 2, code: 3 } as const;
export const KEY_VALUE = { key: 1, value: 2 } as const;
export const ANY_VALUE = {
  stringValue: 1,
  boolValue: 2,
  intValue: 3,
  doubleValue: 4,
  arrayValue: 5,
  kvlistValue: 6,
  bytesValue: 7,
} as const;
export const LIST = { values: 1 } as const;
export const RESPONSE = { partialSuccess: 1 } as const;
export const PARTIAL_SUCCESS = { rejectedSpans: 1, errorMessage: 2 } as const;
export const RPC_STATUS = { code: 1, message: 2 } as const;
