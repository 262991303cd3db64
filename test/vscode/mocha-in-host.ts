import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from '../harness/wait-until.ts';
import { type HostTest, readMochaReport } from './mocha-report.ts';
import { openWorkbench, type WorkbenchOptions } from './workbench.ts';

const RUN_TIMEOUT_MS = 420_000;

export interface MochaInHostOptions extends Pick<
  WorkbenchOptions,
  'runtime' | 'env' | 'settings' | 'viewport'
> {
  /** Folder of the built extension; what its `main` names must exist. */
  readonly extensionPath: string;
  /**
   * CommonJS file whose `run(): Promise<void>` runs a Mocha suite with the `json` reporter, its output going to the
   * file named by the environment variable `CANDELA_TEST_REPORT`, and rejects when a test failed.
   */
  readonly testsPath: string;
}

export interface MochaInHostResult {
  /** 0 when `run()` resolved, 1 when it rejected: the word of the extension host itself. */
  readonly exitCode: number;
  readonly tests: readonly HostTest[];
  /** All log lines of the run, those of the workbench and those of the extension host. */
  readonly log: string;
}

/**
 * Runs a Mocha suite inside the extension host of a real VS Code. The workbench calls `codeAutomationExit` and
 * `codeAutomationLog` on its window when the smoke-test driver is on; `@vscode/test-web` uses the same two.
 */
export async function runMochaInHost(options: MochaInHostOptions): Promise<MochaInHostResult> {
  const folder = await mkdtemp(join(tmpdir(), 'candela-host-tests-'));
  const report = join(folder, 'report.json');
  const hostLog: string[] = [];
  let exitCode: number | undefined;
  try {
    const workbench = await openWorkbench({
      runtime: options.runtime,
      env: { ...options.env, CANDELA_TEST_REPORT: report },
      ...(options.settings && { settings: options.settings }),
      ...(options.viewport && { viewport: options.viewport }),
      payload: (authority) => [
        ['extensionDevelopmentPath', `vscode-remote://${authority}${options.extensionPath}`],
        ['extensionTestsPath', `vscode-remote://${authority}${options.testsPath}`],
      ],
      beforeLoad: async (page) => {
        await page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => {
          hostLog.push(args.map(String).join(' '));
        });
        await page.exposeFunction('codeAutomationExit', (code: number) => {
          exitCode = code;
        });
      },
    });
    const log = () => [...hostLog, workbench.log()].join('\n');
    try {
      const code = await waitUntil({
        what: 'the tests in the extension host to end',
        timeoutMs: RUN_TIMEOUT_MS,
        probe: () => exitCode,
        state: log,
      });
      const tests = await readMochaReport(report).catch((error: unknown) => {
        throw new Error(`the extension host left no test report (exit code ${code}): ${log()}`, {
          cause: error,
        });
      });
      return { exitCode: code, tests, log: log() };
    } finally {
      await workbench.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
