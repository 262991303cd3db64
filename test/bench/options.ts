import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** How often every variant has its turn. */
  readonly rounds: number;
  /** Length of one measurement of the first scenario; the others have their share of it. */
  readonly measureMs: number;
  /** How long each variant is loaded before the first measurement, likewise; what comes first runs uncompiled. */
  readonly warmUpMs: number;
  /** Print one JSON object in place of the table. */
  readonly json: boolean;
  /** The daemon's script; default: the built one, else a bundle made for this run. */
  readonly daemon: string | undefined;
}

export const USAGE = `npm run bench -- [--quick] [--json] [--rounds <n>] [--seconds <s>] [--daemon <script>]

  --quick     two short rounds: a smoke test, not a measurement
  --json      one JSON object on standard output
  --rounds    how often every variant has its turn (default 6)
  --seconds   length of one measurement (default 2)
  --daemon    script of the daemon to measure (default: core/dist/candela.js, else a bundle of the sources)`;

const DEFAULTS = { rounds: 6, seconds: 2, warmUpMs: 3_000 };
const QUICK = { rounds: 2, seconds: 0.5, warmUpMs: 300 };

/** @throws RangeError, or TypeError from `parseArgs`, with a message for whoever typed the command. */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean' },
      json: { type: 'boolean' },
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
    json: values.json ?? false,
    daemon: values.daemon,
  };
}

function positive(name: string, text: string | undefined, byDefault: number): number {
  const value = text === undefined ? byDefault : Number(text);
  if (!(value > 0) || value > 1000)
    throw new RangeError(`${name} must be a number from 0 to 1000, got ${text}`);
  return value;
}
