import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { CandelaExtensionApi } from '../../src/extension.ts';
import { DaemonClient } from './daemon-client.ts';
import { activateExtension, eventually, testContext } from './test-context.ts';

export function describeStatus(): void {
  describe('the status bar', () => {
    const daemon = new DaemonClient(testContext());
    let api: CandelaExtensionApi;

    const shows = (what: string, matches: () => boolean) =>
      eventually(
        what,
        () => matches() || undefined,
        () => api.drawnStatus(),
      );
    /** Without what only keeps the width. */
    const shownText = () => api.drawnStatus().text.replaceAll('\u2007', '');
    const severity = () => api.statusModel().severity;

    before(async () => {
      await daemon.startDaemon();
      api = await activateExtension();
      await daemon.setBudget(100);
      await shows('the budget', () => api.statusModel().text.endsWith('/ $100.00'));
    });
    after(() => daemon.startDaemon());

    it('finds the daemon by itself and shows spend against the budget', () => {
      assert.match(api.drawnStatus().text, /^\$\(flame\) \u2007*\$\d+\.\d+ \/ \$100\.00$/);
      assert.equal(api.drawnStatus().background, undefined);
      assert.equal(severity(), 'ok');
    });

    it('changes after a call, without being asked', async () => {
      const before = shownText();
      await daemon.chat({ inputTokens: 20_000, outputTokens: 10_000 });
      const after = `$(flame) $${(await daemon.spentUsd()).toFixed(2)} / $100.00`;
      assert.notEqual(after, before);
      await shows('the new spend', () => shownText() === after);
    });

    it('warns past the threshold by colour, sign and word, and tells when the budget is used up', async () => {
      const spent = await daemon.spentUsd();
      await daemon.setBudget(spent / 0.9);
      await shows('the warning', () => severity() === 'warn');
      assert.equal(api.drawnStatus().background, 'statusBarItem.warningBackground');
      assert.match(api.drawnStatus().text, /^\$\(warning\) /);
      assert.match(api.statusModel().accessibilityLabel, /Warning/);
      await daemon.setBudget(spent / 1.25);
      await shows('the end of the budget', () => severity() === 'over');
      assert.equal(api.drawnStatus().background, 'statusBarItem.errorBackground');
      assert.match(api.drawnStatus().text, /^\$\(error\) /);
      assert.match(api.statusModel().tooltipMarkdown, /125\.0 % used/);
      await daemon.setBudget(100);
      await shows('calm', () => severity() === 'ok');
    });

    it('moves the threshold with the setting', async () => {
      await daemon.setBudget((await daemon.spentUsd()) / 0.5);
      await shows('half of the budget', () => api.statusModel().accessibilityLabel.includes('50.0 %'));
      assert.equal(severity(), 'ok');
      const settings = vscode.workspace.getConfiguration('candela');
      await settings.update('warnAtPercent', 40, vscode.ConfigurationTarget.Global);
      await shows('the warning', () => severity() === 'warn');
      await settings.update('warnAtPercent', undefined, vscode.ConfigurationTarget.Global);
      await shows('calm', () => severity() === 'ok');
      await daemon.setBudget(100);
    });

    it('says it in every form there is', async () => {
      const spent = await daemon.spentUsd();
      await daemon.setBudget(spent / 0.5);
      await shows('half of the budget', () => api.statusModel().accessibilityLabel.includes('50.0 %'));
      const settings = vscode.workspace.getConfiguration('candela.statusBar');
      const forms = [
        ['spend', /^\$\(flame\) \$\d+\.\d\d$/],
        ['percent', /^\$\(flame\) (49|50) %$/],
        ['tokens', /^\$\(flame\) [\d.]+k tok$/],
        ['icon', /^\$\(flame\)$/],
      ] as const;
      for (const [format, expected] of forms) {
        await settings.update('format', format, vscode.ConfigurationTarget.Global);
        await shows(format, () => expected.test(shownText()));
      }
      await settings.update('format', undefined, vscode.ConfigurationTarget.Global);
      await shows('the amounts', () => shownText().includes(' / '));
      await daemon.setBudget(100);
    });

    const tooltipLinks = () =>
      [...api.drawnStatus().tooltip.matchAll(/\]\(([^)]*)\)/g)].map(([, target]) => target);

    it('has links to its own commands only in the tooltip', () => {
      assert.deepEqual(tooltipLinks(), [
        'command:candela.refresh',
        'command:candela.showBudget',
        'command:candela.showCostSummary',
        'command:candela.openDashboard',
      ]);
    });

    it('says -- and why when the daemon stops, and recovers when it returns', async () => {
      const before = api.statusModel().text;
      await daemon.stopDaemon();
      await shows('the outage', () => severity() === 'offline');
      assert.equal(api.drawnStatus().text, '$(debug-disconnect) --');
      assert.equal(api.drawnStatus().background, undefined);
      assert.deepEqual(tooltipLinks(), ['command:candela.startDaemon', 'command:candela.refresh']);
      const tooltip = api.drawnStatus().tooltip.replaceAll('\\', '');
      assert.match(
        tooltip,
        /not reachable since \d\d:\d\d, last seen \$[\d.]+ \/ \$[\d.]+ at \d\d:\d\d: nothing answers at/,
      );
      await daemon.startDaemon();
      await shows('the return', () => severity() !== 'offline');
      assert.equal(api.statusModel().text.split(' / ')[0], before.split(' / ')[0]);
    });
  });
}
