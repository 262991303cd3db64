import {
  type DescEnum,
  type DescExtension,
  type DescField,
  type DescFile,
  type DescMessage,
  ScalarType,
} from '@bufbuild/protobuf';
import { FieldDescriptorProto_Label } from '@bufbuild/protobuf/wkt';

/**
 * Writes a proto2 file's declarations as source text: imports, messages, enums and extensions, formatted as `buf format` would.
 * Options, comments and reserved ranges are left out: a file that imports the text compiles without them.
 * Throws on what it cannot write (maps and groups), rather than writing something else.
 */
export function printProto(file: DescFile): string {
  const head = ['syntax = "proto2";', `package ${file.proto.package};`];
  const imports = file.proto.dependency.toSorted().map((path) => `import "${path}";`);
  const declarations = [
    ...file.enums.map((desc) => printEnum(desc, '')),
    ...file.messages.map((desc) => printMessage(desc, '')),
    ...file.extensions.map(printExtension),
  ];
  return [...head, imports.join('\n'), ...declarations].join('\n\n') + '\n';
}

function printEnum(desc: DescEnum, indent: string): string {
  const values = desc.values.map((value) => `${indent}  ${value.name} = ${value.number};`);
  return block(`${indent}enum ${desc.name}`, values, indent);
}

function printMessage(desc: DescMessage, indent: string): string {
  const inner = `${indent}  `;
  const members = desc.members.map((member) =>
    member.kind === 'field'
      ? printField(member, `${inner}${label(member)}`)
      : block(
          `${inner}oneof ${member.name}`,
          member.fields.map((field) => printField(field, `${inner}  `)),
          inner,
        ),
  );
  const nested = [
    ...desc.nestedEnums.map((child) => printEnum(child, inner)),
    ...desc.nestedMessages.map((child) => printMessage(child, inner)),
  ];
  return block(`${indent}message ${desc.name}`, [...members, ...nested], indent);
}

function printExtension(desc: DescExtension): string {
  return block(`extend .${desc.extendee.typeName}`, [printField(desc, `  ${label(desc)}`)], '');
}

function printField(field: DescField | DescExtension, prefix: string): string {
  return `${prefix}${typeName(field)} ${field.name} = ${field.number};`;
}

function label(field: DescField | DescExtension): string {
  return `${FieldDescriptorProto_Label[field.proto.label].toLowerCase()} `;
}

function typeName(field: DescField | DescExtension): string {
  if (field.fieldKind === 'map' || (field.message && field.delimitedEncoding)) {
    throw new Error(`${field.toString()}: maps and groups cannot be printed; teach print-proto.ts to`);
  }
  const named = field.message ?? field.enum;
  if (named) return `.${named.typeName}`;
  if (field.scalar === undefined) throw new Error(`${field.toString()}: has no type`);
  return ScalarType[field.scalar].toLowerCase();
}

function block(head: string, lines: readonly string[], indent: string): string {
  return lines.length === 0 ? `${head} {}` : [`${head} {`, ...lines, `${indent}}`].join('\n');
}
