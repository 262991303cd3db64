import {
  type DescEnum,
  type DescField,
  type DescFile,
  type DescMessage,
  getOption,
  hasOption,
  type JsonValue,
  ScalarType,
  toJson,
} from '@bufbuild/protobuf';
import {
  field as fieldRulesOption,
  FieldRulesSchema,
} from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import type { Declaration } from './declaration.ts';
import { messagesOf } from './generated-files.ts';

/** Says what a generated file declares, in the notation of contract-table.txt, leaving out no constraint and no reservation. */
export function describeFile(desc: DescFile): Declaration[] {
  const file = `${desc.name}.proto package ${desc.proto.package}`;
  const messages = messagesOf(desc);
  const enums = [...desc.enums, ...messages.flatMap((message) => message.nestedEnums)];
  return [
    ...desc.services.map((service) => ({
      file,
      kind: 'service' as const,
      name: service.name,
      members: service.methods.map((method) => method.name),
    })),
    ...enums.map((child) => ({
      file,
      kind: 'enum' as const,
      name: localName(child),
      members: child.values.map((value) => `${value.number} ${value.name}`),
    })),
    ...messages.map((message) => ({
      file,
      kind: 'message' as const,
      name: localName(message),
      members: [...message.fields.map(describeField), ...describeReserved(message)],
    })),
  ];
}

function localName(desc: DescMessage | DescEnum): string {
  return desc.typeName.slice(desc.file.proto.package.length + 1);
}

function describeField(field: DescField): string {
  const oneof = field.oneof ? ` (oneof ${field.oneof.name})` : '';
  const constraints = constraintsOf(field);
  const bracket = constraints.length > 0 ? ` [${constraints.join(', ')}]` : '';
  return `${field.number} \`${field.name}\` ${typeOf(field)}${oneof}${bracket}`;
}

function describeReserved(message: DescMessage): string[] {
  const ranges = message.proto.reservedRange.map(({ start, end }) =>
    end === start + 1 ? `reserved ${start}` : `reserved ${start} to ${end - 1}`,
  );
  return [...ranges, ...message.proto.reservedName.map((name) => `reserved "${name}"`)];
}

function typeOf(field: DescField): string {
  if (field.fieldKind === 'list') return `[]${elementType(field)}`;
  if (field.fieldKind === 'map') return `map<${scalarName(field.mapKey)}, ${elementType(field)}>`;
  return `${field.proto.proto3Optional ? '?' : ''}${elementType(field)}`;
}

function elementType(field: DescField): string {
  const named = field.message ?? field.enum;
  return named ? named.name : scalarName(field.scalar);
}

function scalarName(scalar: ScalarType | undefined): string {
  if (scalar === undefined) throw new Error('a field that is neither message nor enum nor scalar');
  return ScalarType[scalar].toLowerCase();
}

/** Constraints as the table writes them, a rule of the field itself (`required`) and one of its type (`gte`) alike. */
function constraintsOf(field: DescField): string[] {
  if (!hasOption(field, fieldRulesOption)) return [];
  const options = { useProtoFieldName: true };
  const rules = toJson(FieldRulesSchema, getOption(field, fieldRulesOption), options);
  return Object.entries(rules as Record<string, JsonValue>).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).map(([rule, argument]) => constraint(rule, argument))
      : [constraint(name, value)],
  );
}

function constraint(rule: string, argument: JsonValue): string {
  if (rule === 'defined_only' && argument === true) return 'defined';
  if (rule === 'not_in' && Array.isArray(argument))
    return `not ${argument.map((value) => JSON.stringify(value)).join(' ')}`;
  return argument === true ? rule : `${rule} ${JSON.stringify(argument).replaceAll('"', '')}`;
}
