import type { Writable } from 'node:stream';

/** Where a bridge says what goes wrong: standard error, because standard output carries the protocol. */
export type Diagnostics = (line: string) => void;

const LINES_A_MINUTE = 30;
const MINUTE_MS = 60_000;

/** One line each, at most `LINES_A_MINUTE`: editors keep what a server writes there. */
export function createDiagnostics(
  output: Writable,
  nowMs: () => number = () => performance.now(),
): Diagnostics {
  let minuteBeganMs = nowMs();
  let lines = 0;
  return (line) => {
    if (nowMs() - minuteBeganMs >= MINUTE_MS) {
      minuteBeganMs = nowMs();
      lines = 0;
    }
    lines += 1;
    if (lines > LINES_A_MINUTE) return;
    const last = lines === LINES_A_MINUTE ? ' (further lines of this minute are left out)' : '';
    output.write(`candela: ${line}${last}\n`);
  };
}
