import { destination, pino, type DestinationStream, type Logger as PinoLogger } from 'pino';

/**
 * JSON lines with `level`, `msg` and `time` (contract section 10).
 *
 * @param level one of pino's, or `silent`.
 * @param fd where lines go; standard output by default.
 */
export function createLogger(level: string, fd = 1): PinoLogger {
  const output = inBatches(fd);
  const logger = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${isoTime(Date.now())}"`,
      formatters: { level: (label) => ({ level: label }) },
      hooks: {
        // Pino takes fields one by one, and every call to a model is a line.
        logMethod(args, method, levelNumber) {
          const line = this === logger && levelNumber === INFO ? lineOf(args) : undefined;
          if (line === undefined) method.apply(this, args);
          else output.write(line, INFO);
        },
      },
    },
    output,
  );
  return logger;
}

/** What pino would write of plain fields and a text; `undefined`: what only pino knows how to write. */
function lineOf(args: readonly unknown[]): string | undefined {
  const [fields, msg] = args;
  if (args.length !== 2 || typeof fields !== 'object' || fields === null || typeof msg !== 'string')
    return undefined;
  if ('err' in fields || Object.getPrototypeOf(fields) !== Object.prototype) return undefined;
  try {
    const members = JSON.stringify({ ...fields, msg }).slice(1);
    return `{"level":"info","time":"${isoTime(Date.now())}",${members}\n`;
  } catch {
    // A circle, or a bigint: nothing that is logged may end a call.
    return undefined;
  }
}

let lastSecond = { unixSecond: NaN, text: '' };

/** As `toISOString`, which takes longer than the rest of a line; of a second only the milliseconds change. */
function isoTime(unixMs: number): string {
  const unixSecond = Math.floor(unixMs / 1000);
  if (unixSecond !== lastSecond.unixSecond) {
    const iso = new Date(unixSecond * 1000).toISOString();
    lastSecond = { unixSecond, text: iso.slice(0, 20) };
  }
  return `${lastSecond.text}${String(unixMs - unixSecond * 1000).padStart(3, '0')}Z`;
}

/** How long a line may wait for others, unless it is a warning or worse. */
const WRITE_AFTER_MS = 10;

/** https://getpino.io/#/docs/api?id=loggerlevels-object */
const INFO = 30;
const WARN = 40;

/** Where pino leaves the level of the line it writes: https://getpino.io/#/docs/api?id=metadata */
interface Batches extends DestinationStream {
  lastLevel: number;
  write(line: string, level?: number): void;
}

/** Writes the lines of a few milliseconds at once: a system call for each is among the dearer parts of a call. */
function inBatches(fd: number): Batches {
  const output = destination({ dest: fd, sync: true });
  let lines = '';
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (lines !== '') output.write(lines);
    lines = '';
  };
  process.once('exit', flush);
  const batches: Batches & { readonly [metadata: symbol]: true } = {
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0,
    write(line: string, level = batches.lastLevel) {
      lines += line;
      if (level >= WARN) flush();
      // A process that has nothing else to do ends, and writes them then.
      else timer ??= setTimeout(flush, WRITE_AFTER_MS).unref();
    },
  };
  return batches;
}
