import type { SpanAttribute } from '../span-record.ts';
import { attributeOf, type OtlpValue } from './attribute-value.ts';
import {
  MAX_ATTRIBUTES,
  MAX_VALUE_DEPTH,
  OtlpDataError,
  ReadLimits,
  type OtlpResourceSpans,
  type OtlpSpan,
} from './otlp-span.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads an ExportTraceServiceRequest in OTLP's JSON, 64-bit numbers as text or as numbers. What is of an unexpected
 * type counts as not there, as an unknown field does.
 *
 * @throws OtlpDataError
 */
export function readJsonTraces(body: Buffer): OtlpResourceSpans[] {
  let request: unknown;
  try {
    request = JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new OtlpDataError('the body is not valid JSON', 400, { cause });
  }
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    throw new OtlpDataError('the body is no ExportTraceServiceRequest: it must be a JSON object');
  }
  const limits = new ReadLimits();
  return objectsIn((request as Json)['resourceSpans'])
    .map((group) => ({
      resource: attributesOf(objectAt(group, 'resource')),
      spans: objectsIn(group['scopeSpans']).flatMap((scope) =>
        objectsIn(scope['spans']).map((span) => {
          limits.countSpan();
          return spanOf(span);
        }),
      ),
    }))
    .filter((group) => group.spans.length > 0);
}

function spanOf(span: Json): OtlpSpan {
  const status = objectAt(span, 'status');
  return {
    traceId: textAt(span, 'traceId').toLowerCase(),
    spanId: textAt(span, 'spanId').toLowerCase(),
    parentSpanId: textAt(span, 'parentSpanId').toLowerCase(),
    name: textAt(span, 'name'),
    kind: enumAt(span, 'kind'),
    startTimeUnixNs: wholeOf(span['startTimeUnixNano']) ?? 0n,
    endTimeUnixNs: wholeOf(span['endTimeUnixNano']) ?? 0n,
    attributes: attributesOf(span),
    statusCode: enumAt(status, 'code'),
    statusMessage: textAt(status, 'message'),
  };
}

function attributesOf(owner: Json): SpanAttribute[] {
  const attributes: SpanAttribute[] = [];
  for (const pair of objectsIn(owner['attributes'])) {
    if (attributes.length >= MAX_ATTRIBUTES) break;
    const attribute = attributeOf(textAt(pair, 'key'), valueOf(pair['value'], 0));
    if (attribute) attributes.push(attribute);
  }
  return attributes;
}

function valueOf(value: unknown, depth: number): OtlpValue {
  if (depth > MAX_VALUE_DEPTH) throw new OtlpDataError('an attribute is nested too deeply');
  if (typeof value !== 'object' || value === null) return null;
  const [[kind, content] = ['', undefined]] = Object.entries(value);
  switch (kind) {
    case 'stringValue':
    case 'bytesValue':
      return typeof content === 'string' ? content : null;
    case 'boolValue':
      return typeof content === 'boolean' ? content : null;
    case 'intValue':
      return wholeOf(content) ?? null;
    case 'doubleValue':
      return doubleOf(content);
    case 'arrayValue':
      return entriesOf(content).map((entry) => valueOf(entry, depth + 1));
    case 'kvlistValue':
      return Object.fromEntries(
        entriesOf(content).map((entry) => [textAt(entry, 'key'), valueOf(entry['value'], depth + 1)]),
      );
    default:
      return null;
  }
}

function entriesOf(list: unknown): readonly Json[] {
  const values = typeof list === 'object' && list !== null ? (list as Json)['values'] : undefined;
  return objectsIn(values).slice(0, MAX_ATTRIBUTES);
}

const WHOLE = /^-?\d{1,19}$/;

/** A number of 64 bits with a sign: a time in it is one before the year 2262. */
function wholeOf(value: unknown): bigint | undefined {
  const isWhole = typeof value === 'number' ? Number.isInteger(value) : WHOLE.test(String(value));
  if (!isWhole) return undefined;
  const whole = BigInt(value as number | string);
  return whole === BigInt.asIntN(64, whole) ? whole : undefined;
}

function doubleOf(value: unknown): number | null {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.trim() === '') return null;
  const number = Number(value);
  return Number.isNaN(number) && value !== 'NaN' ? null : number;
}

function enumAt(owner: Json, key: string): number {
  const value = owner[key];
  return typeof value === 'number' ? value : 0;
}

function textAt(owner: Json, key: string): string {
  const value = owner[key];
  return typeof value === 'string' ? value : '';
}

function objectAt(owner: Json, key: string): Json {
  const value = owner[key];
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function objectsIn(value: unknown): readonly Json[] {
  return Array.isArray(value)
    ? value.filter((entry): entry is Json => typeof entry === 'object' && entry !== null)
    : [];
}
