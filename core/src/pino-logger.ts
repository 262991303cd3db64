import { destination, pino, stdTimeFunctions, type Logger as PinoLogger } from 'pino';

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
    destination({ dest: fd, sync: true }),
  );
}
