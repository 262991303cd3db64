import assert from 'node:assert/strict';
import OpenAI from 'openai';
import { FAKE_OPENAI_KEY } from '../fakes/provider/start.ts';
import { staysOnOneDay } from '../harness/one-day.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { listAnnotations } from './annotations.ts';
import { runCommand } from './command-palette.ts';
import { EXTENSION_ID, NO_AUTO_START, VSIX_PATH } from './extension-package.ts';
import {
  arrangeForPicture,
  PICTURE_SETTINGS,
  PICTURE_VIEWPORT,
  takeReadmePicture,
} from './readme-picture.ts';
import { type Rig, startRig } from './rig.ts';
import { keepEvidence } from './evidence.ts';
import {
  hoverStatusBarItem,
  readStatusBarItem,
  statusBarItem,
  type StatusBarItem,
  waitForStatusBarItem,
} from './status-bar.ts';
import { openInstalled, type VscodeRuntime, type Workbench } from './workbench.ts';

/** Longer than the extension's longest pause between two looks at the daemon. */
const SHOWN_TIMEOUT_MS = 60_000;

/** Drives VS Code as a developer does, with the packaged extension installed, and looks at what is drawn. */
export function describeStatusBar(runtime: VscodeRuntime): void {
  describe('the status bar, with the packaged extension installed', function () {
    this.timeout(480_000);
    staysOnOneDay();
    let rig: Rig;
    let workbench: Workbench;
    let lastTraceId = '';

    before(async () => {
      rig = await startRig({ budgetDailyUsd: 1 });
      workbench = await openInstalled({
        runtime,
        vsix: VSIX_PATH,
        env: rig.env,
        settings: { ...PICTURE_SETTINGS, ...NO_AUTO_START },
        viewport: PICTURE_VIEWPORT,
      });
    });
    afterEach(async function () {
      if (this.currentTest?.state === 'failed') await keepEvidence(workbench, this.currentTest.title);
    });
    after(async () => {
      await workbench?.close();
      await rig?.close();
    });

    const item = () => statusBarItem(workbench.page, EXTENSION_ID);
    const shows = (what: string, matches: (shown: StatusBarItem) => boolean) =>
      waitForStatusBarItem(item(), what, SHOWN_TIMEOUT_MS, matches);

    /** Makes one call with the real SDK; gpt-4o costs $2.50 per million input and $10 per million output tokens. */
    async function callModel(usage: { inputTokens: number; outputTokens: number }): Promise<void> {
      await rig.provider.setScript([{ usage }]);
      const client = new OpenAI({ apiKey: FAKE_OPENAI_KEY, baseURL: `${rig.daemonUrl}/proxy/openai/v1` });
      const { response } = await client.chat.completions
        .create({ model: 'gpt-4o', max_tokens: 1_000, messages: [{ role: 'user', content: 'Good morning' }] })
        .withResponse();
      lastTraceId = response.headers.get('x-candela-trace-id') ?? '';
    }

    it('shows a day without spend as such', async () => {
      await shows('the day’s budget', ({ text }) => text === '$0.00 / $1.00');
    });

    it('shows the cost of a call made with the openai package', async () => {
      await callModel({ inputTokens: 20_000, outputTokens: 10_000 });
      const shown = await shows('$0.15', ({ text }) => text === '$0.15 / $1.00');
      assert.match(shown.ariaLabel, /\$0\.15 of \$1\.00/);
    });

    it('takes the warning colour past the threshold', async () => {
      const calm = await readStatusBarItem(item());
      await callModel({ inputTokens: 80_000, outputTokens: 50_000 });
      const warned = await shows('$0.85', ({ text }) => text === '$0.85 / $1.00');
      assert.notEqual(warned.backgroundColor, calm.backgroundColor);
      assert.match(warned.ariaLabel, /warning/i);
    });

    it('tells the details in the tooltip', async () => {
      await arrangeForPicture(workbench);
      const tooltip = await hoverStatusBarItem(workbench.page, item());
      const text = (await tooltip.textContent()) ?? '';
      for (const word of ['Cost', '$0.85', 'Tokens', 'Calls', 'Budget', 'Resets'])
        assert.ok(text.includes(word), `${word} in ${text}`);
      await takeReadmePicture(workbench, tooltip);
    });

    it('marks the last trace good from the command palette', async () => {
      await runCommand(workbench.page, 'Mark Last Trace Good');
      const annotations = await waitUntil({
        what: `an annotation on trace ${lastTraceId}`,
        timeoutMs: SHOWN_TIMEOUT_MS,
        probe: async () => {
          const listed = await listAnnotations(rig.daemonUrl, lastTraceId);
          return listed.length > 0 ? listed : undefined;
        },
      });
      assert.deepEqual(
        annotations.map(({ type, success }) => ({ type, success })),
        [{ type: 'ANNOTATION_TYPE_OUTCOME', success: true }],
      );
    });

    it('says that the spend is not known once the daemon stops, and shows it again when it returns', async () => {
      await rig.control.stop();
      const offline = await shows('the daemon to be missed', ({ text }) => text === '--');
      assert.match(offline.ariaLabel, /not known/);
      await rig.control.start();
      await shows('the spend again', ({ text }) => text === '$0.85 / $1.00');
    });

    it('has the walkthrough take Candela for started when it is opened later', async () => {
      await runCommand(workbench.page, 'Candela: Getting Started');
      const isChecked = '[data-done-step-id$="#start"].codicon-getting-started-step-checked';
      await workbench.page.locator(isChecked).waitFor({ timeout: SHOWN_TIMEOUT_MS });
    });
  });
}
