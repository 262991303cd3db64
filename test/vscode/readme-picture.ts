import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { quickPickEntry } from './command-palette.ts';
import { takePicture } from './pictures.ts';
import type { Workbench } from './workbench.ts';

const FILE = 'greet.py';
/** Python, because VS Code starts no language service for it by itself that would mark the import as missing. */
const CODE = `from openai import OpenAI

client = OpenAI(base_url="http://127.0.0.1:8181/v1")

answer = client.responses.create(
    model="gpt-4o",
    input="Say good morning.",
)
print(answer.output_text)
`;

/** About the width at which a README is read, so that the picture's text is as large as the page's. */
export const PICTURE_VIEWPORT = { width: 860, height: 430 };

/** User settings that leave on the picture what it is about: code, and the status bar below it. */
export const PICTURE_SETTINGS: Readonly<Record<string, unknown>> = {
  'workbench.colorTheme': 'Default Light Modern',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.activityBar.location': 'hidden',
  'workbench.layoutControl.enabled': false,
  'remote.autoForwardPorts': false,
  'editor.minimap.enabled': false,
  'editor.fontSize': 13,
  'editor.occurrencesHighlight': 'off',
};

/** Opens a file that calls a model through Candela, and closes the side bar. */
export async function arrangeForPicture({ page, server }: Workbench): Promise<void> {
  await writeFile(join(server.workspace, FILE), CODE);
  await page.keyboard.press('Control+P');
  await page.locator('.quick-input-widget:visible input').fill(FILE);
  await quickPickEntry(page, FILE).click({ timeout: 60_000 });
  await page.locator('.monaco-editor .view-line', { hasText: 'responses' }).waitFor({ timeout: 60_000 });
  await page.keyboard.press('Control+B');
  await page.locator('.part.sidebar').waitFor({ state: 'hidden', timeout: 60_000 });
}

/** Takes the README's picture. */
export async function takeReadmePicture({ page }: Workbench, tooltip: Locator): Promise<void> {
  // Under the pointer the item would lose its warning colour; the tooltip stays open under it just as well.
  await tooltip.hover();
  await takePicture(page, 'status-bar');
}
