import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { JETBRAINS_BRIDGE } from '../bridge/bridge-process.ts';
import { Editor } from '../bridge/editor.ts';
import { FAKE_OPENAI_KEY, type FakeProvider, startFakeProvider } from '../fakes/provider/start.ts';
import { freePort } from '../harness/free-port.ts';
import { staysOnOneDay } from '../harness/one-day.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { keepEvidence } from './evidence.ts';
import { EXTENSION_ID, VSIX_PATH } from './extension-package.ts';
import { statusBarItem, waitForStatusBarItem } from './status-bar.ts';
import { openInstalled, type VscodeRuntime, type Workbench } from './workbench.ts';

const SHOWN_TIMEOUT_MS = 60_000;

/** Two windows and a bridge come up at once where no daemon runs, as when editors restore what was open. */
export function describeTwoWindows(runtime: VscodeRuntime): void {
  describe('two windows and a bridge at once', function () {
    this.timeout(480_000);
    staysOnOneDay();
    let home: string;
    let provider: FakeProvider;
    let workbench: Workbench;
    let windows: readonly Page[] = [];
    let bridge: Editor;

    before(async () => {
      home = await mkdtemp(join(tmpdir(), 'candela-two-windows-'));
      provider = await startFakeProvider();
      const config = join(home, 'config.yaml');
      await writeFile(
        config,
        JSON.stringify({
          providers: [{ name: 'openai', upstream: provider.url }],
          budget: { daily_usd: 1 },
        }),
      );
      const env = {
        CANDELA_HOME: home,
        CANDELA_CONFIG: config,
        CANDELA_PORT: String(await freePort()),
        CANDELA_LM_STUDIO_PORT: '0',
      };
      // So long that only what the daemon pushes can change a figure in time.
      const pollIntervalSeconds = 3600;
      const candela = { status: true, autoStart: true, pollIntervalSeconds };
      bridge = new Editor({ script: JETBRAINS_BRIDGE, env: { HOME: home, ...env }, candela });
      const settings = { 'candela.pollIntervalSeconds': pollIntervalSeconds };
      [workbench] = await Promise.all([
        openInstalled({ runtime, vsix: VSIX_PATH, env, settings }),
        bridge.open(),
      ]);
      const second = await workbench.page.context().newPage();
      windows = [workbench.page, second];
      await second.goto(workbench.page.url());
    });
    afterEach(async function () {
      if (this.currentTest?.state === 'failed') await keepEvidence(workbench, this.currentTest.title);
    });
    after(async () => {
      await workbench?.close();
      await bridge?.dispose();
      const daemon = await discovery(home).catch(() => undefined);
      if (daemon) process.kill(daemon.pid, 'SIGTERM');
      await waitUntil({
        what: 'the daemon to end',
        probe: async () => (await discovery(home).catch(() => true)) === true || undefined,
      });
      await provider?.stop();
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    });

    /** Answers when each showed it: the windows, then the bridge. */
    const allShow = (text: string, elapsedMs: () => number = () => 0) =>
      Promise.all([
        ...windows.map(async (page) => {
          const item = statusBarItem(page, EXTENSION_ID);
          await waitForStatusBarItem(item, text, SHOWN_TIMEOUT_MS, (shown) => shown.text === text);
          return elapsedMs();
        }),
        bridge.status(`that says ${text}`, (status) => status.text === text).then(elapsedMs),
      ]);

    it('start one daemon between them', async () => {
      await allShow('$0.00 / $1.00');
      const started = (await readFile(join(home, 'daemon.err.log'), 'utf8')).match(/Candela is running at/g);
      assert.equal(started?.length, 1);
    });

    it('show the same number after a call, without asking for it', async () => {
      const { url } = await discovery(home);
      await provider.setScript([{ usage: { inputTokens: 20_000, outputTokens: 10_000 } }]);
      const response = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${FAKE_OPENAI_KEY}` },
        body: JSON.stringify({
          model: 'gpt-4o',
          max_tokens: 100,
          messages: [{ role: 'user', content: 'Hello' }],
        }),
      });
      assert.equal(response.status, 200, await response.text());
      const answeredAtMs = performance.now();
      const tookMs = await allShow('$0.15 / $1.00', () => Math.round(performance.now() - answeredAtMs));
      const [background, foreground, bridged] = tookMs;
      process.stderr.write(
        `        shown ${foreground} ms after the answer, in the tab behind after ${background} ms, by the bridge after ${bridged} ms\n`,
      );
    });
  });
}

async function discovery(home: string): Promise<{ readonly pid: number; readonly url: string }> {
  return JSON.parse(await readFile(join(home, 'daemon.json'), 'utf8')) as { pid: number; url: string };
}
