import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { COMMAND_IDS } from '../../src/command-ids.ts';
import { DaemonClient } from './daemon-client.ts';
import { activateExtension, EXTENSION_ID, testContext } from './test-context.ts';

interface Line {
  readonly label: string;
  readonly value: string;
}

export function describeCommands(): void {
  describe('commands', () => {
    const context = testContext();
    const daemon = new DaemonClient(context);
    const run = <T>(command: string) =>
      vscode.commands.executeCommand<T>(`candela.${command}`, { quiet: true });

    before(async () => {
      await daemon.startDaemon();
      await activateExtension();
      await daemon.setBudget(100);
      await daemon.chat({ inputTokens: 20_000, outputTokens: 10_000 });
    });

    it('are registered exactly as declared', async () => {
      // The editor itself makes some for the view, such as the one that focuses it.
      const registered = (await vscode.commands.getCommands(true)).filter(
        (id) => id.startsWith('candela.') && !id.startsWith('candela.recentCalls.'),
      );
      const manifest = vscode.extensions.getExtension(EXTENSION_ID)?.packageJSON as {
        contributes: { commands: { command: string }[] };
      };
      const declared = manifest.contributes.commands.map(({ command }) => command);
      assert.deepEqual(registered.toSorted(), [...COMMAND_IDS].toSorted());
      assert.deepEqual(declared.toSorted(), registered.toSorted());
    });

    it('show budget and rest', async () => {
      const lines = await run<Line[]>('showBudget');
      assert.match(lines[0]?.value ?? '', / \/ \$100\.00$/);
      assert.ok(lines.some(({ label }) => label === 'Remaining'));
    });

    it('show the cost by model, which adds up', async () => {
      const [total, ...models] = await run<Line[]>('showCostSummary');
      assert.deepEqual(
        models.map(({ label }) => label),
        ['gpt-4o (openai)'],
      );
      assert.equal(models[0]?.value, total?.value);
    });

    it('know what the branch cost, once there is one', async () => {
      const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? assert.fail('no folder is open');
      const git = vscode.Uri.joinPath(folder, '.git');
      const write = (name: string, text: string) =>
        vscode.workspace.fs.writeFile(vscode.Uri.joinPath(git, name), new TextEncoder().encode(text));
      assert.equal(await run('showBranchCost'), undefined);
      await write('HEAD', 'ref: refs/heads/feature/price\n');
      await write('config', '[remote "origin"]\n\turl = git@example.com:acme/shop.git\n');
      await daemon.chat({
        inputTokens: 20_000,
        outputTokens: 10_000,
        labels: 'vcs.repository.name=shop,vcs.ref.head.name=feature/price',
      });
      const lines = await run<Line[]>('showBranchCost');
      assert.deepEqual([lines[0]?.label, lines[0]?.value], ['All models: 1 call', '$0.15']);
      await vscode.workspace.fs.delete(git, { recursive: true });
    });

    it('know the dashboard’s address', async () => {
      const url = await run<string>('openDashboard');
      assert.match(url, /^https?:\/\//);
    });

    it('find the daemon that runs instead of starting another', async () => {
      assert.equal(await run<string>('startDaemon'), context.daemonUrl);
    });
  });
}
