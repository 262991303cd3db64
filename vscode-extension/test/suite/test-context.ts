import * as vscode from 'vscode';
import type { CandelaExtensionApi } from '../../src/extension.ts';

/** What the world outside tells these tests; JSON in the environment variable `CANDELA_TEST_CONTEXT`. */
export interface TestContext {
  readonly daemonUrl: string;
  /** `POST /stop` and `POST /start` here stop the daemon and bring it back at the same address. */
  readonly daemonControlUrl: string;
  readonly providerUrl: string;
  readonly home: string;
}

export const EXTENSION_ID = 'candela-dev.candela';

export function testContext(): TestContext {
  const { CANDELA_TEST_CONTEXT: json } = process.env;
  if (json === undefined)
    throw new Error('CANDELA_TEST_CONTEXT is not set: there is no daemon to test against');
  return JSON.parse(json) as TestContext;
}

export async function activateExtension(): Promise<CandelaExtensionApi> {
  const extension = vscode.extensions.getExtension<CandelaExtensionApi>(EXTENSION_ID);
  if (extension === undefined) throw new Error(`${EXTENSION_ID} is not installed`);
  return extension.activate();
}

/** Waits until the condition holds, and gives what it gave. @throws Error with the last state when it does not. */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | undefined> | T | undefined,
  state: () => unknown = () => '',
): Promise<T> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (performance.now() > deadline)
      throw new Error(`did not happen: ${what}; now: ${JSON.stringify(state())}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
