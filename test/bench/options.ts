import { parseArgs } from 'node:util';

/** CPU and latency of calls; memory of many and of slow streams; each gate by itself. */
export type BenchPart = (typeof BENCH_PARTS)[number];

const BENCH_PARTS = ['load', 'memory', 'gates'] as const;

export interface BenchOptions {
  /** How often every variant has its turn. */
  readonly rounds: number;
  /** Length of one measurement of the first scenario; the others have their share of it. */
  readonly measureMs: number;
  /** How long each variant is loaded before the first measurement, likewise; what comes first runs uncompiled. */
  readonly warmUpMs: number;
  /** How much of the memory scenarios and of the gates' repetitions is run, from 0 to 1. */
  readonly scale: number;
  readonly parts: readonly BenchPart[];
  /** Print one JSON object in place of the table. */
  readonly json: boolean;
  /** The daemon's script; default: the built one, else a bundle made for this run. */
  readonly daemon: string | undefined;
}

export const USAGE = `npm run bench -- [--quick] [--json] [--only <part>] [--rounds <n>] [--seconds <s>] [--daemon <script>]

  --quick     two short rounds: a smoke test, not a measurement
  --json      one JSON object on standard output
  --only      one part: load, memory or gates (default: all)
  --rounds    how often every variant has its turn (default 6)
  --seconds   length of one measurement (default 2)
  --daemon    script of the daemon to measure (default: core/dist/candela.js, else a bundle of the sources)`;

/** V8 goes on compiling for some 25,000 calls, on threads of its own, whose time is the process's too. */
const WARM_UP_MS = 8_000;

const DEFAULTS = { rounds: 6, seconds: 2, warmUpMs: WARM_UP_MS, scale: 1 };
const QUICK = { rounds: 2, seconds: 0.5, warmUpMs: 300, scale: 0.02 };

/** @throws RangeError, or TypeError from `parseArgs`, with a message for whoever typed the command. */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean' },
      json: { type: 'boolean' },
      only: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      daemon: { type: 'string' },
    },
  });
  const base = values.quick ? QUICK : DEFAULTS;
  const rounds = positive('--rounds', values.rounds, base.rounds);
  const seconds = positive('--seconds', values.seconds, base.seconds);
  if (!Number.isInteger(rounds)) throw new RangeError('--rounds must be a whole number');
  return {
    rounds,
    measureMs: seconds * 1000,
    warmUpMs: base.warmUpMs,
    scale: base.scale,
    parts: partsFrom(values.only),
    json: values.json ?? false,
    daemon: values.daemon,
  };
}

function partsFrom(only: string | undefined): readonly BenchPart[] {
  const parts = BENCH_PARTS.filter((part) => only === undefined || part === only);
  if (parts.length === 0)
    throw new RangeError(`--only must be one of ${BENCH_PARTS.join(', ')}, got ${only}`);
  return parts;
}

function positive(name: string, text: string | undefined, byDefault: number): number {
  const value = text === undefined ? byDefault : Number(text);
  if (!(value > 0) || value > 1000)
    throw new RangeError(`${name} must be a number from 0 to 1000, got ${text}`);
  return value;
}
