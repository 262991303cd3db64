import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { JETBRAINS_BRIDGE, ZED_BRIDGE } from './bridge-process.ts';
import { Editor } from './editor.ts';
import { type Rig, startRig } from './rig.ts';

const LABELS = 'vcs.repository.name=shop,vcs.ref.head.name=feature/cart';

describe('a bridge on a branch', () => {
  let rig: Rig;
  let folder: string;
  let scratch: string;
  before(async () => {
    rig = await startRig(10);
    scratch = await mkdtemp(join(tmpdir(), 'candela-branch-'));
    folder = join(scratch, 'shop');
    await mkdir(join(folder, '.git', 'refs', 'heads', 'feature'), { recursive: true });
    await mkdir(join(folder, '.git', 'objects'));
    await writeFile(join(folder, '.git', 'HEAD'), 'ref: refs/heads/feature/cart\n');
    await writeFile(
      join(folder, '.git', 'config'),
      '[remote "origin"]\n\turl = https://user:secret@git.example.com/team/shop.git\n',
    );
    await rig.spend(0.75, LABELS);
    await rig.spend(2);
  });
  after(async () => {
    await rig.close();
    await rm(scratch, { recursive: true, force: true });
  });

  it('says with the spend what its calls cost, and nothing where no folder is open', async () => {
    const here = new Editor({ script: JETBRAINS_BRIDGE, env: rig.env, folder });
    const nowhere = new Editor({ script: ZED_BRIDGE, env: rig.env });
    try {
      await Promise.all([here.open(), nowhere.open()]);
      const lines = (await here.run('candela.showSpend')) as readonly string[];
      assert.equal(lines.at(-1), 'feature/cart: $0.75');
      assert.match(here.messages.join('\n'), /feature\/cart: \$0\.75/);
      assert.doesNotMatch(JSON.stringify(await nowhere.run('candela.showSpend')), /feature/);
    } finally {
      await here.dispose();
      await nowhere.dispose();
    }
  });

  it('tells an agent, by model, and says why where it cannot', async () => {
    const env = { PATH: process.env['PATH'] ?? '', ...rig.env };
    const client = new Client({ name: 'test', version: '1' });
    const command = process.execPath;
    await client.connect(
      new StdioClientTransport({ command, args: [ZED_BRIDGE, '--mcp'], env, stderr: 'pipe' }),
    );
    try {
      const name = 'candela_branch_cost';
      const told = await client.callTool({ name, arguments: { folder } });
      const { branch, costUsd, calls } = told.structuredContent as Record<string, unknown>;
      assert.deepEqual([branch, costUsd, calls], ['feature/cart', 0.75, 1]);
      assert.match(JSON.stringify(told.content), /gpt-4o-mini/);
      const outside = await client.callTool({ name, arguments: { folder: scratch } });
      assert.equal(outside.isError, true);
      assert.match(JSON.stringify(outside.content), /is on no branch of a git repository/);
    } finally {
      await client.close();
    }
  });
});
