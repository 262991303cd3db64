import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { MAX_CONTENT_BYTES } from '../../core/src/spans/span-record.ts';
import { readGeneratedContent } from '../../core/src/gateway/usage/gemini.ts';
import { JsonMeter } from '../../core/src/gateway/usage/json-meter.ts';
import { readChatChunk } from '../../core/src/gateway/usage/openai-chat.ts';
import { SseMeter } from '../../core/src/gateway/usage/sse-meter.ts';
import type { FuzzOrder, FuzzReport } from './main.ts';
import { inputOf } from './run.ts';

const SEED = Number(process.env['CANDELA_FUZZ_SEED'] ?? 20_261_121);
const RUNS = Number(process.env['CANDELA_FUZZ_RUNS'] ?? 20_000);

/** A run takes a fraction of a millisecond; one that takes this long will not end. */
const HANG_MS = 60_000;

/** Far less than the inputs of even a short fuzzing would take if each left something. */
const MOST_GROWTH_BYTES = 4 * 1024 * 1024;

const HEADING = `${RUNS} mutated answers, CANDELA_FUZZ_SEED=${SEED}`;

describe(`reading and translating ${HEADING}`, function () {
  this.timeout(0);

  it('ends, throws nothing, counts what can be charged, and keeps nothing', async () => {
    const { failure, inputBytes, bytesAtQuarter, bytesAtEnd } = await fuzzed(RUNS);
    assert.ok(failure === undefined, failure);
    assert.ok(inputBytes > RUNS * 100, `${inputBytes} bytes are too few to say anything`);
    const growth = bytesAtEnd - bytesAtQuarter;
    assert.ok(growth < MOST_GROWTH_BYTES, `${growth} bytes more are held at the end than at a quarter`);
  });

  it('keeps no more of a long answer than its first mebibyte', () => {
    const meter = new SseMeter(readChatChunk, []);
    const piece = 'x'.repeat(64 * 1024);
    const event = Buffer.from(
      `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: piece } }] })}\n\n`,
    );
    for (let sent = 0; sent < 64; sent++) meter.write(event);
    meter.end();
    assert.equal(meter.reading.outputText.length, MAX_CONTENT_BYTES);
    assert.equal(meter.reading.outputBytes, 64 * piece.length);
  });

  it('reads on where a tool is called with more nesting than could be written again', () => {
    const meter = new JsonMeter(readGeneratedContent);
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const parts = `[{"functionCall":{"name":"f","args":{"a":${deep}}}}]`;
    const usage = '{"promptTokenCount":7,"candidatesTokenCount":5}';
    meter.write(Buffer.from(`{"candidates":[{"content":{"parts":${parts}}}],"usageMetadata":${usage}}`));
    meter.end();
    assert.deepEqual([meter.reading.usage?.inputTokens, meter.reading.usage?.outputTokens], [7, 5]);
    assert.ok(meter.reading.complete);
  });
});

/** @throws Error naming the run that does not end */
async function fuzzed(runs: number): Promise<FuzzReport> {
  const progress = new Int32Array(new SharedArrayBuffer(4));
  const order: FuzzOrder = { seed: SEED, runs, progress };
  const worker = new Worker(new URL('main.ts', import.meta.url), {
    workerData: order,
    // As small as the one of the thread that Candela runs in; a worker's own would be four times that.
    resourceLimits: { stackSizeMb: 1 },
  });
  const giveUp = new AbortController();
  let seen = -1;
  const watch = setInterval(() => {
    if (progress[0] === seen) giveUp.abort(new Error(`it does not end: ${described(seen)}`));
    seen = progress[0] ?? 0;
  }, HANG_MS);
  try {
    const [report] = (await once(worker, 'message', { signal: giveUp.signal })) as [FuzzReport];
    return report;
  } catch (cause) {
    throw giveUp.signal.aborted ? giveUp.signal.reason : cause;
  } finally {
    clearInterval(watch);
    await worker.terminate();
  }
}

function described(run: number): string {
  const { target, bytes, places } = inputOf(SEED, run);
  const text = JSON.stringify(bytes.toString('latin1'));
  return `${target.name}, CANDELA_FUZZ_SEED=${SEED}, run ${run}, cut at ${places.join(', ')}: ${text}`;
}
