import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { CandelaExtensionApi } from '../../src/extension.ts';
import { DaemonClient } from './daemon-client.ts';
import { activateExtension, eventually, testContext } from './test-context.ts';

export function describeRecentCalls(): void {
  describe('the side view', () => {
    const daemon = new DaemonClient(testContext());
    let api: CandelaExtensionApi;
    let traceId: string;

    const run = <T>(command: string, args: object = {}) =>
      vscode.commands.executeCommand<T>(`candela.${command}`, args);
    const items = () => api.recentCalls.getChildren();
    const newest = async () => (await items())[0] ?? assert.fail('the list is empty');
    const iconOf = ({ iconPath }: vscode.TreeItem) => (iconPath as vscode.ThemeIcon).id;

    before(async () => {
      await daemon.startDaemon();
      api = await activateExtension();
      await daemon.setBudget(100);
      traceId = await daemon.chat({ inputTokens: 20_000, outputTokens: 10_000 });
      await vscode.commands.executeCommand('candela.recentCalls.focus');
      await run('refresh');
    });
    after(() => daemon.startDaemon());

    it('lists the newest call first, with model, cost, tokens and time', async () => {
      const item = await newest();
      assert.equal(item.traceId, traceId);
      assert.equal(item.label, 'gpt-4o');
      assert.match(String(item.description), /^\$0\.15 · 30\.0k tok · \d\d:\d\d$/);
      assert.match(
        item.accessibilityInformation?.label ?? '',
        /gpt-4o, \$0\.15, 30,000 tokens, .* ago, not marked/,
      );
      assert.equal(iconOf(item), 'comment');
      assert.match((item.tooltip as vscode.MarkdownString).value, /Took.*\d m?s/);
    });

    it('marks a call by its thumbs, shows the mark at once, and the daemon has it', async () => {
      await run('markCallGood', await newest());
      assert.equal(iconOf(await newest()), 'thumbsup-filled');
      await run('markCallBad', await newest());
      assert.equal(iconOf(await newest()), 'thumbsdown-filled');
      const [outcome, ...rest] = await daemon.annotations(traceId);
      assert.deepEqual([outcome?.success ?? false, rest], [false, []]);
    });

    // While VS Code fetches the list anew, a button beside an entry does not know whose it is.
    it('has the list fetched anew only when a call came', async () => {
      const drawn: (readonly string[] | undefined)[] = [];
      const watch = api.recentCalls.onDidChangeTreeData((calls) =>
        drawn.push(calls?.map((call) => call.traceId)),
      );
      try {
        await run('refresh');
        await run('markCallGood', await newest());
        await run('refresh');
        assert.equal(drawn.includes(undefined), false);
        assert.ok(drawn.some((ids) => ids?.includes(traceId)));
        traceId = await daemon.chat({ inputTokens: 20_000, outputTokens: 10_000 });
        await eventually('the new call', () => drawn.includes(undefined) || undefined);
        assert.equal((await newest()).traceId, traceId);
      } finally {
        watch.dispose();
      }
    });

    it('reads a mark that another program made', async () => {
      await daemon.setOutcome(traceId, true);
      await run('refresh');
      assert.equal(iconOf(await newest()), 'thumbsup-filled');
    });

    it('opens a call as a read-only document with its prompt and its answer', async () => {
      const item = await newest();
      const { command, arguments: args = [] } = item.command ?? assert.fail('a click does nothing');
      await vscode.commands.executeCommand(command, ...(args as unknown[]));
      const { document } = vscode.window.activeTextEditor ?? assert.fail('no editor is open');
      assert.deepEqual([document.uri.scheme, document.languageId], ['candela-trace', 'markdown']);
      const text = document.getText();
      assert.match(text, /^# gpt-4o \(openai\)\n/);
      assert.match(text, /\n- Cost: \$0\.15\n/);
      assert.match(text, /\n- Marked: good\n/);
      assert.match(text, /\n### user\n\n```text\nGood morning\n```\n/);
      assert.match(text, /\n## Answer\n\n```text\n/);
      await vscode.commands.executeCommand('type', { text: 'typed' });
      assert.equal(document.getText(), text);
    });

    it('marks the call of the document that is open, which then says so', async () => {
      const { document } = vscode.window.activeTextEditor ?? assert.fail('no editor is open');
      await run('markCallBad', document.uri);
      await eventually(
        'the document shows it',
        () => document.getText().includes('Marked: bad') || undefined,
      );
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    });

    it('opens, labels and copies the last call without an entry, too', async () => {
      assert.match(await run<string>('showCall', { traceId: 'last', quiet: true }), /^# gpt-4o/);
      await run('addLabel', { traceId, label: 'from the view' });
      const [, label] = await daemon.annotations(traceId);
      assert.equal(label?.label, 'from the view');
      assert.equal(await run('copyTraceId', { traceId: 'last', quiet: true }), traceId);
      assert.equal(await vscode.env.clipboard.readText(), traceId);
    });

    it('says why a call cannot be shown', async () => {
      const text = await run<string>('showCall', { traceId: 'f'.repeat(32), quiet: true });
      assert.match(text, /^This call cannot be shown: .*there is no such trace/);
    });

    it('does nothing to no call', async () => {
      assert.equal(await run('markCallGood'), undefined);
    });

    it('keeps what it has seen while the daemon is away', async () => {
      await daemon.stopDaemon();
      await run('refresh');
      assert.equal((await newest()).traceId, traceId);
      await daemon.startDaemon();
      await eventually('the return', () => api.statusModel().severity !== 'offline' || undefined);
    });

    it('opens its walkthrough', async () => {
      await run('openWalkthrough');
      await eventually(
        'the page of the walkthrough',
        () =>
          vscode.window.tabGroups.activeTabGroup.activeTab?.label.match(/welcome|walkthrough/i) ?? undefined,
        () => vscode.window.tabGroups.activeTabGroup.activeTab?.label,
      );
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    });
  });
}
