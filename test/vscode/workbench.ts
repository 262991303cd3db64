import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../harness/chromium.ts';
import type { CodeServer } from './code-server.ts';
import { startVscodeServer, type VscodeServer, type VscodeServerOptions } from './vscode-server.ts';

const OPEN_TIMEOUT_MS = 180_000;

/** The two programs a real VS Code needs here: its server, and the browser that draws the workbench. */
export interface VscodeRuntime {
  readonly codeServer: Extract<CodeServer, { available: true }>;
  /** Path of the Chromium to draw with. */
  readonly chromium: string;
}

export interface WorkbenchOptions extends Omit<VscodeServerOptions, 'codeServer' | 'extensions'> {
  readonly runtime: VscodeRuntime;
  /** Paths of `.vsix` files to install. */
  readonly vsix?: readonly string[];
  /** Size of the window in CSS pixels. */
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Pairs for the workbench's `payload` parameter, given the server's authority. */
  readonly payload?: (authority: string) => readonly (readonly [string, string])[];
  /** Called before the page is loaded, e.g. to expose functions to it. */
  readonly beforeLoad?: (page: Page) => Promise<void>;
}

/** One VS Code: a server, a browser and the page with the workbench; `close` ends all three. */
export interface Workbench {
  readonly page: Page;
  readonly server: VscodeServer;
  /** Everything the page has logged and the server has printed, for the artifacts of a failed test. */
  log(): string;
  close(): Promise<void>;
}

/** Starts a fresh VS Code and opens its workbench on an empty folder, drawn at twice the pixel density. */
export async function openWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const server = await startVscodeServer({
    codeServer: options.runtime.codeServer,
    ...(options.env && { env: options.env }),
    ...(options.settings && { settings: options.settings }),
    ...(options.vsix && { extensions: options.vsix }),
  });
  const pageLog: string[] = [];
  let browser: Browser | undefined;
  const close = async () => {
    try {
      await browser?.close();
    } finally {
      await server.stop();
    }
  };
  try {
    browser = await launchChromium(options.runtime.chromium);
    const context = await browser.newContext({
      viewport: options.viewport ?? { width: 1280, height: 800 },
      deviceScaleFactor: 2,
    });
    const page = await context.newPage();
    page.on('console', (message) => pageLog.push(message.text()));
    page.on('pageerror', (error) => pageLog.push(String(error)));
    await options.beforeLoad?.(page);
    await page.goto(workbenchUrl(server, options.payload?.(server.authority) ?? []), {
      timeout: OPEN_TIMEOUT_MS,
    });
    await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: OPEN_TIMEOUT_MS });
    const log = () => [...pageLog, '--- server ---', server.output()].join('\n');
    return { page, server, log, close };
  } catch (error) {
    await close();
    throw new Error(`the workbench did not open: ${pageLog.slice(-20).join('\n')}\n${server.output()}`, {
      cause: error,
    });
  }
}

/** Opens VS Code with a packaged extension installed, as a developer has it. */
export async function openInstalled(
  options: Omit<WorkbenchOptions, 'vsix' | 'payload' | 'beforeLoad'> & { readonly vsix: string },
): Promise<Workbench> {
  return await openWorkbench({ ...options, vsix: [options.vsix] });
}

function workbenchUrl(server: VscodeServer, pairs: readonly (readonly [string, string])[]): string {
  const url = new URL(`http://${server.authority}/`);
  url.searchParams.set('folder', server.workspace);
  url.searchParams.set('payload', JSON.stringify([['skipWelcome', 'true'], ...pairs]));
  return url.href;
}
