import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { findChromium, launchChromium } from '../harness/chromium.ts';
import { startDaemon, type TestDaemon } from '../harness/daemon.ts';
import { notRun } from '../harness/not-run.ts';

const chromium = findChromium();
if (chromium === undefined) notRun('page', 'there is no Chromium: apt-get install chromium');
else describe('the page at /, in a real browser', () => describePage(chromium));

function describePage(executablePath: string): void {
  let daemon: TestDaemon;
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];

  before(async () => {
    daemon = await startDaemon({ demo: true, budgetDailyUsd: 0.5 });
    browser = await launchChromium(executablePath);
    page = await browser.newPage();
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
  });

  after(async () => {
    await browser?.close();
    await daemon?.stop();
  });

  it('shows the spend, the model and the call, without an error on the console', async () => {
    const answer = await fetch(`${daemon.url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({
        model: 'demo-1',
        max_tokens: 100,
        messages: [{ role: 'user', content: 'Hello' }],
      }),
    });
    assert.equal(answer.status, 200);
    await page.goto(`${daemon.url}/`);
    await page.locator('#spent', { hasText: '$0.000786 of $0.50' }).waitFor();
    assert.match(await page.locator('#models').innerText(), /demo-1\s+demo\s+1\s+54\s+\$0\.000786/);
    assert.match(await page.locator('#traces').innerText(), /demo-1\s+ok\s+54\s+\$0\.000786/);
    assert.deepEqual(errors, []);
  });

  it('says so when its figures are old', async () => {
    await daemon.kill();
    await page.locator('#state', { hasText: 'not up to date' }).waitFor();
    assert.match(await page.locator('#spent').innerText(), /0\.000786/);
  });
}
