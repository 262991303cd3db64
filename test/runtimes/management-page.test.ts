import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { findChromium, launchChromium } from '../harness/chromium.ts';
import { notRun } from '../harness/not-run.ts';
import { startServer } from '../harness/server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { startRig, type RuntimeRig } from './rig.ts';

const chromium = findChromium();
if (chromium === undefined) notRun('management page', 'there is no Chromium: apt-get install chromium');
else {
  describe('the management page at /_local/, in a real browser', () => {
    describePage(chromium);
  });
}

function describePage(executablePath: string): void {
  let rig: RuntimeRig;
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];

  before(async () => {
    rig = await startRig({ backend: 'ollama', installed: ['ollama', 'lmstudio'], demo: true });
    browser = await launchChromium(executablePath);
    page = await browser.newPage({ viewport: { width: 400, height: 800 } });
    page.setDefaultTimeout(60_000);
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    await page.goto(`${rig.daemon.url}/_local`);
  });
  after(async () => {
    await browser?.close();
    await rig?.close();
  });
  /** In the page, whose types are not those of this program. */
  const inPage = <T>(script: string): Promise<T> => page.evaluate<T>(script);

  it('starts the runtime, and shows its models and which runtimes are there', async () => {
    assert.equal(new URL(page.url()).pathname, '/_local/');
    await page.locator('#runtime-state', { hasText: 'Ollama: stopped' }).waitFor();
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.locator('#runtime-state', { hasText: 'Ollama: running' }).waitFor();
    await page.locator('#models', { hasText: 'llama3.2:3b' }).waitFor();
    await page.getByText('Runtimes on this machine').click();
    assert.match(await page.locator('#backends').innerText(), /vLLM\s+not installed\s+install it with/);
  });

  it('loads and unloads a model', async () => {
    await page.getByRole('button', { name: 'Load llama3.2:3b' }).click();
    await page.getByRole('button', { name: 'Unload llama3.2:3b' }).click();
    await page.getByRole('button', { name: 'Load llama3.2:3b' }).waitFor();
  });

  it('downloads by keyboard alone: progress, cancel, resume, and no focus is lost on the way', async () => {
    await page.getByLabel('Model to download').focus();
    await page.keyboard.type('stuck-model:8b');
    await page.keyboard.press('Enter');
    const row = page.locator('#pulls li', { hasText: 'stuck-model:8b' });
    await row.getByText('50 % · 500 MB of 1.0 GB').waitFor();
    assert.equal(await row.getByRole('progressbar').getAttribute('value'), '50');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    assert.equal(await inPage('document.activeElement.ariaLabel'), 'Cancel stuck-model:8b');
    await page.keyboard.press('Enter');
    await row.getByText('cancelled').waitFor();
    assert.equal(await inPage('document.activeElement.ariaLabel'), 'Resume stuck-model:8b');
    await page.keyboard.press('Enter');
    await row.getByText('complete').waitFor();
    await page.locator('#models', { hasText: 'stuck-model:8b' }).waitFor();
  });

  it('shows a model with a hostile name as text', async () => {
    const name = '<img/src=x/onerror=document.title=1>:1b';
    await page.getByLabel('Model to download').fill(name);
    await page.keyboard.press('Enter');
    await page.locator('#models h3', { hasText: name }).waitFor();
    assert.deepEqual([await page.locator('img').count(), await page.title()], [0, 'Candela on this machine']);
  });

  it('deletes a model once the reader has confirmed it', async () => {
    const remove = page.getByRole('button', { name: 'Delete nomic-embed-text:latest…' });
    await remove.click();
    await page.keyboard.press('Escape');
    await remove.click();
    await page.locator('#question').getByRole('button', { name: 'Delete' }).click();
    await page.locator('#models h3', { hasText: 'nomic-embed-text' }).waitFor({ state: 'detached' });
  });

  it('shows a call with its cost as soon as it has ended', async () => {
    const answer = await fetch(`${rig.daemon.url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({
        ...{ model: 'demo-1', max_tokens: 100 },
        messages: [{ role: 'user', content: 'Hello' }],
      }),
    });
    assert.equal(answer.status, 200);
    await answer.text();
    const row = page.locator('#traces tbody tr').first();
    await row.waitFor();
    assert.match(await row.innerText(), /demo-1\s+\$0\.000786\s+54\s+[\d.]+ s\s+demo\s+ok/);
  });

  it('changes settings, which are in force then', async () => {
    await page.getByLabel('Discount off every price').fill('12.5');
    await page.getByLabel('Prompt caching of Claude').selectOption('auto');
    await page.getByRole('switch').uncheck();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('in force from the next call on').waitFor();
    const { body } = await rig.api('GET', 'config');
    assert.deepEqual(
      [body.pricing.discount_percent, body.caching.anthropic, body.caching.cache_ttl, body.capture_content],
      [0.125, 'auto', '5m', false],
    );
  });

  it('forgets what it is told to forget, and nothing if the reader thinks better of it', async () => {
    const past = page.locator('#pulls li');
    const before = await past.count();
    await page.getByRole('button', { name: 'Reset…' }).click();
    await page.locator('#question').getByRole('button', { name: 'Keep' }).click();
    assert.equal(((await rig.api('GET', 'pulls')).body.pulls as unknown[]).length, before);
    await page.getByRole('button', { name: 'Reset…' }).click();
    await page.locator('#question').getByRole('button', { name: 'Forget them' }).click();
    await past.first().waitFor({ state: 'detached' });
    assert.deepEqual((await rig.api('GET', 'pulls')).body, { pulls: [] });
  });

  it('tells why something was refused', async () => {
    await page.getByLabel('Model to download').fill('--nothing');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('model: must be the name of a model').waitFor();
    // The browser itself notes every refusal on its console, in its own time.
    await waitUntil({ what: 'its note', probe: () => errors.length > 0 || undefined });
    assert.match(errors.splice(0).join('\n'), /^Failed to load resource: .*400 \(Bad Request\)$/);
  });

  it('shows a runtime that crashed, with its reason', async () => {
    await rig.runtime.control('crash', { words: 'fatal: GPU is gone' });
    await page.locator('#runtime-state', { hasText: 'Ollama: error' }).waitFor();
    const reason = await page.locator('#runtime .problem').innerText();
    assert.equal(reason, 'ollama ended with exit code 3: loading… · fatal: GPU is gone');
  });

  it('fits 400 pixels, says what its policy is, and has made no error', async () => {
    assert.equal(await inPage('document.documentElement.scrollWidth'), 400);
    const answer = await fetch(`${rig.daemon.url}/_local/`);
    const policy = answer.headers.get('content-security-policy') ?? '';
    assert.match(
      policy,
      /^default-src 'none'; connect-src 'self'; style-src 'sha256-\S+'; script-src 'sha256-\S+';/,
    );
    assert.doesNotMatch(await answer.text(), /(src|href)="?https?:/);
    assert.deepEqual(errors, []);
  });

  it('reads well in both colour schemes', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const selector of ['body', '.muted', '.state.bad', '.problem', 'button.main']) {
        const [text, ...grounds] = await inPage<string[]>(colorsOf(selector));
        const contrast = contrastOf(text ?? '', grounds);
        assert.ok(contrast >= 4.5, `${colorScheme} ${selector}: ${contrast.toFixed(2)}`);
      }
    }
  });

  it('says what is the server’s, in team mode', async () => {
    const server = await startServer();
    const team = await startRig({ backend: 'ollama', remote: server.url });
    const other = await browser.newPage();
    await other.goto(`${team.daemon.url}/_local/`);
    await other.locator('#settings', { hasText: 'in team mode the server has the settings' }).waitFor();
    await other.locator('#traces', { hasText: 'No calls yet.' }).waitFor();
    await other.locator('#health', { hasText: 'answers' }).waitFor();
    await other.locator('#runtime-state', { hasText: 'Ollama: stopped' }).waitFor();
    await server.stop();
    await other.reload();
    await other.locator('#traces', { hasText: 'could not reach the team' }).waitFor();
    await other.locator('#runtime-state', { hasText: 'Ollama: stopped' }).waitFor();
    await other.close();
    await team.close();
  });

  it('says so when its figures are old', async () => {
    await rig.daemon.kill();
    await page.locator('#live', { hasText: 'not up to date' }).waitFor();
  });
}

/** A script: the colour of the first such element, and the grounds below it from the innermost on, as a canvas has them. */
function colorsOf(selector: string): string {
  return `(() => {
    const canvas = document.createElement('canvas').getContext('2d');
    const rgba = (color) => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data].join(' ');
    };
    const element = document.querySelector('${selector}');
    const grounds = [];
    for (let at = element; at !== null; at = at.parentElement) grounds.push(rgba(getComputedStyle(at).backgroundColor));
    return [rgba(getComputedStyle(element).color), ...grounds];
  })()`;
}

/** Contrast of text on its ground: WCAG 2.2, "contrast ratio". */
function contrastOf(text: string, grounds: readonly string[]): number {
  const numbers = (color: string): number[] => color.split(' ').map(Number);
  const ground = grounds.toReversed().reduce<number[]>(
    (below, color) => {
      const [r = 0, g = 0, b = 0, alpha = 0] = numbers(color);
      const share = alpha / 255;
      return [r, g, b].map((value, at) => value * share + (below[at] ?? 0) * (1 - share));
    },
    [255, 255, 255],
  );
  const luminance = (rgb: readonly number[]): number => {
    const [r = 0, g = 0, b = 0] = rgb.map((value) => {
      const share = value / 255;
      return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [one, other] = [luminance(numbers(text).slice(0, 3)), luminance(ground)];
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}
