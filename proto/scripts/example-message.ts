import {
  type DescField,
  type DescMessage,
  type JsonObject,
  type JsonValue,
  ScalarType,
} from '@bufbuild/protobuf';

/** Messages inside messages are filled this deep and left out below. */
const maxDepth = 2;

const wellKnown = new Map<string, JsonValue>([
  ['google.protobuf.Timestamp', '2026-02-28T23:59:59.000000001Z'],
  ['google.protobuf.Duration', '1.500s'],
  ['google.protobuf.FieldMask', 'displayName,accessTags'],
]);

/**
 * Examples of a message in proto3 JSON, every field set to a value that is easy to get wrong: whole numbers that a double
 * cannot hold, text beyond ASCII, nanoseconds. One example, or as many as the largest oneof has fields.
 */
export function exampleMessages(desc: DescMessage): JsonObject[] {
  const count = Math.max(1, ...desc.oneofs.map((oneof) => oneof.fields.length));
  return Array.from({ length: count }, (_, variant) => exampleMessage(desc, variant, 0));
}

function exampleMessage(desc: DescMessage, variant: number, depth: number): JsonObject {
  const fields = desc.fields
    .filter((field) => !field.oneof || field.oneof.fields.indexOf(field) === variant)
    .filter((field) => depth < maxDepth || !field.message || isWellKnown(field.message));
  return Object.fromEntries(fields.map((field) => [field.jsonName, exampleValue(field, depth)]));
}

function exampleValue(field: DescField, depth: number): JsonValue {
  if (field.fieldKind === 'map') return { [`${field.name} key`]: exampleElement(field, depth) };
  const element = exampleElement(field, depth);
  if (field.fieldKind !== 'list') return element;
  return field.message ? [element] : [element, element];
}

function exampleElement(field: DescField, depth: number): JsonValue {
  if (field.message)
    return wellKnown.get(field.message.typeName) ?? exampleMessage(field.message, 0, depth + 1);
  if (field.enum) return field.enum.values.at(-1)?.name ?? 0;
  switch (field.scalar) {
    case ScalarType.STRING:
      return `${field.name} – ü✓😀`;
    case ScalarType.BOOL:
      return true;
    case ScalarType.DOUBLE:
      return 0.1 + field.number;
    case ScalarType.INT32:
      return -field.number;
    case ScalarType.INT64:
      return String(2n ** 53n + BigInt(field.number));
    default:
      throw new Error(`${field.toString()}: no example of this type yet; add one to example-message.ts`);
  }
}

function isWellKnown(desc: DescMessage): boolean {
  return wellKnown.has(desc.typeName);
}
