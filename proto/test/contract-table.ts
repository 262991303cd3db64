import type { Declaration } from './declaration.ts';

/**
 * Reads declarations out of contract-table.txt.
 * Lines are a heading (`## file (package …)`), or one service, enum or message; anything else throws.
 */
export function parseContractTable(text: string): Declaration[] {
  const declarations: Declaration[] = [];
  let heading = '';
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('# ')) continue;
    const file = /^## `(.+)` \(package `(.+)`\)$/.exec(line);
    if (file) heading = `${file[1]} package ${file[2]}`;
    else declarations.push(parseDeclaration(line, heading));
  }
  return declarations;
}

function parseDeclaration(line: string, file: string): Declaration {
  const match = /^ *- (?:(service|enum|nested) )?\*\*([\w.]+)\*\*: (.+)$/.exec(line);
  if (!match?.[2] || !match[3]) throw new Error(`contract-table.txt: cannot read "${line}"`);
  const [, word, name, body] = match;
  if (word === 'service') return { file, kind: 'service', name, members: body.split(', ') };
  const members = body === '(empty)' ? [] : body.split(' · ');
  return { file, kind: word === 'enum' ? 'enum' : 'message', name, members };
}
