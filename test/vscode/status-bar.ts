import type { Locator, Page } from 'playwright-core';
import { waitUntil } from '../harness/wait-until.ts';

/** What a status bar item shows at one moment. */
export interface StatusBarItem {
  /** The visible text, icons left out, white space collapsed. */
  readonly text: string;
  /** What a screen reader reads. */
  readonly ariaLabel: string;
  /** Computed CSS colours. */
  readonly backgroundColor: string;
  readonly color: string;
}

/** Items of one extension; the id in the DOM is `<publisher>.<extension>.<item id>`. */
export function statusBarItem(page: Page, extensionId: string): Locator {
  return page.locator(`.statusbar-item[id^="${extensionId}."]`).first();
}

/** What is used of the browser's globals; this project compiles without the DOM library. */
interface BrowserGlobals {
  readonly getComputedStyle: (element: unknown) => {
    readonly backgroundColor: string;
    readonly color: string;
  };
}

export async function readStatusBarItem(item: Locator): Promise<StatusBarItem> {
  return await item.evaluate((element) => {
    const { getComputedStyle } = globalThis as unknown as BrowserGlobals;
    const link = element.querySelector('a');
    return {
      text: (element.textContent ?? '').replaceAll(/\s+/g, ' ').trim(),
      ariaLabel: link?.getAttribute('aria-label') ?? '',
      backgroundColor: getComputedStyle(element).backgroundColor,
      color: getComputedStyle(link ?? element).color,
    };
  });
}

/** Waits until the item shows something `matches` agrees to, and answers what it then shows. */
export async function waitForStatusBarItem(
  item: Locator,
  what: string,
  timeoutMs: number,
  matches: (shown: StatusBarItem) => boolean,
): Promise<StatusBarItem> {
  let last: StatusBarItem | undefined;
  return await waitUntil({
    what,
    timeoutMs,
    probe: async () => {
      await item.waitFor({ timeout: timeoutMs });
      last = await readStatusBarItem(item);
      return matches(last) ? last : undefined;
    },
    state: () => JSON.stringify(last),
  });
}

/** Rests the pointer on the item until its tooltip is drawn, and answers the tooltip. */
export async function hoverStatusBarItem(page: Page, item: Locator): Promise<Locator> {
  const tooltip = page.locator('.monaco-hover:visible .hover-contents').first();
  return await waitUntil({
    what: 'the tooltip',
    // An item that is drawn anew takes its tooltip along, and the pointer has to come again.
    probe: async () => {
      await page.mouse.move(0, 0);
      await item.hover();
      await tooltip.waitFor({ timeout: 10_000 });
      return tooltip;
    },
  });
}
