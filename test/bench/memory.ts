import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { FakeProviderOptions } from '../fakes/provider/start.ts';
import type { Child } from './child.ts';
import type { LoadJob, LoadResult } from './load.ts';
import { bodyOf, HEADERS, PATH } from './scenarios.ts';
import type { Variant, VariantName } from './variants.ts';

/** Something whose memory is watched from its beginning to its end. */
export interface MemoryScenario {
  readonly name: string;
  readonly what: string;
  /** What the provider answers with. */
  readonly answers: NonNullable<FakeProviderOptions['fixed']>;
  /** @throws Error if it did not go through. */
  run(url: string, generator: Child): Promise<void>;
}

/** What one process held of the machine's memory, in bytes. */
export interface MemoryMeasurement {
  readonly scenario: string;
  readonly variant: VariantName;
  readonly atRest: number;
  readonly atMost: number;
}

const STREAMS = 1_000;
/** An event carries four characters and is about 250 bytes. */
const SLOW_STREAM_CHARS = 1_600_000;
const SLOW_BYTES_A_SECOND = 12.5e6;
const SAMPLE_EVERY_MS = 50;

/** @param scale a part of the full size, for a smoke test. */
export function memoryScenarios(scale: number): readonly MemoryScenario[] {
  const streams = Math.ceil(STREAMS * scale);
  const eventIntervalMs = Math.ceil(100 * scale);
  return [
    {
      name: 'many-streams',
      what: `${streams} streams at once, of about 100 events ${eventIntervalMs} ms apart`,
      answers: { eventIntervalMs },
      async run(url, generator) {
        // Each connection makes one call, however short the time.
        const durationMs = 1;
        const job: LoadJob = {
          url,
          connections: streams,
          body: STREAM_BODY,
          latencyTo: 'first byte',
          durationMs,
        };
        const { calls } = (await generator.ask(job)) as LoadResult;
        if (calls !== streams) throw new Error(`${calls} of ${streams} streams came through`);
      },
    },
    {
      name: 'slow-client',
      what:
        `a stream of about ${Math.ceil(100 * scale)} MB that the provider sends at once and the client reads` +
        ` at ${SLOW_BYTES_A_SECOND / 1e6} MB a second`,
      answers: { streamedChars: Math.ceil(SLOW_STREAM_CHARS * scale) },
      run: readSlowly,
    },
  ];
}

const STREAM_BODY = bodyOf({ stream: true, stream_options: { include_usage: true } });

/** Runs a scenario once through a process that has carried a few calls before. */
export async function measureMemory(
  generator: Child,
  variant: Variant,
  scenario: MemoryScenario,
): Promise<MemoryMeasurement> {
  const warmUp: LoadJob = {
    ...{ url: variant.url, connections: 8, latencyTo: 'last byte', durationMs: 500 },
    body: bodyOf({}),
  };
  await generator.ask(warmUp);
  const atRest = await rssOf(variant);
  let atMost = atRest;
  const over = new AbortController();
  const watching = (async () => {
    while (!over.signal.aborted) {
      atMost = Math.max(atMost, await rssOf(variant));
      await delay(SAMPLE_EVERY_MS);
    }
  })();
  try {
    await scenario.run(variant.url, generator);
  } finally {
    over.abort();
    await watching;
  }
  return { scenario: scenario.name, variant: variant.name, atRest, atMost };
}

async function rssOf(variant: Variant): Promise<number> {
  return (await variant.rssBytes()) ?? 0;
}

async function readSlowly(url: string): Promise<void> {
  const call = request(url + PATH, { method: 'POST', headers: HEADERS });
  call.end(STREAM_BODY);
  const [answer] = (await once(call, 'response')) as [IncomingMessage];
  if (answer.statusCode !== 200) throw new Error(`the stream was answered with status ${answer.statusCode}`);
  const startedAt = performance.now();
  let bytes = 0;
  let last: Buffer = Buffer.alloc(0);
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    last = chunk;
    const dueMs = (bytes / SLOW_BYTES_A_SECOND) * 1000 - (performance.now() - startedAt);
    if (dueMs > SAMPLE_EVERY_MS) await delay(dueMs);
  }
  if (!last.includes('[DONE]')) throw new Error(`the stream broke off after ${bytes} bytes`);
}
