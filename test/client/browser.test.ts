import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { findChromium, launchChromium } from '../harness/chromium.ts';
import { startDaemon, type TestDaemon } from '../harness/daemon.ts';
import { notRun } from '../harness/not-run.ts';
import { staysOnOneDay } from '../harness/one-day.ts';

const CLIENT = fileURLToPath(new URL('../../core/src/client/index.ts', import.meta.url));

/** Runs in the page. No poll comes within an hour, so what changes was pushed, or asked for on a focus. */
const OPEN_SESSION = `
  const { EditorSession, StorageOutboxStore, StorageToldThresholds, DEFAULT_STATUS_SETTINGS } = candela;
  window.notices = [];
  window.session = new EditorSession({
    resolveBaseUrl: () => Promise.resolve(location.origin),
    outboxStore: new StorageOutboxStore(localStorage),
    settings: { ...DEFAULT_STATUS_SETTINGS, notifyAtPercents: [0.1] },
    pollIntervalMs: 3_600_000,
    livePollIntervalMs: 3_600_000,
    pauseAfterMs: 1,
    thresholds: {
      told: new StorageToldThresholds(localStorage),
      onReached: (notice) => notices.push(notice.text),
    },
    onCaughtUp: () => {},
    onOutboxError: (error) => { throw error; },
  });
  session.start();
`;

const chromium = findChromium();
if (chromium === undefined) notRun('client in a browser', 'there is no Chromium: apt-get install chromium');
else describe('core/client in a real browser', () => describeBrowser(chromium));

function describeBrowser(executablePath: string): void {
  staysOnOneDay();
  let daemon: TestDaemon;
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];

  const call = async () => {
    const answer = await fetch(`${daemon.url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({
        model: 'demo-1',
        max_tokens: 100,
        messages: [{ role: 'user', content: 'Hello' }],
      }),
    });
    assert.equal(answer.status, 200);
    await answer.text();
  };
  const until = (condition: string) => page.waitForFunction(condition, undefined, { timeout: 60_000 });

  before(async () => {
    daemon = await startDaemon({ demo: true, budgetDailyUsd: 0.5 });
    browser = await launchChromium(executablePath);
    const { outputFiles } = await build({
      entryPoints: [CLIENT],
      ...{ bundle: true, write: false, format: 'iife', globalName: 'candela', platform: 'browser' },
    });
    // The daemon's own page allows no script but its own; the origin is what is wanted of it.
    page = await browser.newPage({ bypassCSP: true });
    page.on('pageerror', (error) => errors.push(String(error)));
    await page.goto(`${daemon.url}/healthz`);
    await page.addScriptTag({ content: outputFiles[0]?.text ?? '' });
    await page.evaluate(OPEN_SESSION);
  });

  after(async () => {
    await browser?.close();
    await daemon?.stop();
  });

  it('moves its number for a call, because the daemon says so', async () => {
    await until(`session.status.text === '$0.00 / $0.50' && session.status.source.via === 'push'`);
    await call();
    await until(`session.status.text === '$0.000786 / $0.50'`);
  });

  it('tells of a threshold once, and writes down that it did', async () => {
    await until('notices.length === 1');
    assert.match(String(await page.evaluate('notices[0]')), /0\.1 % of today's budget is used/);
    const keys = String(await page.evaluate('Object.keys(localStorage).join()'));
    assert.match(keys, /candela\.told\.\d{4}-\d\d-\d\d 0\.1 local/);
  });

  it('rests while nobody looks, and catches up at once when somebody does', async () => {
    await page.evaluate('session.setFocused(false)');
    await until(`session.status.source.via === 'paused'`);
    await call();
    assert.equal(await page.evaluate('session.status.text'), '$0.000786 / $0.50');
    await page.evaluate('session.setFocused(true)');
    await until(`session.status.text === '$0.001572 / $0.50' && session.status.source.via === 'push'`);
  });

  it('keeps an annotation while the daemon is away, without an error in the page', async () => {
    await daemon.kill();
    await until(`session.status.text === '--'`);
    const kept = await page.evaluate(`
      session.annotate({ kind: 'label', traceId: 't', label: 'x' }).then(({ result }) => [result, localStorage.length])
    `);
    assert.deepEqual(kept, ['kept', 2]);
    assert.deepEqual(errors, []);
    await page.evaluate('session.stop()');
  });
}
