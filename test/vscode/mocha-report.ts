import { readFile } from 'node:fs/promises';

/** One test that ran inside the extension host. */
export interface HostTest {
  /** Titles of the suites and of the test, joined by a space. */
  readonly fullTitle: string;
  /** Milliseconds it took. */
  readonly durationMs: number;
  readonly outcome: 'passed' | 'failed' | 'pending';
  /** Message and stack of a failed test, empty otherwise. */
  readonly failure: string;
}

interface ReportedTest {
  readonly fullTitle: string;
  readonly duration?: number;
  readonly err: { readonly message?: string; readonly stack?: string };
}

/** What is used of the file that Mocha's `json` reporter writes (`reporterOptions.output`). */
interface MochaReport {
  readonly tests: readonly ReportedTest[];
  readonly pending: readonly ReportedTest[];
  readonly failures: readonly ReportedTest[];
}

/**
 * Reads a report of Mocha's `json` reporter. A hook that failed counts as a failed test under its own title, as it is
 * among the report's failures only.
 */
export async function readMochaReport(path: string): Promise<readonly HostTest[]> {
  const report = JSON.parse(await readFile(path, 'utf8')) as MochaReport;
  const listed = new Set(report.tests.map((test) => test.fullTitle));
  const hooks = report.failures.filter((test) => !listed.has(test.fullTitle));
  const titles = (tests: readonly ReportedTest[]) => new Set(tests.map((test) => test.fullTitle));
  const failed = titles(report.failures);
  const pending = titles(report.pending);
  return [...report.tests, ...hooks].map((test): HostTest => {
    const ran = failed.has(test.fullTitle) ? 'failed' : 'passed';
    return {
      fullTitle: test.fullTitle,
      durationMs: test.duration ?? 0,
      outcome: pending.has(test.fullTitle) ? 'pending' : ran,
      failure: failed.has(test.fullTitle) ? (test.err.stack ?? test.err.message ?? 'failed') : '',
    };
  });
}
