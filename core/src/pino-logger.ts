import { destination, pino, stdTimeFunctions, type DestinationStream, type Logger as PinoLogger } from 'pino';

/**
 * JSON lines with `level`, `msg` and `time` (contract section 10).
 *
 * @param level one of pino's, or `silent`.
 * @param fd where lines go; standard output by default.
 */
export function createLogger(level: string, fd = 1): PinoLogger {
  return pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    onceATurn(fd),
  );
}

/** Writes the lines of one event-loop turn at once: a system call for each is among the dearer parts of a call. */
function onceATurn(fd: number): DestinationStream {
  const output = destination({ dest: fd, sync: true });
  let lines = '';
  const flush = (): void => {
    if (lines !== '') output.write(lines);
    lines = '';
  };
  process.once('exit', flush);
  return {
    write(line) {
      if (lines === '') setImmediate(flush);
      lines += line;
    },
  };
}
