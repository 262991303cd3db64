import assert from 'node:assert/strict';
import { cut } from '../../core/src/gateway/translate/testing/chunks.ts';
import { Dice } from '../../core/src/gateway/translate/testing/mutate.ts';
import { mutated } from './mutate.ts';
import { COMPRESSED_TARGETS, TARGETS, type Target } from './targets.ts';

/** What one run reads. It follows from the seed and the run's number alone. */
export interface FuzzInput {
  readonly target: Target;
  readonly bytes: Buffer;
  /** Where the bytes are cut into chunks. */
  readonly places: readonly number[];
}

const COMPRESSED_EVERY = 100;
const SHRINKING_STEPS = 2000;

export function inputOf(seed: number, run: number): FuzzInput {
  const dice = new Dice(Math.imul(seed, 0x9e37_79b1) + run);
  const target = dice.pick(run % COMPRESSED_EVERY === 0 ? COMPRESSED_TARGETS : TARGETS);
  const other = dice.pick(TARGETS);
  const { envelope } = target;
  let bytes = mutated(dice.pick(target.seeds), dice.pick(other.seeds), dice);
  if (envelope !== undefined) {
    bytes = envelope(bytes);
    if (dice.below(2) === 0) bytes = mutated(bytes, bytes, dice);
  }
  const cuts = dice.pick([1, 3, 40]);
  return { target, bytes, places: Array.from({ length: cuts }, () => dice.below(bytes.length + 1)) };
}

/** Reads the input in one piece and in many. @throws whatever must not happen */
export async function readInput({ target, bytes, places }: FuzzInput): Promise<void> {
  const whole = await target.read([bytes]);
  const pieces = await target.read(cut(bytes, places));
  assert.deepEqual(pieces, whole, 'what is read does not depend on where chunks end');
}

/** The error that a run ends in, told so that it can be run again, with as little input as fails too. */
export async function failureOfRun(seed: number, run: number): Promise<string | undefined> {
  const input = inputOf(seed, run);
  const error = await errorOf(input);
  if (error === undefined) return undefined;
  const bytes = await shrunk(input);
  return [
    `${input.target.name}: ${error}`,
    `CANDELA_FUZZ_SEED=${seed}, run ${run}, cut at ${input.places.join(', ')}`,
    `shrunk from ${input.bytes.length} to ${bytes.length} bytes: ${JSON.stringify(bytes.toString('latin1'))}`,
  ].join('\n');
}

async function errorOf(input: FuzzInput): Promise<string | undefined> {
  try {
    await readInput(input);
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

/** Takes away pieces, large ones first, for as long as it still fails. */
async function shrunk(input: FuzzInput): Promise<Buffer> {
  let { bytes } = input;
  let steps = 0;
  for (let size = bytes.length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at < bytes.length && steps < SHRINKING_STEPS; steps++) {
      const without = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + size)]);
      if ((await errorOf({ ...input, bytes: without })) === undefined) at += size;
      else bytes = without;
    }
  }
  return bytes;
}
