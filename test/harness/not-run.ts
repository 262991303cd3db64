import { appendFileSync } from 'node:fs';

/** One line of the file named by `CANDELA_NOT_RUN_FILE`: a suite this machine could not run, and why. */
export interface NotRun {
  readonly suite: string;
  readonly reason: string;
}

/**
 * Says that a whole suite cannot run on this machine. The caller then registers no tests of its own, so that the
 * absence is never counted as a pass (`this.skip()` would show up among the results as if it had been considered).
 *
 * The root runner learns of it from one JSON line ({@link NotRun}) appended to the file named by
 * `CANDELA_NOT_RUN_FILE`; without that variable the line goes to stderr. Where `CANDELA_REQUIRE` (suite names
 * separated by commas, or `all`) names the suite, as on a machine that is meant to have everything, a failing test
 * takes its place.
 */
export function notRun(suite: string, reason: string): void {
  if (isRequired(suite)) {
    describe(suite, () => {
      it('can run on this machine, because CANDELA_REQUIRE asks for it', () => {
        throw new Error(`${suite} cannot run: ${reason}`);
      });
    });
    return;
  }
  const file = process.env['CANDELA_NOT_RUN_FILE'];
  if (file) appendFileSync(file, `${JSON.stringify({ suite, reason } satisfies NotRun)}\n`);
  else process.stderr.write(`${suite}: not run, because ${reason}\n`);
}

function isRequired(suite: string): boolean {
  const names = (process.env['CANDELA_REQUIRE'] ?? '').split(',');
  const required = new Set(names.map((name) => name.trim()));
  return required.has(suite) || required.has('all');
}
