import type { Page } from 'playwright-core';
import { waitUntil } from '../harness/wait-until.ts';

const PALETTE_TIMEOUT_MS = 60_000;

/** Runs a command as a user does: opens the command palette, types the title and takes the entry that bears it. */
export async function runCommand(page: Page, title: string): Promise<void> {
  const input = page.locator('.quick-input-widget:visible input');
  await waitUntil({
    what: 'the command palette',
    timeoutMs: PALETTE_TIMEOUT_MS,
    // A window that is still being filled may not hear the key.
    probe: async () => {
      await page.keyboard.press('F1');
      await input.waitFor({ timeout: 10_000 });
      return true;
    },
  });
  await input.fill(`>${title}`);
  await quickPickEntry(page, title).click({ timeout: PALETTE_TIMEOUT_MS });
}

/** The entry of the open palette or quick pick whose text holds `text` (case does not matter). */
export function quickPickEntry(page: Page, text: string): ReturnType<Page['locator']> {
  return page.locator('.quick-input-widget:visible .monaco-list-row').filter({ hasText: text }).first();
}

/** Closes what asks or lists something at the top of the window, and waits until it is gone. */
export async function closePicker(page: Page): Promise<void> {
  const picker = page.locator('.quick-input-widget');
  await waitUntil({
    what: 'the picker to close',
    timeoutMs: PALETTE_TIMEOUT_MS,
    // A picker that is still being filled may not hear the key.
    probe: async () => {
      await page.keyboard.press('Escape');
      return (await picker.isHidden()) || undefined;
    },
  });
}
