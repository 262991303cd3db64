import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { ARTIFACTS_FOLDER } from './evidence.ts';

const DRAWN_TIMEOUT_MS = 60_000;
const DOCS_FOLDER = join(import.meta.dirname, '../../docs/images');

/** Lets the colours follow `page.emulateMedia`, in the editor's own default themes. */
export const FOLLOW_COLOR_SCHEME = {
  'window.autoDetectColorScheme': true,
  'workbench.preferredLightColorTheme': 'Default Light Modern',
  'workbench.preferredDarkColorTheme': 'Default Dark Modern',
} as const;

/** What has no place on a picture of Candela. */
export const UNCLUTTERED = {
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.layoutControl.enabled': false,
  'remote.autoForwardPorts': false,
  'editor.minimap.enabled': false,
} as const;

/** Takes `<name>.png`: into `docs/images` only when `CANDELA_UPDATE_SCREENSHOTS=1` asks for it. */
export async function takePicture(page: Page, name: string): Promise<void> {
  const update = process.env['CANDELA_UPDATE_SCREENSHOTS'] === '1';
  const path = join(update ? DOCS_FOLDER : ARTIFACTS_FOLDER, `${name}.png`);
  await mkdir(dirname(path), { recursive: true });
  await page.screenshot({ path });
}

/** Takes `<name>-dark.png` and `<name>-light.png`, with `subject` on both. */
export async function takeBothPictures(page: Page, name: string, subject: Locator): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    const theme = colorScheme === 'dark' ? '.vs-dark' : '.vs';
    await page.locator(`.monaco-workbench${theme}`).waitFor({ timeout: DRAWN_TIMEOUT_MS });
    await page.mouse.move(0, 0);
    // Lists are emptied and filled again while the editor starts, so it may go just when it is taken.
    for (let tries = 0, isOnIt = false; !isOnIt && tries < 5; tries += 1) {
      await subject.waitFor({ timeout: DRAWN_TIMEOUT_MS });
      await page.evaluate(animationsEnd);
      await takePicture(page, `${name}-${colorScheme}`);
      isOnIt = await subject.isVisible();
    }
  }
}

/** What is used of the browser's globals; this project compiles without the DOM library. */
interface BrowserGlobals {
  readonly requestIdleCallback: (callback: (deadline: unknown) => void) => void;
  readonly document: {
    getAnimations(): readonly {
      readonly finished: Promise<unknown>;
      readonly effect: { getComputedTiming(): { readonly iterations: number } };
    }[];
  };
}

/** Runs in the page: colours fade into each other. What turns for ever, such as a progress bar, is not waited for. */
async function animationsEnd(): Promise<void> {
  const { document, requestIdleCallback } = globalThis as unknown as BrowserGlobals;
  const ending = document
    .getAnimations()
    .filter(({ effect }) => effect.getComputedTiming().iterations !== Infinity);
  await Promise.allSettled(ending.map(({ finished }) => finished));
  await new Promise(requestIdleCallback);
}
