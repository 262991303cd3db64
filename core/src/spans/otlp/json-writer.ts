import type { SpanAttribute } from '../span-record.ts';
import type { OtlpResourceSpans } from './otlp-span.ts';

/**
 * An ExportTraceServiceRequest in OTLP's own JSON: ids in hex, enums as numbers, 64-bit numbers as text.
 * https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 *
 * @param version of the program that writes it.
 */
export function writeJsonTraces(groups: readonly OtlpResourceSpans[], version: string): Buffer<ArrayBuffer> {
  const request = {
    resourceSpans: groups.map(({ resource, spans }) => ({
      resource: { attributes: resource.map(keyValue) },
      scopeSpans: [
        {
          scope: { name: 'candela', version },
          spans: spans.map((span) => ({
            traceId: span.traceId,
            spanId: span.spanId,
            ...(span.parentSpanId !== '' && { parentSpanId: span.parentSpanId }),
            name: span.name,
            kind: span.kind,
            startTimeUnixNano: span.startTimeUnixNs.toString(),
            endTimeUnixNano: span.endTimeUnixNs.toString(),
            attributes: span.attributes.map(keyValue),
            status: {
              ...(span.statusMessage !== '' && { message: span.statusMessage }),
              code: span.statusCode,
            },
          })),
        },
      ],
    })),
  };
  return Buffer.from(JSON.stringify(request));
}

function keyValue({ key, value }: SpanAttribute): object {
  switch (typeof value) {
    case 'string':
      return { key, value: { stringValue: value } };
    case 'boolean':
      return { key, value: { boolValue: value } };
    case 'bigint':
      return { key, value: { intValue: value.toString() } };
    case 'number':
      // What JSON has no number for is text: https://protobuf.dev/programming-guides/json/
      return { key, value: { doubleValue: Number.isFinite(value) ? value : String(value) } };
  }
}
