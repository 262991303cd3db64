import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DescMethod } from '@bufbuild/protobuf';
import { parseContractTable } from './contract-table.ts';
import type { Declaration } from './declaration.ts';
import { describeFile } from './describe-descriptors.ts';
import { generatedFiles } from './generated-files.ts';

const table = parseContractTable(readFileSync(join(import.meta.dirname, 'contract-table.txt'), 'utf8'));
const files = await generatedFiles();
const generated = byKey(files.flatMap(describeFile));
const contract = byKey(table.map(limitRequestIds));

describe('.proto files against the contract table', () => {
  it('the table is read whole', () => {
    const count = (kind: Declaration['kind']) => table.filter((entry) => entry.kind === kind).length;
    assert.deepEqual(
      { service: count('service'), enum: count('enum'), message: count('message') },
      { service: 8, enum: 8, message: 134 },
    );
    assert.equal(contract.size, table.length);
  });

  it('declare the same services, enums and messages, in the same files and packages', () => {
    assert.deepEqual([...generated.keys()].toSorted(), [...contract.keys()].toSorted());
  });

  for (const [key, members] of contract) {
    it(key, () => {
      assert.deepEqual(generated.get(key), members);
    });
  }

  it('are all proto3', () => {
    assert.deepEqual([...new Set(files.map((file) => file.proto.syntax))], ['proto3']);
  });
});

describe('RPCs', () => {
  const methods = files.flatMap((file) => file.services).flatMap((service) => service.methods);

  for (const method of methods) {
    it(`${method.parent.name}.${method.name} takes its own request and gives its own response, once`, () => {
      assert.equal(
        signature(method),
        `unary candela.v1.${method.name}Request candela.v1.${method.name}Response`,
      );
    });
  }

  it('are deprecated where the contract says so, and nowhere else', () => {
    const deprecated = methods.filter((method) => method.deprecated).map((method) => method.name);
    assert.deepEqual(deprecated.toSorted(), ['GetModelBreakdown', 'GetMyUsage', 'GetUsageSummary']);
  });
});

function signature(method: DescMethod): string {
  return `${method.methodKind} ${method.input.typeName} ${method.output.typeName}`;
}

/** Members by file, kind and name; sorted, because the order of members and of constraints means nothing. */
function byKey(declarations: readonly Declaration[]): Map<string, string[]> {
  return new Map(
    declarations.map(({ file, kind, name, members }) => [
      `${file} ${kind} ${name}`,
      members.map(sortConstraints).toSorted(),
    ]),
  );
}

function sortConstraints(member: string): string {
  return member.replace(/\[([^\]]+)\]$/, (_, list: string) => `[${list.split(', ').toSorted().join(', ')}]`);
}

/** The table gives most ids no upper bound, but section 7 of the contract does: ids have at most 128 characters. */
function limitRequestIds(declaration: Declaration): Declaration {
  const { name, members } = declaration;
  return name.endsWith('Request') ? { ...declaration, members: members.map(limitId) } : declaration;
}

function limitId(member: string): string {
  if (!/^\d+ `(\w+_)?id` string/.test(member) || member.includes('max_len')) return member;
  return member.endsWith(']') ? member.replace(/\]$/, ', max_len 128]') : `${member} [max_len 128]`;
}
