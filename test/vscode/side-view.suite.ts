import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import OpenAI from 'openai';
import type { Locator, Page } from 'playwright-core';
import { FAKE_OPENAI_KEY } from '../fakes/provider/start.ts';
import { staysOnOneDay } from '../harness/one-day.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { listAnnotations } from './annotations.ts';
import { closePicker, quickPickEntry, runCommand } from './command-palette.ts';
import { keepEvidence } from './evidence.ts';
import { EXTENSION_ID, NO_AUTO_START, VSIX_PATH } from './extension-package.ts';
import { FOLLOW_COLOR_SCHEME, takeBothPictures, UNCLUTTERED } from './pictures.ts';
import { type Rig, startRig } from './rig.ts';
import { statusBarItem } from './status-bar.ts';
import { openInstalled, type VscodeRuntime, type Workbench } from './workbench.ts';

const SHOWN_TIMEOUT_MS = 60_000;
const WINDOW = { width: 1180, height: 700 };

/** Drives the side view and what hangs on it as a developer does, and looks at what is drawn. */
export function describeSideView(runtime: VscodeRuntime): void {
  describe('the side view, with the packaged extension installed', function () {
    this.timeout(480_000);
    staysOnOneDay();
    let rig: Rig;
    let workbench: Workbench;
    let page: Page;
    let traceId = '';

    before(async () => {
      rig = await startRig({ budgetDailyUsd: 1 });
      workbench = await openInstalled({
        runtime,
        vsix: VSIX_PATH,
        env: rig.env,
        settings: {
          ...FOLLOW_COLOR_SCHEME,
          ...UNCLUTTERED,
          ...NO_AUTO_START,
          'candela.chat.models': ['gpt-4o', 'gpt-4o-mini', 'gpt-4.1', 'gpt-5', 'gpt-5-mini', 'o3', 'o4-mini'],
        },
        viewport: WINDOW,
      });
      ({ page } = workbench);
      // Until then the command palette may not know of the extension.
      await shown(statusBarItem(page, EXTENSION_ID));
    });
    afterEach(async function () {
      if (this.currentTest?.state === 'failed') await keepEvidence(workbench, this.currentTest.title);
    });
    after(async () => {
      await workbench?.close();
      await rig?.close();
    });

    const shown = (locator: Locator) => locator.first().waitFor({ timeout: SHOWN_TIMEOUT_MS });
    const rows = () => page.locator('.sidebar .monaco-list-row');
    const row = (text: string | RegExp) => rows().filter({ hasText: text }).first();

    /** @param labels in the form of the header `X-Candela-Labels`. */
    async function callModel(model: string, prompt: string, rule: object, labels = ''): Promise<string> {
      await rig.provider.setScript([rule]);
      const client = new OpenAI({ apiKey: FAKE_OPENAI_KEY, baseURL: `${rig.daemonUrl}/v1`, maxRetries: 0 });
      const request = { model, max_tokens: 1_000, messages: [{ role: 'user' as const, content: prompt }] };
      const headers = labels === '' ? {} : { 'x-candela-labels': labels };
      const response = await client.chat.completions.create(request, { headers }).asResponse();
      return response.headers.get('x-candela-trace-id') ?? '';
    }

    it('says why it is empty, and what to do about it', async () => {
      await runCommand(page, 'Candela: Focus on Recent calls View');
      await shown(page.getByText('No call has gone through Candela yet'));
      await shown(page.locator('.sidebar').getByRole('button', { name: 'Getting Started' }));
      await rig.control.stop();
      await shown(page.getByText('Candela cannot be reached'));
      await shown(page.locator('.sidebar').getByRole('button', { name: 'Start Candela' }));
      await rig.control.start();
      await shown(page.getByText('No call has gone through Candela yet'));
    });

    // Before the others: once they have done all of its steps, VS Code shows it no more.
    it('walks a new user through it', async () => {
      await page.setViewportSize({ width: 1400, height: 760 });
      await runCommand(page, 'Candela: Getting Started');
      await shown(page.getByText('Get started with Candela'));
      await page.getByText('Point your tools at it').first().click();
      // The text beside the steps stands in a frame of its own.
      await waitUntil({
        what: 'the text of the step',
        timeoutMs: SHOWN_TIMEOUT_MS,
        probe: async () => {
          const found = page.frames().map((frame) => frame.getByText('Where to point what').count());
          return (await Promise.all(found)).some((count) => count > 0) || undefined;
        },
      });
      await takeBothPictures(page, 'vscode-walkthrough', page.getByText('Get started with Candela').first());
      await runCommand(page, 'View: Close All Editors');
      await page.setViewportSize(WINDOW);
    });

    it('lists a call soon after it was made', async () => {
      const usage = { inputTokens: 20_000, outputTokens: 10_000 };
      const text = 'Not quite: each call adds the listener again.\n\n```ts\nif (isBound) return;\n```';
      traceId = await callModel('gpt-4o', 'Is bind() safe to call twice?', { usage, text });
      await shown(row(/gpt-4o.*\$0\.15 · 30\.0k tok/));
      await callModel('gpt-5', 'Name three cities.', { usage: { inputTokens: 4_000, outputTokens: 900 } });
      await callModel('o3', 'Hello', { faults: [{ kind: 'status', code: 500 }] }).catch(() => '');
      await shown(row('o3').locator('.codicon-error'));
      const label = (await row('gpt-4o').getAttribute('aria-label')) ?? '';
      assert.match(label, /gpt-4o, \$0\.15, 30,000 tokens, less than a minute ago, not marked yet/);
    });

    it('says above the list what the branch one works in has cost', async () => {
      const git = join(workbench.server.workspace, '.git');
      await mkdir(git);
      await writeFile(join(git, 'HEAD'), 'ref: refs/heads/listener-leak\n');
      await writeFile(join(git, 'config'), '[remote "origin"]\n\turl = git@example.com:acme/shop.git\n');
      const labels = 'vcs.repository.name=shop,vcs.ref.head.name=listener-leak';
      await callModel(
        'o4-mini',
        'Where does it leak?',
        { usage: { inputTokens: 9_000, outputTokens: 2_500 } },
        labels,
      );
      await shown(
        page
          .locator('.sidebar .tree-explorer-viewlet-tree-view .message')
          .getByText('Branch listener-leak: $0.02'),
      );
    });

    it('marks a call by the thumb beside it', async () => {
      await row('gpt-4o').hover();
      await row('gpt-4o').getByRole('button', { name: 'Mark Good' }).click();
      await shown(row('gpt-4o').locator('.codicon-thumbsup-filled'));
      await waitUntil({
        what: 'the annotation',
        timeoutMs: SHOWN_TIMEOUT_MS,
        probe: async () => (await listAnnotations(rig.daemonUrl, traceId))[0]?.success,
      });
    });

    it('opens a call with its prompt and its answer', async () => {
      await row('gpt-4o').click();
      await shown(page.locator('.monaco-editor .view-line', { hasText: 'Is bind() safe' }));
      await shown(page.locator('.tab', { hasText: `Call ${traceId.slice(0, 8)}` }));
      await shown(page.locator('.editor-actions').getByRole('button', { name: 'Mark Bad' }));
      // Headings are bold once the editor has learnt its Markdown.
      const heading = page.locator('.monaco-editor .view-line .mtkb').first();
      await takeBothPictures(page, 'vscode-recent-calls', heading);
    });

    it('tells once that the budget runs low', async () => {
      await callModel('gpt-4o', 'More', { usage: { inputTokens: 100_000, outputTokens: 42_000 } });
      await shown(page.locator('.statusbar-item[id="status.notifications"] .codicon-bell-dot'));
      await runCommand(page, 'Notifications: Show Notifications');
      const notices = page.locator('.notifications-center .notification-list-item');
      const notice = notices.filter({ hasText: "of today's budget is used" });
      await shown(notice);
      assert.equal(await notice.count(), 1);
      await notice.getByRole('button', { name: 'Budget and grants' }).click();
      await shown(quickPickEntry(page, 'Remaining'));
      await closePicker(page);
    });

    it('offers everything else at a click on the status bar', async () => {
      await page.locator('.statusbar-item[id^="candela-dev.candela."]').first().click();
      for (const action of ['Recent calls', 'Cost by model today', 'Cost of this branch', 'Open dashboard'])
        await shown(quickPickEntry(page, action));
      await quickPickEntry(page, 'Cost by model today').click();
      await shown(quickPickEntry(page, 'gpt-4o (openai)'));
      await closePicker(page);
    });

    it('keeps a key that is typed unseen', async () => {
      await runCommand(page, 'Candela: Set Provider Key');
      await quickPickEntry(page, 'openai').click();
      const input = page.locator('.quick-input-widget:visible input[type="password"]');
      await input.fill(FAKE_OPENAI_KEY);
      await page.keyboard.press('Enter');
      await shown(page.getByText('The key for openai is kept.'));
      await runCommand(page, 'Candela: Set Provider Key');
      assert.match((await quickPickEntry(page, 'openai').textContent()) ?? '', /openai\s*stored/);
      await closePicker(page);
    });

    it('shows its models to VS Code’s own chat, and its MCP server to the agents', async () => {
      await runCommand(page, 'Chat: Manage Language Models');
      const models = page.locator('.monaco-modal-editor-block');
      const listed = models.getByText('gpt-5-mini', { exact: true }).first();
      await takeBothPictures(page, 'vscode-chat-models', listed);
      await page.keyboard.press('Escape');
      await models.waitFor({ state: 'hidden', timeout: SHOWN_TIMEOUT_MS });
      await runCommand(page, 'MCP: List Servers');
      await shown(quickPickEntry(page, 'Candela'));
      await closePicker(page);
    });

    it('explains its settings', async () => {
      await runCommand(page, 'View: Close All Editors');
      await runCommand(page, 'Preferences: Open Settings (UI)');
      const search = page.locator('.settings-editor .suggest-input-container .monaco-editor');
      await search.click({ timeout: SHOWN_TIMEOUT_MS });
      // In one piece, because typing would open suggestions.
      await page.keyboard.insertText('@ext:candela-dev.candela');
      const explained = page.locator('.settings-editor').getByText('What the status bar says.');
      await shown(explained);
      await takeBothPictures(page, 'vscode-settings', explained);
    });
  });
}
