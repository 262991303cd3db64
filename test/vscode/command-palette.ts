import type { Page } from 'playwright-core';

const PALETTE_TIMEOUT_MS = 15_000;

/** Runs a command as a user does: opens the command palette, types the title and takes the entry that bears it. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await page.keyboard.press('F1');
  const input = page.locator('.quick-input-widget:visible input');
  await input.waitFor({ timeout: PALETTE_TIMEOUT_MS });
  await input.fill(`>${title}`);
  await quickPickEntry(page, title).click({ timeout: PALETTE_TIMEOUT_MS });
}

/** The entry of the open palette or quick pick whose text holds `text` (case does not matter). */
export function quickPickEntry(page: Page, text: string): ReturnType<Page['locator']> {
  return page.locator('.quick-input-widget:visible .monaco-list-row').filter({ hasText: text }).first();
}
